// One partition of the result as a file of its own, which the flash tool writes.
using System.Collections.Immutable;
using JetsonCore.Content;
using JetsonCore.Files;

namespace JetsonCore.Image;

/// <summary>A written partition.</summary>
/// <param name="Content">What is in it.</param>
/// <param name="File">Its file, as long as the partition.</param>
/// <param name="Sha256">The sum of the file, when it is known.</param>
public sealed record PartitionFile(PartitionContent Content, OutputFile File, Task<ImmutableArray<byte>> Sha256);
