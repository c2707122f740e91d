// `initrd ls --json`: archives, files in memory with the archive of each, and what the kernel leaves out. Files are as
// in `fs ls --json`. The names are stable.
using JetsonCore.Cli.Shell;
using JetsonCore.Formats.Compression;
using JetsonCore.Formats.Cpio;

namespace JetsonCore.Cli.Reports;

internal static class InitrdJson
{
    public static void Write(string path, InitrdView view, TextWriter output) =>
        JsonReport.WriteDocument(output, json =>
        {
            json.WriteString("schema", "jetson-core/initrd");
            json.WriteNumber("version", 1);
            json.WriteString("path", TerminalText.Of(path));
            json.WriteStartArray("segments");
            for (int index = 0; index < view.Segments.Count; index++)
            {
                CpioSegment segment = view.Segments[index];
                json.WriteStartObject();
                json.WriteNumber("number", index + 1);
                json.WriteNumber("offset", segment.Offset);
                json.WriteNumber("sizeBytes", segment.LengthBytes);
                json.WriteString("compression", NameOf(segment.Compression));
                json.WriteNumber("files", segment.Root.Walk().Count());
                json.WriteEndObject();
            }
            json.WriteEndArray();
            FilesJson.WriteFiles(json,
                view.Root.Walk().Where(file => view.SegmentOf(file.Node) is not null),
                node => json.WriteNumber("segment", view.SegmentOf(node)!.Value));
            json.WriteStartArray("leftOut");
            foreach (InitrdOmission omission in view.Omissions)
            {
                json.WriteStartObject();
                json.WriteString("path", TerminalText.Of(omission.Path));
                json.WriteNumber("segment", omission.Segment);
                json.WriteString("reason", omission.Reason);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        });

    /// <summary>The name of a compression, as `inspect` has it.</summary>
    public static string NameOf(CompressionFormat compression) => compression switch
    {
        CompressionFormat.LzmaAlone => "lzma",
        _ => compression.ToString().ToLowerInvariant(),
    };
}
