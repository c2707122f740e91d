// Who vouches for an assertion, and whether all that it needs is there:
//
//   assertion ──sign-key-sha3-384──► account-key ──account-id──► account
//       │                                │ signed by the account of a root
//       └── prerequisites of its type    ▼
//                                    account-key of the root (trusted, built in or given)
//
// An assertion is taken once its key and its prerequisites have been taken; that is tried until nothing changes, so
// that the order in the files does not matter. Of several about the same, the one of the highest revision counts. Who
// may sign what, and what it needs, stands in the table (Types).
// Spec and peer: snapd asserts/database.go (Check, Add), checkConsistency and Prerequisites of each type.
using System.Collections.Immutable;
using JetsonCore.Diagnostics;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.OpenPgp;

namespace JetsonCore.Assertions;

/// <summary>Checks signatures and trust of a set of assertions.</summary>
public sealed class AssertionVerifier
{
    private readonly DiagnosticBag _diagnostics;
    private readonly DateTimeOffset? _at;
    private readonly Func<Assertion, bool> _tellsOfGap;
    private readonly TrustedRoots _roots;
    private readonly AssertionSet _believed;
    private readonly SigningKeys _keys;

    private AssertionVerifier(
        TrustedRoots roots, DateTimeOffset? at, DiagnosticBag diagnostics, Func<Assertion, bool> tellsOfGap)
    {
        (_roots, _at, _diagnostics, _tellsOfGap) = (roots, at, diagnostics, tellsOfGap);
        _believed = new(roots);
        _keys = new(_believed);
    }

    /// <summary>
    /// Checks every assertion against the others and the roots; says of each whether it is vouched for.
    /// </summary>
    /// <param name="assertions">The assertions, in any order.</param>
    /// <param name="roots">What is trusted to begin with.</param>
    /// <param name="diagnostics">Takes what is wrong, and what is missing with the command that gets it.</param>
    /// <param name="at">When they are to be believed; null where the day shall not matter.</param>
    /// <param name="tellsOfGap">
    /// Asked for each assertion that lacks something which was not given, or is not believed: whether that is a
    /// finding. Null: it always is.
    /// </param>
    /// <returns>The assertions that are, in the order given.</returns>
    public static IReadOnlyList<Assertion> Verify(IReadOnlyList<Assertion> assertions, TrustedRoots roots,
        DiagnosticBag diagnostics, DateTimeOffset? at = null, Func<Assertion, bool>? tellsOfGap = null)
    {
        ArgumentNullException.ThrowIfNull(assertions);
        ArgumentNullException.ThrowIfNull(roots);
        ArgumentNullException.ThrowIfNull(diagnostics);
        var verifier = new AssertionVerifier(roots, at, diagnostics, tellsOfGap ?? (_ => true));
        HashSet<Assertion> believed = verifier.Run(assertions);
        return [.. assertions.Where(believed.Contains)];
    }

    /// <summary>Of what is believed, what is signed with a key that does not sign at a time.</summary>
    public static IEnumerable<(Assertion Assertion, string Period)> FindExpired(
        IReadOnlyList<Assertion> believed, TrustedRoots roots, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(believed);
        ArgumentNullException.ThrowIfNull(roots);
        var set = new AssertionSet(roots);
        foreach (Assertion assertion in believed)
            set.Add(assertion);
        var keys = new SigningKeys(set);
        foreach (Assertion assertion in believed.Where(one => one.Type.HasAuthority))
        {
            if (keys.Find(assertion.SignKeyId) is { } key && !key.IsValidAt(at))
                yield return (assertion, key.Period);
        }
    }

    private HashSet<Assertion> Run(IReadOnlyList<Assertion> assertions)
    {
        var believed = new HashSet<Assertion>();
        var waiting = new List<Assertion>();
        foreach (Assertion assertion in Newest(assertions))
        {
            if (_believed.FindSame(assertion) is not { } root)
                waiting.Add(assertion);
            else if (root.ToBytes().AsSpan().SequenceEqual(assertion.ToBytes()))
                believed.Add(assertion);
            else
                Report(VerifierRules.Clash, assertion, $"{_roots.Name} has another one about the same");
        }
        for (bool goesOn = true; goesOn;)
        {
            var lacking = new List<Assertion>();
            foreach (Assertion assertion in waiting)
            {
                if (Missing(assertion).Count > 0)
                    lacking.Add(assertion);
                else if (Check(assertion))
                {
                    _believed.Add(assertion);
                    believed.Add(assertion);
                }
            }
            goesOn = lacking.Count < waiting.Count;
            waiting = lacking;
        }
        HashSet<string> given = [.. assertions.Select(assertion => assertion.Reference)];
        foreach (Assertion assertion in waiting.Where(_tellsOfGap))
            ReportMissing(assertion, given);
        return believed;
    }

    /// <summary>Of several about the same the newest, of equals the first; those without a key are their own.</summary>
    private static IEnumerable<Assertion> Newest(IReadOnlyList<Assertion> assertions) =>
        assertions.Where(assertion => assertion.Type.PrimaryKey.IsEmpty)
            .Concat(assertions.Where(assertion => !assertion.Type.PrimaryKey.IsEmpty)
                .GroupBy(assertion => assertion.Reference, StringComparer.Ordinal)
                .Select(same => same.MaxBy(assertion => assertion.Revision)!));

    private List<AssertionReference> Missing(Assertion assertion)
    {
        IEnumerable<AssertionReference> wanted = PrerequisiteReader.Of(assertion);
        if (assertion.Type.HasAuthority)
            wanted = wanted.Prepend(new("account-key", [assertion.SignKeyId]));
        return [.. wanted.Where(reference => _believed.Find(reference.Type, reference.Key) is null)];
    }

    private void ReportMissing(Assertion assertion, HashSet<string> given)
    {
        foreach (AssertionReference reference in Missing(assertion))
        {
            bool isKey = reference.Type == "account-key" && reference.Key[0] == assertion.SignKeyId;
            if (given.Contains(reference.ToString()))
                Report(VerifierRules.Dependent, assertion, $"it needs {reference}, which is not trusted");
            else if (isKey)
            {
                Report(VerifierRules.UnknownKey, assertion, $"nobody vouches for its key {reference.Key[0]}",
                    $"add the account-key (trusted is {_roots.Name}): {reference.FetchCommand}");
            }
            else
            {
                Report(VerifierRules.Prerequisite, assertion, $"it needs {reference}, which is not there",
                    $"add it: {reference.FetchCommand}");
            }
        }
    }

    private bool Check(Assertion assertion)
    {
        AssertionType type = assertion.Type;
        if (assertion.Format > type.LastFormat)
        {
            return Report(VerifierRules.Format, assertion,
                $"its format is {assertion.Format}, of this type up to {type.LastFormat} is understood",
                type.NewestFormat >= assertion.Format
                    ? "a newer snapd understands it; ask the store for an older format" : null);
        }
        if (type.Signer == SignerRule.NotCheckable)
        {
            return Report(VerifierRules.UnknownKey, assertion,
                $"a \"{type.Name}\" is for who asked for it, nobody else can tell who signed it");
        }
        SigningKey? key = type.Signer switch
        {
            SignerRule.KeyInBody => OpenOwnKey(assertion),
            SignerRule.DeviceOfSerial => _keys.OfDevice(assertion),
            _ => _keys.Find(assertion.SignKeyId),
        };
        if (key is null)
            return Report(VerifierRules.KeyStatement, assertion, "its key cannot be read");
        return CheckKey(assertion, key) && CheckSignature(assertion, key.PublicKey)
            && (SignerJudge.Doubt(assertion, _believed) is not { } why
                || Report(VerifierRules.Signer, assertion, why, SignerHint(assertion)))
            && (type.Name != "account-key" || CheckNewKey(assertion));
    }

    private static SigningKey? OpenOwnKey(Assertion assertion)
    {
        SigningKey? key = SigningKey.TryOpen(assertion, out _);
        return key is not null && assertion.SignKeyId == key.Id ? key : null;
    }

    private bool CheckKey(Assertion assertion, SigningKey key)
    {
        if (!assertion.Type.HasAuthority)
            return true;
        if (key.AccountId != assertion.AuthorityId)
        {
            return Report(VerifierRules.Account, assertion,
                $"its authority is \"{assertion.AuthorityId}\", its key belongs to \"{key.AccountId}\"");
        }
        if (_at is { } now && !key.IsValidAt(now))
        {
            return Report(VerifierRules.Expired, assertion,
                $"at {SigningKey.Show(now)} its key signs nothing, it signs {key.Period}");
        }
        if (!assertion.Type.HasTimestamp || assertion.Headers.Text("timestamp") is not { } text)
            return true;
        if (!AssertionNames.TryParseTime(text, out DateTimeOffset time))
            return Report(AssertionRules.Time, assertion, $"its timestamp \"{text}\" is no time of RFC 3339");
        return key.IsValidAt(time)
            || Report(VerifierRules.Validity, assertion, $"its timestamp is {text}, its key signs {key.Period}");
    }

    /// <summary>A key must be readable, and no other key of its account may have its name.</summary>
    private bool CheckNewKey(Assertion assertion)
    {
        if (SigningKey.TryOpen(assertion, out string why) is null)
            return Report(VerifierRules.KeyStatement, assertion, why);
        string? name = assertion.Headers.Text("name"), account = assertion.Headers.Text("account-id");
        Assertion? other = name is null ? null : _believed.Of("account-key").FirstOrDefault(
            one => one.Headers.Text("name") == name && one.Headers.Text("account-id") == account);
        return other is null || Report(VerifierRules.KeyStatement, assertion,
            $"the account \"{account}\" has another key of the name \"{name}\": {other.PrimaryKey[0]}");
    }

    private bool CheckSignature(Assertion assertion, OpenPgpPublicKey key)
    {
        try
        {
            OpenPgpSignature signature = OpenPgpSignature.Read(OpenPgpEnvelope.Decode(assertion.Signature.Span));
            return signature.Verifies(assertion.Content.Span, key)
                || Report(VerifierRules.Signature, assertion, "its signature does not fit its content");
        }
        catch (MalformedDataException exception)
        {
            return Report(VerifierRules.Signature, assertion, $"its signature cannot be read: {exception.Message}");
        }
    }

    private string? SignerHint(Assertion assertion) => assertion.Type.Signer == SignerRule.Trusted
        ? $"trusted is {_roots.Name}; give --trust FILE for another root" : null;

    private bool Report(Rule rule, Assertion assertion, string why, string? hint = null)
    {
        _diagnostics.Add(rule, SourceSpan.None, $"cannot trust {assertion.Reference}: {why}", hint);
        return false;
    }
}
