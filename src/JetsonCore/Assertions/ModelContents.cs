// What ModelReader takes from either generation of models: the snaps, and the grade of the newer one.
using System.Collections.Immutable;

namespace JetsonCore.Assertions;

internal sealed record ModelContents
{
    public ModelSnap? Gadget { get; init; }

    public ModelSnap? Kernel { get; init; }

    public ModelSnap? Snapd { get; init; }

    public ModelSnap? BaseSnap { get; init; }

    /// <summary>All others in the model's order.</summary>
    public ImmutableArray<ModelSnap> Others { get; init; } = [];

    public string? Grade { get; init; }
}
