// What NVIDIA's flash.sh makes and takes: boot images of LNX, and layouts, as typed or filled in.
using System.Collections.Immutable;
using System.Globalization;
using JetsonCore.Flash.Layouts;
using JetsonCore.Formats.AndroidBoot;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Artefacts;

internal static class FlashInspection
{
    public static ArtefactReport AndroidBoot(FileContent file)
    {
        using Stream stream = file.Open();
        AndroidBootHeader header = AndroidBootHeader.Read(stream);
        string kernel = ArtefactRecogniser.Recognise(file.Slice(header.KernelOffset, header.KernelLength)) is { } kind
            ? ArtefactInspector.NameOf(kind) : "";
        return new()
        {
            Format = "android-boot",
            Facts =
            [
                ArtefactFact.Of("kernelBytes", header.KernelLength),
                new("kernel", kernel),
                new("kernelAddress", string.Create(CultureInfo.InvariantCulture, $"0x{header.KernelAddress:x}")),
                ArtefactFact.Of("ramdiskBytes", header.RamdiskLength),
                ArtefactFact.Of("pageSize", header.PageSize),
                new("name", header.Name),
                new("commandLine", header.CommandLine),
            ],
        };
    }

    public static ArtefactReport Layout(FileContent file)
    {
        try
        {
            LayoutDocument layout = LayoutReader.Read("", LayoutReader.Decode(file.ReadAll(LayoutReader.LengthMax)));
            return new()
            {
                Format = "flash-layout",
                Facts = [ArtefactFact.Of("devices", layout.DeviceTypes.Length)],
                Tables = [new("partitions", [.. layout.Partitions.Select(Row)])],
            };
        }
        catch (LayoutSyntaxException broken)
        {
            throw new MalformedDataException(0, broken.Span.IsKnown
                ? $"line {broken.Span.Line}: {broken.Message}" : broken.Message);
        }
    }

    private static ImmutableArray<ArtefactFact> Row(LayoutPartition partition) =>
    [
        ArtefactFact.Of("device", partition.Device),
        new("name", partition.Name.Value),
        new("id", partition.Id ?? ""),
        new("type", partition.Type),
        new("size", partition.Size?.Value ?? ""),
        new("file", string.Join(", ", partition.FileNames.Select(name => name.Value))),
    ];
}
