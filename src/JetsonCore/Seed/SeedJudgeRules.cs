// The rules for a seed that is there already.
using JetsonCore.Diagnostics;

namespace JetsonCore.Seed;

/// <summary>Rules JC4120 to JC4124, JC4210 to JC4217, JC4221, JC4222.</summary>
public static class SeedJudgeRules
{
    /// <summary>A seed is found.</summary>
    public static readonly Rule NoSeed = new("JC4210", Severity.Error, "there is a seed");

    /// <summary>seed.yaml can be read.</summary>
    public static readonly Rule Yaml = new("JC4211", Severity.Error, "seed.yaml lists snaps as snapd reads it");

    /// <summary>The model.</summary>
    public static readonly Rule Model = new("JC4212", Severity.Error, "a seed has one model");

    /// <summary>Files of snaps.</summary>
    public static readonly Rule SnapMissing = new("JC4213", Severity.Error, "the files of all snaps are in the seed");

    /// <summary>What a snap says of itself.</summary>
    public static readonly Rule SnapFile = new("JC4214", Severity.Error, "files of snaps are snaps");

    /// <summary>Statements about asserted snaps.</summary>
    public static readonly Rule SnapUnstated =
        new("JC4215", Severity.Error, "a snap that is not marked as unasserted has statements that fit it");

    /// <summary>Essential snaps.</summary>
    public static readonly Rule Essential = new("JC4216", Severity.Error, "the snaps that a device boots are there");

    /// <summary>Snaps for which no store vouches.</summary>
    public static readonly Rule Unasserted = new("JC4221", Severity.Info, "every snap of a seed is asserted");

    /// <summary>Names that differ.</summary>
    public static readonly Rule Names =
        new("JC4222", Severity.Warning, "seed.yaml, a snap and its statements call it by one name");

    /// <summary>What nobody reads.</summary>
    public static readonly Rule Leftover = new("JC4217", Severity.Warning, "nothing lies in a seed that nobody reads");

    /// <summary>The model of a recovery system.</summary>
    public static readonly Rule SystemModel =
        new("JC4120", Severity.Error, "a recovery system has its model in a file of its own");

    /// <summary>Statements about the snaps of a recovery system.</summary>
    public static readonly Rule SystemPairs = new("JC4121", Severity.Error,
        "a recovery system has one declaration and one revision of each asserted snap");

    /// <summary>options.yaml can be read.</summary>
    public static readonly Rule SystemOptions =
        new("JC4122", Severity.Error, "options.yaml lists snaps as snapd reads it");

    /// <summary>aux-info.json can be read.</summary>
    public static readonly Rule AuxInfo = new("JC4123", Severity.Error, "aux-info.json is read as snapd reads it");

    /// <summary>What was seeded at the factory.</summary>
    public static readonly Rule Preseed =
        new("JC4124", Severity.Error, "what was seeded at the factory fits the recovery system");
}
