// Signing: canonical order, determinism, findings about statements; snapd's library as judge both ways.
using System.Text;
using JetsonCore.Assertions;
using JetsonCore.Diagnostics;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Tests.Assertions;

public sealed class AssertionSignerTests : IDisposable
{
    private readonly TestChain _chain = new();

    public void Dispose() => _chain.Dispose();

    private static IReadOnlyList<Diagnostic> Findings(string json)
    {
        var diagnostics = new DiagnosticBag();
        using AssertionKey key = TestChain.LoadKey("signing.pem");
        if (AssertionStatement.ReadJson(Encoding.UTF8.GetBytes(json), diagnostics) is { } statement)
            Assert.Null(AssertionSigner.Sign(statement, key, TestChain.SigningTime, diagnostics));
        return diagnostics.Items;
    }

    [Fact]
    public void A_model_has_its_golden_text() => Golden.Matches(Encoding.UTF8.GetString(_chain.Model.ToBytes()),
        "tests", "JetsonCore.Tests", "Assertions", "golden", "jetson-tx1.model.golden.txt");

    [Fact]
    public void The_same_statement_key_and_time_give_the_same_bytes() =>
        Assert.Equal(_chain.Model.ToBytes(), _chain.Model.ToBytes());

    [Fact]
    public void Headers_come_in_canonical_order()
    {
        Assertion signed = TestChain.Sign("""
            {
              "zebra": "z", "authority-id": "my-brand", "type": "snap-declaration", "snap-id": "x", "alpha": "a",
              "revision": "7", "format": "2", "series": "16", "empty": [], "nothing": {}, "map": { "k": "v" },
              "snap-name": "", "publisher-id": "p", "timestamp": "2019-11-13T15:40:00Z"
            }
            """, _chain.BrandKey, "body text\n");
        string expected = $"""
            type: snap-declaration
            format: 2
            authority-id: my-brand
            revision: 7
            series: 16
            snap-id: x
            alpha: a
            map:
              k: v
            publisher-id: p
            snap-name:{' '}
            timestamp: 2019-11-13T15:40:00Z
            zebra: z
            body-length: 10
            sign-key-sha3-384: {_chain.BrandKey.Id}

            body text

            """;
        Assert.Equal(expected, Encoding.UTF8.GetString(signed.Content.Span));
    }

    [Theory]
    [InlineData("[]", "JC3002", "1:1", "a list is no object")]
    [InlineData("{ \"a\": ", "JC3002", "1:8", "no JSON")]
    [InlineData("{ \"type\": \"model\" } x", "JC3002", "1:21", "no JSON")]
    [InlineData("{\n  \"a\": 1 }", "JC3003", "2:8", "the number 1")]
    [InlineData("{ \"a\": true }", "JC3003", "1:8", "true")]
    [InlineData("{ \"a\": null }", "JC3003", "1:8", "null")]
    [InlineData("{ \"a\": [\"x\", 2] }", "JC3003", "1:14", "the number 2")]
    [InlineData("{ \"A b\": \"x\" }", "JC3004", "1:3", "\"A b\"")]
    [InlineData("{ \"a\": \"1\", \"ü\": \"x\", \"a\": \"2\" }", "JC3004", "1:13", "\"ü\"")]
    [InlineData("{ \"a\": \"1\", \"a\": \"2\" }", "JC3004", "1:13", "there twice")]
    [InlineData("{ \"body\": [] }", "JC3003", "1:11", "must be a string")]
    [InlineData("{ \"series\": \"16\" }", "JC3006", "1:1", "\"type\" is missing")]
    [InlineData("{ \"type\": \"modl\" }", "JC3005", "1:11", "\"modl\" is unknown")]
    [InlineData("{ \"type\": \"account\", \"account-id\": \"a/b\" }", "JC3006", "1:1", "\"authority-id\"")]
    [InlineData("{ \"type\": \"account\", \"authority-id\": \"me\", \"account-id\": \"a/b\" }", "JC3006", "1:58", "no \"/\"")]
    [InlineData("{ \"type\": \"account\", \"authority-id\": \"me\", \"account-id\": \"\" }", "JC3006", "1:58", "empty")]
    [InlineData("{ \"type\": \"account-key-request\", \"authority-id\": \"me\" }", "JC3007", "1:50", "cannot give an authority")]
    [InlineData("{ \"type\": \"account\", \"authority-id\": \"me\", \"account-id\": \"a\", \"format\": \"1\" }",
        "JC3008", "1:73", "format 1")]
    [InlineData("{ \"type\": \"account\", \"authority-id\": \"me\", \"account-id\": \"a\", \"revision\": \"x\" }",
        "JC3008", "1:75", "\"x\"")]
    public void Findings_say_what_and_where(string json, string code, string place, string message)
    {
        Diagnostic finding = Findings(json)[0];
        Assert.Equal(code, finding.Rule.Code);
        Assert.Equal(place, $"{finding.Span.Line}:{finding.Span.Column}");
        Assert.Contains(message, finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Headers_that_no_reader_accepts_are_not_signed()
    {
        string json = $$"""
            {
              "type": "account", "authority-id": "me", "account-id": "a", "display-name": "A", "validation": "unproven",
              "timestamp": "2019-11-13T15:40:00Z", "x": "{{new string('x', 200_000)}}"
            }
            """;
        Assert.Equal("JC3010", Assert.Single(Findings(json)).Rule.Code);
    }

    [Fact]
    public void Snapd_signs_the_same_content()
    {
        using var temp = new TempFolder();
        const string Nested = """
            {
              "type": "account", "authority-id": "my-brand", "account-id": "someone", "revision": "2",
              "display-name": "Some\nOne", "validation": "unproven", "timestamp": "2019-11-13T15:40:00Z", "username": "x",
              "extra": { "network": "true", "home": { "alternatives": [ "a", "b\nc", [ "d" ], { "k": "v" } ] } },
              "nothing": {}, "aliases": [ { "name": "x", "target": "y" } ],
              "body": "a body\nwith ünïcode\n\nand a gap"
            }
            """;
        foreach (string json in (string[])[TestChain.ModelJson, Nested])
        {
            OracleResult judged = SnapdJudge.Run("sign", TestChain.KeyPath("signing.pem"), temp.Write("headers.json", json));
            judged.MustSucceed();
            Assertion theirs = TestChain.ReadOne(judged.OutputBytes);
            Assertion ours = TestChain.Sign(json, _chain.BrandKey);
            Assert.Equal(Encoding.UTF8.GetString(theirs.Content.Span), Encoding.UTF8.GetString(ours.Content.Span));
        }
    }

    [Fact]
    public void Snapd_accepts_our_chain_and_we_accept_what_snapd_signs()
    {
        using var temp = new TempFolder();
        string roots = temp.Write("roots", TestChain.Stream(_chain.RootAccountAssertion, _chain.RootKeyAssertion));
        byte[] ours = TestChain.Stream(_chain.BrandAccountAssertion, _chain.BrandKeyAssertion, _chain.Model);
        SnapdJudge.Run("verify", roots, temp.Write("ours", ours)).MustSucceed();

        OracleResult signed = SnapdJudge.Run(
            "sign", TestChain.KeyPath("signing.pem"), temp.Write("headers.json", TestChain.ModelJson));
        Assertion theirs = TestChain.ReadOne(signed.OutputBytes);
        var diagnostics = new DiagnosticBag();
        Assertion[] all = [_chain.BrandAccountAssertion, _chain.BrandKeyAssertion, theirs];
        Assert.Equal(all, AssertionVerifier.Verify(all, _chain.Roots, diagnostics));
        Assert.Empty(diagnostics.Items);
    }
}
