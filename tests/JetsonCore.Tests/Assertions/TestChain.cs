// A little world of trust for tests: a root that vouches for a brand, and the brand's model of the TX1.
using System.Text;
using JetsonCore.Assertions;
using JetsonCore.Assertions.Keys;
using JetsonCore.Diagnostics;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Tests.Assertions;

internal sealed class TestChain : IDisposable
{
    public const string RootAccount = "testroot", Brand = "my-brand";

    public static readonly DateTimeOffset SigningTime = DateTimeOffset.FromUnixTimeSeconds(1573659600);

    public const string ModelJson = """
        {
          "type": "model",
          "series": "16",
          "authority-id": "my-brand",
          "brand-id": "my-brand",
          "model": "jetson-tx1",
          "architecture": "arm64",
          "base": "core18",
          "gadget": "jetson-tx1",
          "kernel": "jetson-tx1-kernel",
          "timestamp": "2019-11-13T15:40:00+00:00"
        }
        """;

    public AssertionKey RootKey { get; } = LoadKey("root.pem");

    public AssertionKey BrandKey { get; } = LoadKey("signing.pem");

    public Assertion RootAccountAssertion => Account(RootAccount);

    public Assertion RootKeyAssertion => AccountKey(RootAccount, RootKey);

    public TrustedRoots Roots => new([RootAccountAssertion, RootKeyAssertion], "the root of tests");

    public Assertion BrandAccountAssertion => Account(Brand);

    public Assertion BrandKeyAssertion => AccountKey(Brand, BrandKey);

    public Assertion Model => Sign(ModelJson, BrandKey);

    public static string KeyPath(string name) => Repository.PathOf("tests", "keys", name);

    public static AssertionKey LoadKey(string name) => KeyFile.Read(File.ReadAllText(KeyPath(name)), null, name);

    public static Assertion Sign(string json, AssertionKey key, string body = "")
    {
        var diagnostics = new DiagnosticBag();
        AssertionStatement? statement = AssertionStatement.ReadJson(Encoding.UTF8.GetBytes(json), diagnostics);
        Assert.NotNull(statement);
        statement = body is "" ? statement : statement with { Body = Encoding.UTF8.GetBytes(body) };
        Assertion? signed = AssertionSigner.Sign(statement, key, SigningTime, diagnostics);
        Assert.Empty(diagnostics.Items);
        Assert.NotNull(signed);
        return signed;
    }

    /// <summary>Signs text as it is, whatever it says.</summary>
    /// <summary>A text that is exactly one assertion.</summary>
    public static Assertion ReadOne(ReadOnlyMemory<byte> text) => Assert.Single(AssertionReader.ReadAll(text));

    public static Assertion SignText(string content, AssertionKey key) => ReadOne(
        Encoding.UTF8.GetBytes($"{content}\n\n{key.Sign(Encoding.UTF8.GetBytes(content), SigningTime)}"));

    public static byte[] Stream(params Assertion[] assertions) =>
        Encoding.UTF8.GetBytes(string.Join('\n', assertions.Select(one => Encoding.UTF8.GetString(one.ToBytes()))));

    public Assertion Account(string id, string authority = RootAccount) => Sign($$"""
        {
          "type": "account", "authority-id": "{{authority}}", "account-id": "{{id}}", "username": "{{id}}",
          "display-name": "Test {{id}}", "validation": "unproven", "timestamp": "2019-01-01T00:00:00Z"
        }
        """, RootKey);

    public Assertion AccountKey(string account, AssertionKey key, string more = "", string authority = RootAccount,
        AssertionKey? signer = null) => Sign($$"""
        {
          "type": "account-key", "authority-id": "{{authority}}", "public-key-sha3-384": "{{key.Id}}",
          "account-id": "{{account}}", "name": "default", "since": "2019-01-01T00:00:00Z"{{more}}
        }
        """, signer ?? RootKey, key.EncodedPublicKey);

    public void Dispose()
    {
        RootKey.Dispose();
        BrandKey.Dispose();
    }
}
