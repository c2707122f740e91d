// A layout XML with its text, so that findings can point into it and edits leave all else as it was.
using System.Collections.Immutable;

namespace JetsonCore.Flash.Layouts;

/// <summary>A layout.</summary>
/// <param name="Path">Its name for messages.</param>
/// <param name="Text">Its text.</param>
/// <param name="Partitions">In their order.</param>
/// <param name="DeviceTypes">The attribute "type" of each device.</param>
public sealed record LayoutDocument(
    string Path, string Text, ImmutableArray<LayoutPartition> Partitions, ImmutableArray<string> DeviceTypes)
{
    /// <summary>The first partition of a name, or null.</summary>
    public LayoutPartition? Find(string name) =>
        Partitions.FirstOrDefault(partition => partition.Name.Value == name);
}
