// What was fetched: files of the cache, and the assertions that speak for them.
using System.Collections.Immutable;
using JetsonCore.Assertions;

namespace JetsonCore.Store;

/// <summary>A snap that was fetched.</summary>
/// <param name="Snap">The snap.</param>
/// <param name="Path">Its file in the cache.</param>
/// <param name="Assertions">Its snap-revision, and all that this needs.</param>
internal sealed record FetchedSnap(StoreSnap Snap, string Path, ImmutableArray<Assertion> Assertions);

/// <summary>What was fetched.</summary>
/// <param name="Snaps">The snaps, in the order in which they were asked for.</param>
/// <param name="OfModel">What the model needs.</param>
internal sealed record FetchedSnaps(ImmutableArray<FetchedSnap> Snaps, ImmutableArray<Assertion> OfModel);
