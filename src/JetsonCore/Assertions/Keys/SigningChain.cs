// What lets a device believe a signature without asking a store: the account-key of the signature and the key's
// account, behind the assertion in this order, as `snap sign --chain` writes them.
using JetsonCore.Diagnostics;

namespace JetsonCore.Assertions.Keys;

/// <summary>The chain behind an assertion that is going to be signed.</summary>
public static class SigningChain
{
    /// <summary>Finds the account-key and the account; of several about the same the newest.</summary>
    /// <param name="keyId">The key that signs.</param>
    /// <param name="authority">Whose key it must be; null where the type has no authority.</param>
    /// <param name="given">Where to look.</param>
    /// <param name="diagnostics">Takes what is missing, with the commands that get it.</param>
    /// <returns>Both, or null where findings forbid it.</returns>
    public static IReadOnlyList<Assertion>? Find(
        string keyId, string? authority, IReadOnlyList<Assertion> given, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(given);
        ArgumentNullException.ThrowIfNull(diagnostics);
        DiagnosticBag findings = diagnostics.Part();
        Assertion? key = Newest("account-key", keyId, given, findings);
        string? owner = key?.Headers.Text("account-id") ?? authority;
        Assertion? account = owner is null ? null : Newest("account", owner, given, findings);
        if (key is not null && authority is not null && owner != authority)
        {
            findings.Add(KeyRules.Chain, SourceSpan.None,
                $"cannot write the chain: the authority is \"{authority}\", the key belongs to \"{owner}\"",
                "sign with a key of the authority");
        }
        return findings.HasErrors || key is null || account is null ? null : [key, account];
    }

    private static Assertion? Newest(
        string type, string name, IReadOnlyList<Assertion> given, DiagnosticBag findings)
    {
        var reference = new AssertionReference(type, [name]);
        Assertion? found = given.Where(assertion => assertion.Reference == reference.ToString())
            .MaxBy(assertion => assertion.Revision);
        if (found is null)
        {
            findings.Add(KeyRules.Chain, SourceSpan.None, $"cannot write the chain: there is no {reference}",
                $"add it with --assertion: {reference.FetchCommand}");
        }
        return found;
    }
}
