// The arguments of `build` as plain values.
using JetsonCore.Boot.Commands;
using JetsonCore.Flash;

namespace JetsonCore.Cli.Commands;

internal sealed record BuildOptions
{
    /// <summary>A signed model, or null where headers are given.</summary>
    public string? ModelPath { get; init; }

    /// <summary>The headers of a model as JSON, to be signed.</summary>
    public string? ModelHeadersPath { get; init; }

    public string? SignKey { get; init; }

    public Func<string?> Passphrase { get; init; } = () => null;

    public required string Gadget { get; init; }

    public required string Kernel { get; init; }

    public IReadOnlyList<string> Snaps { get; init; } = [];

    public IReadOnlyList<string> Assertions { get; init; } = [];

    public IReadOnlyList<string> Trust { get; init; } = [];

    /// <summary>Whether a model that nobody vouches for is taken.</summary>
    public bool AllowUnvouched { get; init; }

    public bool DisableConsoleConf { get; init; }

    /// <summary>User data of cloud-init, or null.</summary>
    public string? CloudInitPath { get; init; }

    /// <summary>Assertions to be imported on the device, or null.</summary>
    public string? AutoImportPath { get; init; }

    /// <summary>Whether snaps shall be seeded at the building.</summary>
    public bool IsPreseeded { get; init; }

    public required string OutputFolder { get; init; }

    public string? Channel { get; init; }

    /// <summary>The label of the recovery system, or null.</summary>
    public string? SystemLabel { get; init; }

    public long? ImageSizeBytes { get; init; }

    public int SectorSize { get; init; } = 512;

    /// <summary>Where RAM is, or null.</summary>
    public UBootBoard? Board { get; init; }

    public FlashTarget? FlashTarget { get; init; }

    public bool FlashTargetIsOptional { get; init; }

    public FlashBundleOptions Bundle { get; init; } = new();

    public bool Force { get; init; }

    public bool Json { get; init; }

    public bool Timings { get; init; }
}
