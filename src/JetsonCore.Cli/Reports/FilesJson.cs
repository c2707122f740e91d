// `fs ls --json`: every file with all its metadata. "path" is as `fs ls` shows it; where that is not the name itself,
// "pathBytes" has its bytes in base64. The names are stable.
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using JetsonCore.Cli.Shell;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Cli.Reports;

internal static class FilesJson
{
    public static void Write(string artefact, IEnumerable<(string Path, FileNode Node)> files, TextWriter output) =>
        JsonReport.WriteDocument(output, json =>
        {
            json.WriteString("schema", "jetson-core/tree");
            json.WriteNumber("version", 1);
            json.WriteString("path", TerminalText.Of(artefact));
            WriteFiles(json, files);
        });

    /// <summary>Writes the list "files"; <paramref name="writeMore"/> adds to what is said of each.</summary>
    public static void WriteFiles(
        Utf8JsonWriter json, IEnumerable<(string Path, FileNode Node)> files, Action<FileNode>? writeMore = null)
    {
        var firstNames = new Dictionary<FileNode, string>(ReferenceEqualityComparer.Instance);
        json.WriteStartArray("files");
        foreach ((string path, FileNode node) in files)
        {
            json.WriteStartObject();
            WriteName(json, "path", path);
            WriteFile(json, node);
            writeMore?.Invoke(node);
            if (node is not DirectoryNode && !firstNames.TryAdd(node, path))
                json.WriteString("linkOf", TerminalText.Of(firstNames[node]));
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    /// <summary>A time to the second; the calendar of .NET ends with the year 9999, times beyond are seconds.</summary>
    public static string Time(FileMetadata metadata)
    {
        const string Format = "yyyy-MM-dd'T'HH:mm:ss'Z'";
        long seconds = metadata.ModificationTime.UnixSeconds;
        return seconds is >= -62135596800 and <= 253402300799
            ? DateTimeOffset.FromUnixTimeSeconds(seconds).ToString(Format, CultureInfo.InvariantCulture)
            : $"@{seconds}";
    }

    private static void WriteFile(Utf8JsonWriter json, FileNode node)
    {
        FileMetadata metadata = node.Metadata;
        json.WriteString("kind", node switch
        {
            DirectoryNode => "directory",
            SymbolicLinkNode => "link",
            SpecialNode { Kind: SpecialKind.CharacterDevice } => "character-device",
            SpecialNode { Kind: SpecialKind.BlockDevice } => "block-device",
            SpecialNode { Kind: SpecialKind.Fifo } => "fifo",
            SpecialNode => "socket",
            _ => "file",
        });
        json.WriteString("mode", metadata.Mode);
        json.WriteNumber("uid", metadata.UserId);
        json.WriteNumber("gid", metadata.GroupId);
        json.WriteString("time", Time(metadata));
        if (metadata.ModificationTime.Nanoseconds != 0)
            json.WriteNumber("nanoseconds", metadata.ModificationTime.Nanoseconds);
        switch (node)
        {
            case RegularFileNode file:
                json.WriteNumber("sizeBytes", file.Content.Length);
                break;
            case SymbolicLinkNode link:
                WriteName(json, "target", link.Target);
                break;
            case SpecialNode { Kind: SpecialKind.CharacterDevice or SpecialKind.BlockDevice } device:
                json.WriteNumber("major", device.DeviceMajor);
                json.WriteNumber("minor", device.DeviceMinor);
                break;
        }
        if (metadata.ExtendedAttributes.IsEmpty)
            return;
        json.WriteStartObject("attributes");
        foreach ((string name, ImmutableArray<byte> value) in metadata.ExtendedAttributes)
            json.WriteBase64String(TerminalText.Of(name), value.AsSpan());
        json.WriteEndObject();
    }

    private static void WriteName(Utf8JsonWriter json, string property, string name)
    {
        string shown = TerminalText.Of(name);
        json.WriteString(property, shown);
        if (shown != name)
            json.WriteBase64String($"{property}Bytes", NodeName.Encode(name));
    }
}
