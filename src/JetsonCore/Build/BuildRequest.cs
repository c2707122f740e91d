// What a build is asked for, with all inputs opened.
using JetsonCore.Boot.Commands;
using JetsonCore.Cache;
using JetsonCore.Flash;
using JetsonCore.Seed;

namespace JetsonCore.Build;

/// <summary>One build.</summary>
public sealed record BuildRequest
{
    /// <summary>The model, the snaps and what is stated about them.</summary>
    public required SeedInputs Seed { get; init; }

    /// <summary>The same, with the label of its recovery system.</summary>
    public SeedInputs Labelled => Seed with
    {
        SystemLabel = Seed.SystemLabel ?? RecoverySystem.LabelOf(Clock.Moment),
    };

    /// <summary>The time of everything that is made.</summary>
    public required BuildClock Clock { get; init; }

    /// <summary>Where the results go.</summary>
    public required string OutputFolder { get; init; }

    /// <summary>Whether existing results are overwritten.</summary>
    public bool Force { get; init; }

    /// <summary>Bytes of the whole image; null for the least.</summary>
    public long? ImageSizeBytes { get; init; }

    /// <summary>Bytes of a sector of the device: 512 or 4096.</summary>
    public int SectorSize { get; init; } = 512;

    /// <summary>Where the board's RAM is; null for what its device tree says.</summary>
    public UBootBoard? Board { get; init; }

    /// <summary>The flash tool to make a bundle for; null for none.</summary>
    public FlashTarget? FlashTarget { get; init; }

    /// <summary>What the bundle shall be like.</summary>
    public FlashBundleOptions Bundle { get; init; } = new();

    /// <summary>What earlier builds have made; null where nothing is taken and kept.</summary>
    public StageCache? Cache { get; init; }

    /// <summary>What the build shall say of its results besides.</summary>
    public BillRequest Bills { get; init; } = new();

    /// <summary>Whether a bundle is made only where the gadget has what the flash tool wants.</summary>
    public bool FlashTargetIsOptional { get; init; }
}
