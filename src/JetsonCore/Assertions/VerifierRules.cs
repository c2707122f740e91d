// The rules for who vouches for what.
using JetsonCore.Diagnostics;

namespace JetsonCore.Assertions;

/// <summary>Rules JC3301 to JC3306 and JC3403 to JC3408.</summary>
public static class VerifierRules
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

    /// <summary>Who may sign a type.</summary>
    public static readonly Rule Signer =
        new("JC3305", Severity.Error, "an assertion is signed by who may sign its type");

    /// <summary>What an account-key says must hold.</summary>
    public static readonly Rule KeyStatement =
        new("JC3306", Severity.Error, "an account-key carries the key it names, under a name of its own");

    /// <summary>What an assertion needs must be there.</summary>
    public static readonly Rule Prerequisite =
        new("JC3403", Severity.Error, "all that an assertion needs is there");

    /// <summary>What an assertion needs must be trusted.</summary>
    public static readonly Rule Dependent =
        new("JC3404", Severity.Error, "all that an assertion needs is trusted");

    /// <summary>A key signs nothing when its time has passed.</summary>
    public static readonly Rule Expired =
        new("JC3405", Severity.Error, "the key of an assertion is valid when it is to be believed");

    /// <summary>Formats that are not understood.</summary>
    public static readonly Rule Format = new("JC3406", Severity.Error, "the format of an assertion is understood");

    /// <summary>Roots stay as they are.</summary>
    public static readonly Rule Clash = new("JC3407", Severity.Error, "an assertion takes no root's place");

    /// <summary>A key whose time has passed by now.</summary>
    public static readonly Rule ExpiredByNow =
        new("JC3408", Severity.Warning, "no key of the seed has expired by now");
}
