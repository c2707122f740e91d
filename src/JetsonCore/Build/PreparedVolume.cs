// A volume with its place for every byte and the contents of its partitions, before anything is written.
using System.Collections.Immutable;
using JetsonCore.Content;
using JetsonCore.Layout;

namespace JetsonCore.Build;

/// <summary>A volume that is ready to be written.</summary>
/// <param name="Plan">Where everything lies.</param>
/// <param name="Contents">The partitions with content.</param>
/// <param name="IsOnly">Whether the gadget has no other volume with an image.</param>
internal sealed record PreparedVolume(VolumePlan Plan, ImmutableArray<PartitionContent> Contents, bool IsOnly)
{
    private const string PartitionFolder = "partitions";

    /// <summary>The image's name below the output folder.</summary>
    public string ImageName => $"{Plan.Name}.img";

    /// <summary>The name of a partition's file below the output folder.</summary>
    public string FileName(PartitionContent content) =>
        IsOnly ? $"{PartitionFolder}/{content.FileName}" : $"{PartitionFolder}/{Plan.Name}/{content.FileName}";
}
