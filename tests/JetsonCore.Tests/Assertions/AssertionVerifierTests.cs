// Trust: a whole chain, every way in which one can be broken, and the built-in root of production.
using System.Text;
using JetsonCore.Assertions;
using JetsonCore.Diagnostics;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Tests.Assertions;

public sealed class AssertionVerifierTests : IDisposable
{
    private readonly TestChain _chain = new();

    public void Dispose() => _chain.Dispose();

    private (int Trusted, string[] Findings) Verify(params Assertion[] assertions)
    {
        var diagnostics = new DiagnosticBag();
        int trusted = AssertionVerifier.Verify(assertions, _chain.Roots, diagnostics).Count;
        return (trusted, [.. diagnostics.Items.Select(item => $"{item.Rule.Code} {item.Message}")]);
    }

    private void MustFail(string expected, params Assertion[] assertions)
    {
        (int trusted, string[] findings) = Verify(assertions);
        Assert.True(trusted < assertions.Length);
        Assert.Contains(findings, finding => finding.Contains(expected, StringComparison.Ordinal));
        using var temp = new TempFolder();
        string roots = temp.Write("roots", TestChain.Stream([.. _chain.Roots.Assertions]));
        OracleResult judged = SnapdJudge.Run("verify", roots, temp.Write("stream", TestChain.Stream(assertions)));
        Assert.NotEqual(0, judged.ExitCode);
    }

    private static Assertion Changed(Assertion assertion, string from, string to) =>
        TestChain.ReadOne(Encoding.UTF8.GetBytes(
            Encoding.UTF8.GetString(assertion.ToBytes()).Replace(from, to, StringComparison.Ordinal)));

    [Fact]
    public void A_chain_is_trusted_in_any_order()
    {
        Assertion[] chain = [_chain.Model, _chain.BrandKeyAssertion, _chain.BrandAccountAssertion, _chain.RootKeyAssertion];
        Assert.Equal((4, 0), (Verify(chain).Trusted, Verify(chain).Findings.Length));
    }

    [Fact]
    public void A_model_alone_is_not_trusted() => MustFail("JC3301", _chain.Model);

    [Fact]
    public void A_changed_model_is_not_trusted() => MustFail("JC3302",
        _chain.BrandAccountAssertion, _chain.BrandKeyAssertion, Changed(_chain.Model, "jetson-tx1-kernel", "other-kernel"));

    [Fact]
    public void A_signature_that_cannot_be_read_is_not_trusted() => MustFail("JC3302",
        _chain.BrandAccountAssertion, _chain.BrandKeyAssertion, Changed(_chain.Model, "\n\nAc", "\n\nBc"));

    [Fact]
    public void A_key_of_another_account_does_not_speak_for_the_brand() => MustFail("JC3303",
        _chain.Account("other"), _chain.AccountKey("other", _chain.BrandKey), _chain.Model);

    [Fact]
    public void A_key_signs_only_in_its_time() => MustFail("JC3304", _chain.BrandAccountAssertion,
        _chain.AccountKey(TestChain.Brand, _chain.BrandKey, ", \"until\": \"2019-11-13T15:40:00Z\""), _chain.Model);

    [Fact]
    public void No_key_takes_the_place_of_the_root_s() => MustFail("JC3407",
        _chain.BrandAccountAssertion, _chain.BrandKeyAssertion, _chain.Account("third"),
        _chain.AccountKey("third", _chain.RootKey, authority: TestChain.Brand, signer: _chain.BrandKey));

    [Fact]
    public void A_brand_does_not_vouch_for_accounts() => MustFail("JC3305", _chain.BrandAccountAssertion, _chain.BrandKeyAssertion,
        TestChain.Sign("""
            {
              "type": "account", "authority-id": "my-brand", "account-id": "third", "display-name": "Third",
              "validation": "unproven", "timestamp": "2019-03-01T00:00:00Z"
            }
            """, _chain.BrandKey));

    [Fact]
    public void A_key_needs_its_account() => MustFail("JC3403", _chain.BrandKeyAssertion, _chain.Model);

    [Fact]
    public void Everything_that_is_missing_is_named_with_the_command_that_gets_it()
    {
        var diagnostics = new DiagnosticBag();
        AssertionVerifier.Verify([_chain.BrandKeyAssertion, _chain.Model], _chain.Roots, diagnostics);
        Assert.Equal(
        [
            $"JC3403 cannot trust account-key \"{_chain.BrandKey.Id}\": it needs account \"my-brand\", which is not there "
                + "(add it: snap known --remote account account-id=my-brand)",
            $"JC3404 cannot trust model \"16/my-brand/jetson-tx1\": it needs account-key \"{_chain.BrandKey.Id}\", which is not "
                + "trusted ()",
        ], diagnostics.Items.Select(item => $"{item.Rule.Code} {item.Message} ({item.Hint})"));
    }

    [Fact]
    public void A_format_that_is_not_understood_is_not_trusted() => MustFail("JC3406",
        _chain.BrandAccountAssertion, _chain.BrandKeyAssertion, TestChain.SignText(Encoding.UTF8.GetString(
            _chain.Model.Content.Span).Replace("type: model\n", "type: model\nformat: 1\n", StringComparison.Ordinal), _chain.BrandKey));

    [Fact]
    public void A_key_is_what_its_body_holds() => MustFail("JC3306",
        _chain.BrandAccountAssertion,
        TestChain.SignText(Encoding.UTF8.GetString(_chain.BrandKeyAssertion.Content.Span).Replace(
            _chain.BrandKey.EncodedPublicKey, _chain.RootKey.EncodedPublicKey, StringComparison.Ordinal), _chain.RootKey));

    [Fact]
    public void A_request_is_signed_with_the_key_it_carries()
    {
        string json = $$"""
            {
              "type": "account-key-request", "public-key-sha3-384": "{{_chain.BrandKey.Id}}", "account-id": "my-brand",
              "name": "default", "since": "2019-01-01T00:00:00Z"
            }
            """;
        Assertion request = TestChain.Sign(json, _chain.BrandKey, _chain.BrandKey.EncodedPublicKey);
        Assert.Equal(2, Verify(_chain.BrandAccountAssertion, request).Trusted);
        MustFail("JC3403", request);
        MustFail("JC3306", _chain.BrandAccountAssertion,
            TestChain.SignText(Encoding.UTF8.GetString(request.Content.Span).Replace(
                $"sign-key-sha3-384: {_chain.BrandKey.Id}", $"sign-key-sha3-384: {_chain.RootKey.Id}", StringComparison.Ordinal), _chain.RootKey));
    }

    [Fact]
    public void The_production_root_is_snapds_and_vouches_for_itself()
    {
        TrustedRoots production = TrustedRoots.Production;
        string expected = SnapdJudge.Run("trusted").MustSucceed();
        Assert.Equal(expected, Encoding.UTF8.GetString(TestChain.Stream([.. production.Assertions])));
        var diagnostics = new DiagnosticBag();
        Assert.Equal(2, AssertionVerifier.Verify(production.Assertions, production, diagnostics).Count);
        Assert.Empty(diagnostics.Items);
    }
}
