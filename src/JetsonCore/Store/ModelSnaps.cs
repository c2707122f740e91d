// Which snaps a model wants from the store, and from which channel each.
// Peer: snapd seed/seedwriter (writer.go: resolveChannel).
using System.Collections.Immutable;
using JetsonCore.Assertions;
using JetsonCore.Diagnostics;
using JetsonCore.Seed;

namespace JetsonCore.Store;

/// <summary>Chooses channels and revisions.</summary>
internal sealed record ModelSnaps
{
    /// <summary>The model, or null.</summary>
    public required ModelDefinition? Model { get; init; }

    /// <summary>The channel of snaps for which none is named, or null for the model's default channels.</summary>
    public required string? Channel { get; init; }

    /// <summary>The channels that are named, by the names of snaps.</summary>
    public required IReadOnlyDictionary<string, string> Channels { get; init; }

    /// <summary>The revisions that are wanted.</summary>
    public RevisionList Revisions { get; init; } = RevisionList.None;

    /// <summary>The names of the snaps that a device of the model cannot do without.</summary>
    public static ImmutableArray<string> NamesOf(ModelDefinition model) =>
    [
        .. SeedChecks.NamesInOrder(model).Distinct(StringComparer.Ordinal)
            .Where(name => model.OtherSnaps.FirstOrDefault(snap => snap.Name == name) is not { IsOptional: true }),
    ];

    /// <summary>What to ask the store for; what cannot be asked for is left out, with a finding.</summary>
    public ImmutableArray<SnapWish> Wish(IEnumerable<string> names, DiagnosticBag diagnostics)
    {
        var wishes = ImmutableArray.CreateBuilder<SnapWish>();
        foreach (string name in names)
        {
            ModelSnap? snap = Model is null ? null : new[] { Model.Gadget, Model.Kernel }.Concat(Model.OtherSnaps)
                .FirstOrDefault(one => one?.Name == name);
            string? named = Channels.GetValueOrDefault(name) ?? Channel;
            string asked = Model is { HasSnapsHeader: true } newer
                ? SnapChannel.Resolve(
                    SeedChecks.EntryOf(newer, name)?.DefaultChannel ?? RecoverySystem.ExtraChannel, named)
                : named ?? "stable";
            if (SnapChannel.Doubt(asked) is { } why)
            {
                diagnostics.Add(SeedRules.Channel, SourceSpan.None,
                    $"cannot let \"{name}\" follow the channel \"{asked}\": {why}");
            }
            else if ((snap?.Track is { } track ? SnapChannel.Pin(track, asked) : asked) is { } channel)
                wishes.Add(new(name) { Channel = channel, Revision = Revisions.Find(name) });
            else
            {
                diagnostics.Add(SeedRules.PinnedTrack, SourceSpan.None,
                    $"cannot let \"{name}\" follow the channel \"{asked}\": the model pins it to \"{snap!.Track}\"");
            }
        }
        return wishes.ToImmutable();
    }
}
