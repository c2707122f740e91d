// What a build made.
using System.Collections.Immutable;
using JetsonCore.Layout;
using JetsonCore.Seed;

namespace JetsonCore.Build;

/// <summary>A finished build.</summary>
public sealed record BuildResult
{
    /// <summary>The files, by name.</summary>
    public required ImmutableArray<BuiltFile> Files { get; init; }

    /// <summary>The volumes as laid out.</summary>
    public required ImmutableArray<VolumePlan> Volumes { get; init; }

    /// <summary>The seed.</summary>
    public required SeedPlan Seed { get; init; }
}

/// <summary>A file of the result.</summary>
/// <param name="Name">Its path below the output folder.</param>
/// <param name="SizeBytes">Its length.</param>
/// <param name="Sha256">Its digest.</param>
public sealed record BuiltFile(string Name, long SizeBytes, ImmutableArray<byte> Sha256);
