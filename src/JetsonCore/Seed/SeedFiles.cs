// The folder of a seed alone, without an image around it.
using System.Collections.Immutable;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Seed;

/// <summary>A seed's folder.</summary>
/// <param name="Root">
/// What lies in it: seed.yaml, assertions and snaps, or the systems and snaps of ubuntu-seed.
/// </param>
/// <param name="Snaps">The snaps.</param>
/// <param name="Manifest">The text of seed.manifest.</param>
public sealed record SeedFiles(DirectoryNode Root, ImmutableArray<SeedSnap> Snaps, string Manifest);
