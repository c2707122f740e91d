// What a model assertion says, once its headers have passed ModelReader.
using System.Collections.Immutable;
using JetsonCore.Diagnostics;

namespace JetsonCore.Assertions;

/// <summary>A model: which snaps make up a device.</summary>
public sealed record ModelDefinition
{
    /// <summary>Always "16".</summary>
    public required string Series { get; init; }

    /// <summary>The account that makes the device.</summary>
    public required string BrandId { get; init; }

    /// <summary>The model's name.</summary>
    public required string Name { get; init; }

    /// <summary>Its name for people, or null.</summary>
    public string? DisplayName { get; init; }

    /// <summary>Architecture in Debian's spelling ("arm64").</summary>
    public required string Architecture { get; init; }

    /// <summary>The base that the device boots, or null for "core".</summary>
    public Located<string>? BootBase { get; init; }

    /// <summary>The gadget; null only for classic models.</summary>
    public ModelSnap? Gadget { get; init; }

    /// <summary>The kernel; null only for classic models.</summary>
    public ModelSnap? Kernel { get; init; }

    /// <summary>The snap "snapd" where "snaps" lists it, else null.</summary>
    public ModelSnap? Snapd { get; init; }

    /// <summary>The base that the device boots, in models with "snaps"; it is there without an entry too.</summary>
    public ModelSnap? BaseSnap { get; init; }

    /// <summary>All other snaps in the order of the model.</summary>
    public ImmutableArray<ModelSnap> OtherSnaps { get; init; } = [];

    /// <summary>Whether it has the header "snaps" of Ubuntu Core 20 and later.</summary>
    public bool HasSnapsHeader { get; init; }

    /// <summary>"dangerous", "signed" or "secured"; null for models without the header "snaps".</summary>
    public string? Grade { get; init; }

    /// <summary>Whether unasserted and extra snaps, devmode and other channels than the model's are taken.</summary>
    public bool IsDangerous => Grade == ModelSnapsReader.Dangerous;

    /// <summary>The validation sets that its seed keeps to, in its order; snapd reads them since 2.58.</summary>
    public ImmutableArray<ModelValidationSet> ValidationSets { get; init; } = [];

    /// <summary>Whether it is a classic system.</summary>
    public bool IsClassic { get; init; }

    /// <summary>The brand store, or null.</summary>
    public string? Store { get; init; }

    /// <summary>When the brand issued it.</summary>
    public required DateTimeOffset Timestamp { get; init; }

    /// <summary>The snap that carries snapd itself: "snapd" where there is a boot base, else "core".</summary>
    public string SystemSnap => BootBase is null ? "core" : "snapd";

    /// <summary>What the boot menu calls the device.</summary>
    public string MenuEntry => DisplayName is { Length: > 0 } name ? name : Name;
}

/// <summary>One snap of a model.</summary>
public sealed record ModelSnap
{
    /// <summary>The modes of snaps that a device cannot do without.</summary>
    internal static readonly ImmutableArray<string> EssentialModes = ["run", "ephemeral"];

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// Its type: "app", "base", "gadget", "kernel", "core", "snapd"; null where the model does not say.
    /// </summary>
    public string? Type { get; init; }

    /// <summary>Its id in the store, or null.</summary>
    public string? Id { get; init; }

    /// <summary>The track it is pinned to ("name=track"), or null.</summary>
    public string? Track { get; init; }

    /// <summary>The channel it follows ("latest/stable") in models with "snaps", or null.</summary>
    public string? DefaultChannel { get; init; }

    /// <summary>Whether it may have classic confinement, in classic models with "snaps".</summary>
    public bool IsClassic { get; init; }

    /// <summary>Whether the device may do without it.</summary>
    public bool IsOptional { get; init; }

    /// <summary>
    /// The modes in which it is there; "ephemeral" stands for all but "run". Empty in models without "snaps".
    /// </summary>
    public ImmutableArray<string> Modes { get; init; } = [];

    /// <summary>The names of its components, in models with "snaps".</summary>
    public ImmutableArray<string> Components { get; init; } = [];

    /// <summary>Where the model names it.</summary>
    public SourceSpan Span { get; init; }
}
