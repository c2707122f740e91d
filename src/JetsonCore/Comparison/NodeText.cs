// What there is to say of a file where two are compared.
using System.Collections.Immutable;
using System.Globalization;
using JetsonCore.Artefacts;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Comparison;

/// <summary>What there is to say of a file, in the words of `fs ls`.</summary>
internal static class NodeText
{
    private const int AttributeBytesShown = 64;

    public static string Kind(FileNode node) => node switch
    {
        DirectoryNode => "folder",
        SymbolicLinkNode => "link",
        SpecialNode { Kind: SpecialKind.CharacterDevice } => "character device",
        SpecialNode { Kind: SpecialKind.BlockDevice } => "block device",
        SpecialNode { Kind: SpecialKind.Fifo } => "pipe",
        SpecialNode => "socket",
        _ => "file",
    };

    public static string Brief(FileNode node) => node switch
    {
        DirectoryNode folder => string.Create(
            CultureInfo.InvariantCulture, $"folder, {folder.Walk().Count()} files and folders in it"),
        RegularFileNode file => $"file, {Size(file.Content)}",
        _ => Kind(node),
    };

    public static string Size(FileContent content) =>
        string.Create(CultureInfo.InvariantCulture, $"{content.Length} bytes");

    public static string Owner(FileMetadata of) =>
        string.Create(CultureInfo.InvariantCulture, $"{of.UserId}:{of.GroupId}");

    public static string Device(SpecialNode of) =>
        string.Create(CultureInfo.InvariantCulture, $"{of.DeviceMajor},{of.DeviceMinor}");

    public static string Time(FileMetadata of)
    {
        (long seconds, uint nanoseconds) = of.ModificationTime;
        string text = ArtefactFact.OfTime("", seconds).Text;
        return nanoseconds == 0 ? text : string.Create(CultureInfo.InvariantCulture, $"{text} +{nanoseconds} ns");
    }

    public static string Attribute(FileMetadata of, string name)
    {
        if (!of.ExtendedAttributes.TryGetValue(name, out ImmutableArray<byte> value))
            return "none";
        string shown = Convert.ToHexStringLower(value.AsSpan(0, Math.Min(value.Length, AttributeBytesShown)));
        return value.Length > AttributeBytesShown ? $"{shown}… ({value.Length} bytes)" : shown;
    }
}
