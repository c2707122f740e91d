// The rules for keys that other programs hold, and for what is done with keys besides signing.
using JetsonCore.Diagnostics;

namespace JetsonCore.Assertions.Keys;

/// <summary>Rules JC3410 to JC3415.</summary>
public static class KeyRules
{
    /// <summary>A program that holds keys must do its part.</summary>
    public static readonly Rule Program =
        new("JC3410", Severity.Error, "a program that holds keys is there and does what it is asked for");

    /// <summary>What other programs hold cannot always be listed.</summary>
    public static readonly Rule Unlisted =
        new("JC3411", Severity.Warning, "the keys that other programs hold can be listed");

    /// <summary>A key is gone for ever.</summary>
    public static readonly Rule Deletion = new("JC3412", Severity.Error, "a key is deleted only on purpose");

    /// <summary>What a person types blindly.</summary>
    public static readonly Rule Typing =
        new("JC3413", Severity.Error, "a new passphrase is typed twice, and the same");

    /// <summary>What lets a device believe a signature.</summary>
    public static readonly Rule Chain =
        new("JC3414", Severity.Error, "a chain has the account-key of its signature, and the key's account");

    /// <summary>Constraints of the store.</summary>
    public static readonly Rule Foreign =
        new("JC3415", Severity.Error, "who holds a key can do with it what is asked for");
}
