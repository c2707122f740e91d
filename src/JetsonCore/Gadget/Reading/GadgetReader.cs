// Reads gadget.yaml: text → YAML tree → GadgetDocument, with a finding for everything that cannot be read. Only the
// first YAML document counts, as for snapd. The rules about what was read are in Rules/.
using System.Collections.Immutable;
using JetsonCore.Diagnostics;
using JetsonCore.Gadget.Model;
using JetsonCore.Yaml;

namespace JetsonCore.Gadget.Reading;

/// <summary>Reads gadget.yaml.</summary>
public static class GadgetReader
{
    /// <summary>Longest file read, in bytes; the longest real gadget.yaml has some 20 000.</summary>
    public const int LengthMax = 16 << 20;

    /// <summary>First guess at the length of what cannot tell it.</summary>
    private const int FirstBytes = 16 << 10;

    private static readonly string[] OldKeys = ["device-tree", "device-tree-origin", "format"];

    private static readonly FieldKeys KeysV2576 =
        new("gadget.yaml", GadgetKeys.RootV2576) { Silent = OldKeys };

    private static readonly FieldKeys KeysLatest = new("gadget.yaml", GadgetKeys.Root) { Silent = OldKeys };

    /// <summary>Reads a text already in memory; findings are about the bag's file.</summary>
    public static GadgetDocument Read(
        ReadOnlyMemory<byte> content, DiagnosticBag diagnostics, SnapdRelease release = SnapdRelease.Latest)
    {
        ArgumentNullException.ThrowIfNull(diagnostics);
        var document = new GadgetDocument { Path = diagnostics.Path };
        if (content.Length > LengthMax)
        {
            diagnostics.Add(GadgetRuleList.Limit, SourceSpan.None,
                $"cannot read the file: it has more than {LengthMax} bytes",
                "this is no gadget.yaml; the longest known ones have some 20000 bytes");
            return document with { IsReadable = false };
        }
        var source = new SourceText(YamlSource.Decode(content.Span));
        document = document with { Source = source };
        YamlDocument? yaml = YamlReader.Read(content, GadgetYaml.Gadget, diagnostics);
        if (yaml is null)
        {
            if (OtherFiles.NameOf(content.Span) is { } what)
                diagnostics.Add(GadgetRuleList.WrongFile, SourceSpan.None, $"this is {what}, not a gadget.yaml",
                    "name the gadget's meta/gadget.yaml");
            return document with { IsReadable = false };
        }
        if (yaml.Root is null)
            return document;
        var decoder = new YamlDecoder(GadgetYaml.Gadget);
        document = ReadRoot(yaml.Root, document, decoder, release);
        decoder.Flush(diagnostics);
        if (yaml.NextDocument.IsKnown)
        {
            diagnostics.Add(GadgetRuleList.MoreDocuments, yaml.NextDocument,
                "another YAML document begins here: snapd reads the first one only",
                "put all of it into one document, or remove the rest");
        }
        return document with
        {
            IsReadable = !decoder.HasErrors,
            TopKeys = document.Volumes.IsEmpty ? TopKeysOf(yaml.Root) : [],
        };
    }

    /// <summary>The whole stream, or a byte more than is allowed.</summary>
    public static byte[] ReadBounded(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        // Hundreds of files in one run: most know their length, and clearing larger buffers is what would take time.
        long length = stream.CanSeek ? Math.Clamp(stream.Length - stream.Position, 0, LengthMax) + 1 : FirstBytes;
        var content = new byte[length];
        int count = 0;
        while (count <= LengthMax && stream.Read(content, count, content.Length - count) is > 0 and int read)
        {
            count += read;
            if (count == content.Length)
                Array.Resize(ref content, Math.Min(2 * count, LengthMax + 1));
        }
        return content[..count];
    }

    private static ImmutableArray<Located<string>> TopKeysOf(YamlNode root)
    {
        var keys = ImmutableArray.CreateBuilder<Located<string>>();
        for (int index = 0; root.Kind == YamlKind.Mapping && index < root.Children.Count; index += 2)
            keys.Add(new(root.Children[index].Value, root.Children[index].Span));
        return keys.ToImmutable();
    }

    private static GadgetDocument ReadRoot(
        YamlNode root, GadgetDocument document, YamlDecoder decoder, SnapdRelease release)
    {
        var volumes = new GadgetVolumeReader(decoder, release);
        var settings = new GadgetSettingsReader(decoder);
        FieldKeys keys = release == SnapdRelease.Latest ? KeysLatest : KeysV2576;
        decoder.ReadMap(root, keys, "gadget.yaml", field =>
        {
            switch (field.Key)
            {
                case "volumes":
                    volumes.Read(field.Value);
                    break;
                case "defaults":
                    settings.ReadDefaults(field.Value);
                    break;
                case "connections":
                    document = document with { Connections = settings.ReadConnections(field.Value) };
                    break;
                case "kernel-cmdline":
                    document = document with { KernelCommandLine = settings.ReadKernelCommandLine(field.Value) };
                    break;
                default:
                    document = document with
                    {
                        VolumeAssignments = settings.ReadVolumeAssignments(field.Value),
                        VolumeAssignmentsSpan = field.KeyNode.Span,
                    };
                    break;
            }
        });
        settings.JudgeDefaults();
        return document with { Volumes = volumes.Volumes, Defaults = settings.Defaults };
    }
}
