// Who vouches for an assertion: the chain from its signature to a trusted root.
//
//   assertion ──sign-key-sha3-384──► account-key ──account-id──► account
//                                        │ signed with a key of a trusted account
//                                        ▼
//                                   account-key of the root (trusted, built in or given)
//
// Checked are: the key is known, its account is the authority, the signature is right, the key was valid at the
// assertion's timestamp, an account-key is signed by a trusted account and its account is known.
// Spec and peer: snapd asserts/database.go (Check), account_key.go (checkConsistency).
using JetsonCore.Diagnostics;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.OpenPgp;

namespace JetsonCore.Assertions;

/// <summary>Checks signatures and trust of a set of assertions.</summary>
public sealed class AssertionVerifier
{
    /// <summary>The signing key must be known.</summary>
    public static readonly Rule UnknownKey =
        new("JC3301", Severity.Error, "the key that signed an assertion is vouched for");

    /// <summary>The signature must be right.</summary>
    public static readonly Rule Signature =
        new("JC3302", Severity.Error, "the signature of an assertion fits its content and key");

    /// <summary>The key must be the authority's.</summary>
    public static readonly Rule Account =
        new("JC3303", Severity.Error, "an assertion is signed with a key of its authority");

    /// <summary>The key must be valid.</summary>
    public static readonly Rule Validity =
        new("JC3304", Severity.Error, "a key signs only between its \"since\" and \"until\"");

    /// <summary>Only trusted accounts vouch for keys.</summary>
    public static readonly Rule Vouching =
        new("JC3305", Severity.Error, "account-keys are signed by a trusted account");

    /// <summary>What an account-key says must hold.</summary>
    public static readonly Rule KeyStatement = new("JC3306", Severity.Error, "an account-key carries the key it names");

    private readonly TrustedRoots _roots;
    private readonly DiagnosticBag _diagnostics;
    private readonly HashSet<string> _trustedAccounts;
    private readonly HashSet<string> _knownAccounts;
    private readonly Dictionary<string, AccountKey> _keys = new(StringComparer.Ordinal);
    private readonly Dictionary<Assertion, bool> _verdicts = [];

    private AssertionVerifier(IReadOnlyList<Assertion> assertions, TrustedRoots roots, DiagnosticBag diagnostics)
    {
        (_roots, _diagnostics) = (roots, diagnostics);
        _trustedAccounts = Accounts(roots.Assertions);
        _knownAccounts = Accounts([.. roots.Assertions, .. assertions]);
    }

    /// <summary>
    /// Checks every assertion against the others and the roots; says of each whether it is vouched for.
    /// </summary>
    /// <returns>The assertions that are, in the order given.</returns>
    public static IReadOnlyList<Assertion> Verify(
        IReadOnlyList<Assertion> assertions, TrustedRoots roots, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(assertions);
        ArgumentNullException.ThrowIfNull(roots);
        ArgumentNullException.ThrowIfNull(diagnostics);
        var verifier = new AssertionVerifier(assertions, roots, diagnostics);
        foreach (Assertion root in roots.Assertions.Where(root => root.Type.Name == "account-key"))
            verifier.OpenKey(root);
        // Keys first: whatever the order of the file, an account-key vouches for what it signed.
        foreach (Assertion key in assertions.Where(assertion => assertion.Type.Name == "account-key"))
            verifier._verdicts[key] = verifier.CheckKey(key);
        foreach (Assertion other in assertions.Where(assertion => assertion.Type.Name != "account-key"))
            verifier._verdicts[other] = verifier.Check(other);
        return [.. assertions.Where(assertion => verifier._verdicts[assertion])];
    }

    private static HashSet<string> Accounts(IReadOnlyList<Assertion> assertions) =>
        assertions.Where(assertion => assertion.Type.Name == "account")
            .Select(account => account.Headers.Text("account-id") ?? "")
            .ToHashSet(StringComparer.Ordinal);

    private AccountKey? OpenKey(Assertion assertion)
    {
        try
        {
            AccountKey key = AccountKey.Open(assertion);
            return _keys[assertion.PrimaryKey[0]] = key;
        }
        catch (MalformedDataException exception)
        {
            Report(KeyStatement, assertion, exception.Message);
            return null;
        }
    }

    private bool CheckKey(Assertion assertion)
    {
        if (_roots.Assertions.Any(root => root.ToBytes().AsSpan().SequenceEqual(assertion.ToBytes())))
            return true;
        if (!Check(assertion))
            return false;
        if (!_trustedAccounts.Contains(assertion.AuthorityId ?? ""))
        {
            return Report(Vouching, assertion, $"\"{assertion.AuthorityId}\" is no trusted account",
                hint: $"trusted is {_roots.Name}; give --trust FILE for another root");
        }
        if (OpenKey(assertion) is not { } key)
            return false;
        if (_knownAccounts.Contains(key.AccountId))
            return true;
        _keys.Remove(assertion.PrimaryKey[0]);
        return Report(Vouching, assertion, $"the account \"{key.AccountId}\" is not there",
            hint: "add its account assertion to the file");
    }

    private bool Check(Assertion assertion)
    {
        if (!assertion.Type.HasAuthority)
            return CheckSelfSigned(assertion);
        if (!_keys.TryGetValue(assertion.SignKeyId, out AccountKey? key))
        {
            return Report(UnknownKey, assertion, $"nobody vouches for its key {assertion.SignKeyId}",
                hint: $"add the account-key; trusted is {_roots.Name}");
        }
        if (key.AccountId != assertion.AuthorityId)
        {
            return Report(Account, assertion,
                $"its authority is \"{assertion.AuthorityId}\", its key belongs to \"{key.AccountId}\"");
        }
        if (assertion.Headers.Text("timestamp") is { } text)
        {
            if (!AssertionNames.TryParseTime(text, out DateTimeOffset time))
                return Report(AssertionRules.Time, assertion, $"its timestamp \"{text}\" is no time of RFC 3339");
            if (!key.IsValidAt(time))
                return Report(Validity, assertion, $"its timestamp is {text}, its key signs {Period(key)}");
        }
        return CheckSignature(assertion, key.PublicKey);
    }

    private bool CheckSelfSigned(Assertion assertion)
    {
        if (assertion.Type.Name != "account-key-request")
            return Report(UnknownKey, assertion, $"a \"{assertion.Type.Name}\" says nothing about who signed it");
        try
        {
            AccountKey key = AccountKey.Open(assertion);
            return assertion.SignKeyId == assertion.PrimaryKey[0]
                ? CheckSignature(assertion, key.PublicKey)
                : Report(Account, assertion, "it is not signed with the key that it carries");
        }
        catch (MalformedDataException exception)
        {
            return Report(KeyStatement, assertion, exception.Message);
        }
    }

    private bool CheckSignature(Assertion assertion, OpenPgpPublicKey key)
    {
        try
        {
            OpenPgpSignature signature = OpenPgpSignature.Read(OpenPgpEnvelope.Decode(assertion.Signature.Span));
            return signature.Verifies(assertion.Content.Span, key)
                || Report(Signature, assertion, "its signature does not fit its content");
        }
        catch (MalformedDataException exception)
        {
            return Report(Signature, assertion, $"its signature cannot be read: {exception.Message}");
        }
    }

    private bool Report(Rule rule, Assertion assertion, string why, string? hint = null)
    {
        _diagnostics.Add(rule, SourceSpan.None, $"cannot trust {assertion.Reference}: {why}", hint);
        return false;
    }

    private static string Period(AccountKey key) =>
        $"from {Show(key.Since)}{(key.Until is { } until ? $" until before {Show(until)}" : "")}";

    private static string Show(DateTimeOffset time) =>
        time.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
}
