// What `build` is asked for, as plain values: by its arguments, or by a project and arguments over it.
using JetsonCore.Boot.Commands;
using JetsonCore.Build;
using JetsonCore.Cli.Shell;
using JetsonCore.Flash;
using JetsonCore.Project;
using JetsonCore.Store;

namespace JetsonCore.Cli.Commands;

internal sealed record BuildOptions
{
    /// <summary>Words for flash targets.</summary>
    public const string Automatic = "auto", None = "none";

    /// <summary>The project that says what its arguments do not; null for none.</summary>
    public BuildProject? Project { get; init; }

    /// <summary>The time of the build; null for the model's.</summary>
    public BuildClock? Clock { get; init; }

    /// <summary>A signed model, or null where headers are given.</summary>
    public string? ModelPath { get; init; }

    /// <summary>The headers of a model as JSON or YAML, to be signed; null where the project itself has them.</summary>
    public string? ModelHeadersPath { get; init; }

    public string? SignKey { get; init; }

    public Func<string?> Passphrase { get; init; } = () => null;

    /// <summary>A path or a name; null where a folder or a lock has it, or the project makes it.</summary>
    public SnapArgument? Gadget { get; init; }

    /// <summary>A path or a name; null where a folder or a lock has it, or the project makes it.</summary>
    public SnapArgument? Kernel { get; init; }

    public IReadOnlyList<SnapArgument> Snaps { get; init; } = [];

    /// <summary>Whether the snaps of the model that no file is of are fetched too.</summary>
    public bool TakesModelSnaps { get; init; }

    /// <summary>The architecture of a model that names none, or null.</summary>
    public string? Architecture { get; init; }

    /// <summary>A folder that snaps of names are taken from, or null for the store.</summary>
    public string? StoreDir { get; init; }

    /// <summary>A lock that is kept, or written where there is none.</summary>
    public string? LockPath { get; init; }

    /// <summary>A list of revisions, or null.</summary>
    public string? RevisionsPath { get; init; }

    public StoreSettings.Wishes Store { get; init; } = new();

    public IReadOnlyList<string> Assertions { get; init; } = [];

    public IReadOnlyList<string> Trust { get; init; } = [];

    /// <summary>Whether a model that nobody vouches for is taken.</summary>
    public bool AllowUnvouched { get; init; }

    public bool DisableConsoleConf { get; init; }

    /// <summary>User data of cloud-init, or null.</summary>
    public string? CloudInitPath { get; init; }

    /// <summary>Assertions to be imported on the device, or null.</summary>
    public string? AutoImportPath { get; init; }

    /// <summary>Whether the device boots in a factory.</summary>
    public bool IsFactoryImage { get; init; }

    /// <summary>Whether snaps shall be seeded at the building.</summary>
    public bool IsPreseeded { get; init; }

    public string OutputFolder { get; init; } = ".";

    public string? Channel { get; init; }

    /// <summary>The label of the recovery system, or null.</summary>
    public string? SystemLabel { get; init; }

    public long? ImageSizeBytes { get; init; }

    public int SectorSize { get; init; } = 512;

    /// <summary>Where RAM is, or null.</summary>
    public UBootBoard? Board { get; init; }

    /// <summary>The flash tool's name; auto for what the gadget fits, none for none.</summary>
    public string FlashTargetName { get; init; } = Automatic;

    public FlashTarget? FlashTarget => FlashTargetName switch
    {
        None => null,
        Automatic => FlashTarget.All[0],
        _ => FlashTarget.All.First(known => known.Name == FlashTargetName),
    };

    public bool FlashTargetIsOptional => FlashTargetName == Automatic;

    public FlashBundleOptions Bundle { get; init; } = new();

    /// <summary>Whether bills of materials are written.</summary>
    public bool Sbom { get; init; }

    /// <summary>Whether the provenance is written.</summary>
    public bool Provenance { get; init; }

    public bool Force { get; init; }

    public bool Json { get; init; }

    /// <summary>Whether stages are kept for later builds, and taken from earlier ones.</summary>
    public bool UsesCache { get; init; } = true;

    /// <summary>The address of a cache that a fleet shares; null for that of the environment, if it has one.</summary>
    public string? RemoteCache { get; init; }

    public ProgressArguments.Wishes Progress { get; init; } = new();
}
