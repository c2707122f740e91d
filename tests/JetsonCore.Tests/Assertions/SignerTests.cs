// Who may sign what, and what must be there: every type signed by a root, its brand and another account, with all that
// it needs and with one thing less; snapd's database says of each whether it is right, and so must we.
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using JetsonCore.Assertions;
using JetsonCore.Diagnostics;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Tests.Assertions;

public sealed class SignerTests : IDisposable
{
    private const string Other = "other";

    private readonly TestChain _chain = new();
    private readonly AssertionKey _otherKey = AssertionKey.Of(RSA.Create(AssertionKey.ShortestBits));
    private readonly List<(string Name, Assertion[] Stream)> _cases = [];

    public void Dispose()
    {
        _chain.Dispose();
        _otherKey.Dispose();
    }

    private Assertion[] World =>
    [
        _chain.BrandAccountAssertion, _chain.BrandKeyAssertion, _chain.Account(Other), _chain.AccountKey(Other, _otherKey),
    ];

    private AssertionKey KeyOf(string account) => account switch
    {
        TestChain.RootAccount => _chain.RootKey,
        TestChain.Brand => _chain.BrandKey,
        _ => _otherKey,
    };

    private Assertion Sign(SignerCase one, string authority, string more = "")
    {
        string json = one.Json.Replace("AUTHORITY", authority, StringComparison.Ordinal).Trim();
        return TestChain.Sign($$"""{ "authority-id": "{{authority}}"{{more}}, {{json[1..]}}""", KeyOf(authority));
    }

    private void Add(string name, params Assertion[] stream) => _cases.Add((name, stream));

    private void AddSignersAndGaps()
    {
        Assertion[] world = World;
        foreach (SignerCase one in SignerCases.All)
        {
            Assertion[] needed =
            [
                .. SignerCases.Needed.Where(need => one.Needs.Contains(need.Name)).Select(need => Sign(need, TestChain.RootAccount)),
            ];
            foreach (string authority in (string[])[TestChain.RootAccount, TestChain.Brand, Other])
            {
                Assertion[] whole = [Sign(one, authority), .. needed, .. world.Reverse()];
                Add($"{one.Name} by {authority}", whole);
                for (int left = 1; left < whole.Length && authority != Other; left++)
                    Add($"{one.Name} by {authority} without {whole[left].Reference}", [.. whole[..left], .. whole[(left + 1)..]]);
            }
        }
    }

    private void AddKeysAndTimes()
    {
        Assertion model = _chain.Model, account = _chain.BrandAccountAssertion;
        Assertion Key(string more) => _chain.AccountKey(TestChain.Brand, _chain.BrandKey, more);
        Add("key without end", account, Key(""), model);
        Add("key that ended after the model and before today", account, Key(", \"until\": \"2020-01-01T00:00:00Z\""), model);
        Add("key that ended before the model", account, Key(", \"until\": \"2019-06-01T00:00:00Z\""), model);
        Add("key that ends as it begins", account, Key(", \"until\": \"2019-01-01T00:00:00Z\""), model);
        Add("key that ends in the future", account, Key(", \"until\": \"2090-01-01T00:00:00Z\""), model);
        Add("key of a higher format", account, Key(", \"format\": \"0\""), model);
        Add("two keys of one name", account, Key(""), _chain.AccountKey(TestChain.Brand, _otherKey), model);
        Add("a key that a brand vouched for", account, Key(""), _chain.Account(Other),
            _chain.AccountKey(Other, _otherKey, authority: TestChain.Brand, signer: _chain.BrandKey));
        Assertion rootKey = _chain.AccountKey(TestChain.RootAccount, _otherKey, ", \"revision\": \"1\"");
        SignerCase newAccount = SignerCases.All[0];
        Add("a second key of the root's account under the same name", rootKey);
        Assertion second = TestChain.Sign($$"""
            {
              "type": "account-key", "authority-id": "testroot", "public-key-sha3-384": "{{_otherKey.Id}}",
              "account-id": "testroot", "name": "second", "since": "2019-01-01T00:00:00Z"
            }
            """, _chain.RootKey, _otherKey.EncodedPublicKey);
        string json = $$"""{ "authority-id": "testroot", {{newAccount.Json.Trim()[1..]}}""";
        Add("an account that a second key of the root's account signed", TestChain.Sign(json, _otherKey), second);
        Add("an account of the root's id signed by the root", _chain.Account(TestChain.RootAccount));
    }

    private void AddRevisions()
    {
        SignerCase model = SignerCases.All.Single(one => one.Name == "model");
        SignerCase declaration = SignerCases.Needed[0];
        Assertion[] world = World;
        Assertion newest = Sign(model, TestChain.Brand, ", \"revision\": \"2\"");
        Add("an older and a newer model", [Sign(model, TestChain.Brand), newest, .. world]);
        Add("a newer and an older model", [newest, Sign(model, TestChain.Brand), .. world]);
        Assertion delegated = Sign(SignerCases.All.Single(one => one.Name.EndsWith("of another provenance", StringComparison.Ordinal)), Other);
        var plain = declaration with
        {
            Json = declaration.Json[..declaration.Json.IndexOf(", \"revision-authority\"", StringComparison.Ordinal)] + " }",
        };
        Add("a newer declaration that delegates no more",
            [delegated, Sign(declaration, TestChain.RootAccount), Sign(plain, TestChain.RootAccount, ", \"revision\": \"1\""), .. world]);
        Assertion serial = Serial(TestChain.Brand);
        Add("a serial by its brand", [serial, .. world]);
        // snapd does not wait for the model: it must come before the serial.
        Add("a serial by another", [Serial(Other), .. world]);
        Assertion trusting = TestChain.Sign(
            TestChain.ModelJson.Replace("\"base\"", "\"serial-authority\": [\"other\"], \"base\"", StringComparison.Ordinal), _chain.BrandKey);
        Add("a serial by another with a model that does not name it", [_chain.Model, Serial(Other), .. world]);
        Add("a serial by another that the model names", [trusting, Serial(Other), .. world]);
        Assertion request = TestChain.Sign($$"""
            {
              "type": "account-key-request", "public-key-sha3-384": "{{_otherKey.Id}}", "account-id": "other",
              "name": "new", "since": "2019-01-01T00:00:00Z"
            }
            """, _otherKey, _otherKey.EncodedPublicKey);
        Add("a request for a key", _chain.Account(Other), request);
        Add("a request for a key of an unknown account", request);
    }

    private Assertion Serial(string authority)
    {
        string key = _otherKey.EncodedPublicKey.Replace("\n", "\\n", StringComparison.Ordinal);
        return TestChain.Sign($$"""
            {
              "type": "serial", "authority-id": "{{authority}}", "brand-id": "my-brand", "model": "jetson-tx1", "serial": "1",
              "device-key": "{{key}}", "device-key-sha3-384": "{{_otherKey.Id}}", "timestamp": "2019-03-01T00:00:00Z"
            }
            """, KeyOf(authority));
    }

    [Fact]
    public void Verdicts_are_those_of_snapds_database()
    {
        AddSignersAndGaps();
        AddKeysAndTimes();
        AddRevisions();
        using var temp = new TempFolder();
        string roots = temp.Write("roots", TestChain.Stream([.. _chain.Roots.Assertions]));
        string[] paths = [.. _cases.Select((one, index) => temp.Write(index.ToString(CultureInfo.InvariantCulture), TestChain.Stream(one.Stream)))];
        string[] judged = SnapdJudge.Run(["commit", roots, .. paths]).MustSucceed().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(_cases.Count, judged.Length);

        var differences = new StringBuilder();
        for (int index = 0; index < judged.Length; index++)
        {
            var diagnostics = new DiagnosticBag();
            AssertionVerifier.Verify(_cases[index].Stream, _chain.Roots, diagnostics, TimeProvider.System.GetUtcNow());
            if (diagnostics.HasErrors != (judged[index] == "ok"))
                continue;
            differences.Append($"{_cases[index].Name}\n  snapd: {judged[index]}\n  ours: ");
            differences.AppendJoin("; ", diagnostics.Items.Select(item => $"{item.Rule.Code} {item.Message}")).Append('\n');
        }
        Assert.True(differences.Length == 0, differences.ToString());
        Assert.InRange(judged.Count(verdict => verdict == "ok"), 25, judged.Length - 60);
    }
}
