// The rules for a seed that is there already.
using JetsonCore.Diagnostics;

namespace JetsonCore.Seed;

/// <summary>Rules JC4210 to JC4217, JC4221, JC4222.</summary>
public static class SeedJudgeRules
{
    /// <summary>A seed is found.</summary>
    public static readonly Rule NoSeed = new("JC4210", Severity.Error, "there is a seed of Ubuntu Core 16 or 18");

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
}
