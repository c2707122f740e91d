// Which sequence of a validation set a seed keeps to, as a seed.manifest says it.
namespace JetsonCore.Seed;

/// <summary>A sequence of a validation set.</summary>
/// <param name="Number">It counts from 1.</param>
/// <param name="IsPinned">Whether the model pins it; else it was the newest.</param>
public readonly record struct SetSequence(long Number, bool IsPinned);
