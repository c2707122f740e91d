// Streams of assertions: separators, bodies, limits, what every assertion must have, damage.
using System.Text;
using JetsonCore.Assertions;
using JetsonCore.Formats.Binary;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Tests.Assertions;

public sealed class AssertionReaderTests : IDisposable
{
    private const string KeyId = "jDXNZSrIpkuWFyk3DQqSQP3qZLlVRVbkOSwX7ebw_i_6KpGFY3U6UDFPZdMUsUqA";

    private readonly TestChain _chain = new();

    public void Dispose() => _chain.Dispose();

    private static string Account(string more = "") =>
        $"type: account\nauthority-id: me\naccount-id: you{more}\nsign-key-sha3-384: {KeyId}";

    private static Assertion Read(string text) => TestChain.ReadOne(Encoding.UTF8.GetBytes(text));

    [Fact]
    public void A_stream_is_taken_apart_and_put_together_again()
    {
        Assertion[] written = [_chain.RootAccountAssertion, _chain.BrandKeyAssertion, _chain.Model];
        byte[] stream = TestChain.Stream(written);
        IReadOnlyList<Assertion> read = AssertionReader.ReadAll(stream);
        Assert.Equal(["account", "account-key", "model"], read.Select(assertion => assertion.Type.Name));
        Assert.Equal(stream, TestChain.Stream([.. read]));
        Assert.Equal(_chain.BrandKey.EncodedPublicKey, Encoding.ASCII.GetString(read[1].Body.Span));
        Assert.Equal("model \"16/my-brand/jetson-tx1\"", read[2].Reference);
        Assert.Equal(11, read[2].Headers.Names.Count());
        Assert.True(read[2].Headers.SpanOf("model").Line > 40);
    }

    [Fact]
    public void An_empty_body_may_be_spelled_out()
    {
        Assertion assertion = Read(Account() + "\n\n\n\nAQ==\n");
        Assert.EndsWith("\n\n", Encoding.ASCII.GetString(assertion.Content.Span), StringComparison.Ordinal);
        Assert.Equal("AQ==\n", Encoding.ASCII.GetString(assertion.Signature.Span));
    }

    [Fact]
    public void A_snap_revision_has_the_default_provenance()
    {
        Assertion assertion = Read(
            $"type: snap-revision\nauthority-id: me\nsnap-sha3-384: {KeyId}\nsign-key-sha3-384: {KeyId}\n\nAQ==\n");
        Assert.Equal([KeyId, "global-upload"], assertion.PrimaryKey.AsEnumerable());
    }

    [Theory]
    [InlineData("type: account", "no empty line ends the headers")]
    [InlineData("type: nonsense\nsign-key-sha3-384: x\n\nAQ==\n", "type \"nonsense\" is unknown")]
    [InlineData("type: account\n\nAQ==\n", "\"sign-key-sha3-384\" is missing")]
    [InlineData("type: account\nsign-key-sha3-384: abc\n\nAQ==\n", "no SHA3-384 digest")]
    public void What_is_no_assertion_is_refused(string text, string message)
    {
        var exception = Assert.Throws<MalformedDataException>(() => Read(text));
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "\n\nAQ==\n", null)]
    [InlineData("\nrevision: 3", "\n\nAQ==\n", null)]
    [InlineData("\nrevision: 03", "\n\nAQ==\n", "\"revision\" is \"03\"")]
    [InlineData("\nrevision: -1", "\n\nAQ==\n", "\"revision\" is \"-1\"")]
    [InlineData("\nrevision: 1099511627776", "\n\nAQ==\n", null)]
    [InlineData("\nrevision: +1", "\n\nAQ==\n", null)]
    [InlineData("\nrevision: 9223372036854775808", "\n\nAQ==\n", "\"revision\" is \"9223372036854775808\"")]
    [InlineData("", "\n\nAQ==\ntype: account\n", "put an empty line between them")]
    [InlineData("\nformat:\n  - 1", "\n\nAQ==\n", "\"format\" is no text")]
    [InlineData("", "\n\n", "signature is empty")]
    [InlineData("\nbody-length: 4", "\n\nbody\n\nAQ==\n", null)]
    [InlineData("\nbody-length: 3", "\n\nbody\n\nAQ==\n", "no empty line follows the 3 bytes")]
    [InlineData("\nbody-length: 5000", "\n\nbody\n\nAQ==\n", "the body has 5000 bytes by its headers")]
    [InlineData("\nbody-length: 3000000", "\n\nbody\n\nAQ==\n", "too long")]
    public void What_every_assertion_must_have_is_checked(string more, string rest, string? message)
    {
        string text = Account(more) + rest;
        if (message is null)
            Assert.Equal(text, Encoding.UTF8.GetString(Read(text).ToBytes()));
        else
            Assert.Contains(message, Assert.Throws<MalformedDataException>(() => Read(text)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Limits_hold()
    {
        string many = Account("\ndisplay-name: " + new string('x', AssertionReader.HeadersLimit)) + "\n\nAQ==\n";
        Assert.Contains("headers are longer", Assert.Throws<MalformedDataException>(() => Read(many)).Message, StringComparison.Ordinal);
        string signature = Account() + "\n\n" + new string('A', AssertionReader.SignatureLimit + 1);
        Assert.Contains("signature are longer", Assert.Throws<MalformedDataException>(() => Read(signature)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Damage_is_refused_or_read_as_snapd_reads_it()
    {
        byte[] stream = TestChain.Stream(_chain.BrandAccountAssertion, _chain.BrandKeyAssertion, _chain.Model);
        var random = new SeededRandom(16);
        for (int round = 0; round < 2000; round++)
            ReadsOrIsRefused(Mutations.Mutate(stream, random));
    }

    [Fact]
    public void Snapd_reads_damaged_streams_alike()
    {
        using var temp = new TempFolder();
        byte[] stream = TestChain.Stream(_chain.BrandAccountAssertion, _chain.Model);
        var random = new SeededRandom(17);
        for (int round = 0; round < 60; round++)
        {
            byte[] damaged = Mutations.Mutate(stream, random);
            OracleResult judged = SnapdJudge.Run("decode", temp.Write("stream", damaged));
            // snapd checks what a model says while it decodes; here that is ModelReader's business.
            if (judged.ExitCode == 0)
                Assert.True(ReadsOrIsRefused(damaged), $"snapd reads what we refuse (round {round}):\n{judged.Output}");
        }
    }

    private static bool ReadsOrIsRefused(byte[] stream)
    {
        try
        {
            return AssertionReader.ReadAll(stream).Count >= 0;
        }
        catch (MalformedDataException)
        {
            return false;
        }
    }
}
