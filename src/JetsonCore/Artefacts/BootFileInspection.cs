// Small files that booting and trusting hang on: kernels (and U-Boot, which has the same header), device trees,
// variables of U-Boot, assertions.
using System.Collections.Immutable;
using JetsonCore.Formats.Arm64Image;
using JetsonCore.Formats.Fdt;
using JetsonCore.Formats.Trees;
using JetsonCore.Formats.UBoot;
using JetsonCore.Formats.X86Boot;

namespace JetsonCore.Artefacts;

internal static class BootFileInspection
{
    private const ulong MayLieAnywhere = 8;

    public static ArtefactReport Kernel(FileContent file)
    {
        using Stream stream = file.Open();
        Arm64ImageHeader header = Arm64ImageHeader.Read(stream);
        return new()
        {
            Format = "arm64-image",
            Facts =
            [
                ArtefactFact.Of("memoryBytes", (long)header.ImageSize),
                ArtefactFact.Of("textOffset", (long)header.TextOffset),
                new("placement", (header.Flags & MayLieAnywhere) != 0 ? "anywhere" : "near the start of memory"),
            ],
        };
    }

    public static ArtefactReport X86Kernel(FileContent file)
    {
        using Stream stream = file.Open();
        X86KernelHeader header = X86KernelHeader.Read(stream);
        return new()
        {
            Format = "x86-kernel",
            Facts =
            [
                new("release", header.Release ?? ""),
                new("protocol", header.Protocol),
                new("efiStub", header.HasEfiStub ? "yes" : "no"),
            ],
        };
    }

    public static ArtefactReport DeviceTree(FileContent file)
    {
        using Stream stream = file.Open();
        FdtHeader header = FdtHeader.Read(stream);
        FdtRoot root = FdtRoot.Read(stream);
        bool isFit = root.Nodes.Contains("images");         // a container of U-Boot in the same form
        return new()
        {
            Format = isFit ? "fit" : "device-tree",
            Facts =
            [
                .. Texts(root, "description"), .. Texts(root, "model"), .. Texts(root, "compatible"),
                .. Reserved(header, stream),
                ArtefactFact.Of("treeBytes", header.TotalSize),
                ArtefactFact.Of("version", header.Version),
                ArtefactFact.Of("compatibleVersion", header.LastCompatibleVersion),
            ],
        };
    }

    private static IEnumerable<ArtefactFact> Reserved(FdtHeader header, Stream stream) =>
        header.ReadReservations(stream) is { Count: > 0 } reserved
            ? [new("reservedMemory", string.Join(' ', reserved.Select(one => $"0x{one.Address:x}+0x{one.Length:x}")))]
            : [];

    public static ArtefactReport UBootImage(FileContent file)
    {
        using Stream stream = file.Open();
        UBootImageHeader header = UBootImageHeader.Read(stream);
        bool isScript = header.Kind == "script";
        return new()
        {
            Format = isScript ? "uboot-script" : "uboot-image",
            Facts =
            [
                new("name", header.Name),
                new("kind", header.Kind),
                new("architecture", header.Architecture),
                new("os", header.OperatingSystem),
                new("dataCompression", header.Compression),
                ArtefactFact.OfTime("time", header.Time),
                ArtefactFact.Of("dataBytes", header.DataBytes),
                new("dataChecksum", DataChecksum(file, header)),
                .. isScript
                    ? (ReadOnlySpan<ArtefactFact>)[]
                    :
                    [
                        new("loadAddress", $"0x{header.LoadAddress:x8}"),
                        new("entryPoint", $"0x{header.EntryPoint:x8}"),
                    ],
            ],
        };
    }

    private static string DataChecksum(FileContent file, UBootImageHeader header) =>
        header.DataChecksumHolds(file) switch
        {
            null => "cut off",
            true => "right",
            _ => "wrong",
        };

    private static IEnumerable<ArtefactFact> Texts(FdtRoot root, string name) =>
        root.Texts(name) is { Count: > 0 } texts ? [new(name, string.Join(' ', texts))] : [];

    public static ArtefactReport UBootEnvironment(FileContent file)
    {
        byte[] block = file.ReadAll(ArtefactRecogniser.EnvironmentLengthMax);
        UBootEnvironmentLayout layout =
            Formats.UBoot.UBootEnvironment.RecogniseLayout(block) ?? UBootEnvironmentLayout.Redundant;
        SortedDictionary<string, string> variables = Formats.UBoot.UBootEnvironment.Decode(block, layout);
        return new()
        {
            Format = "uboot-environment",
            Facts =
            [
                new("layout", layout.ToString().ToLowerInvariant()),
                ArtefactFact.Of("usedBytes", Formats.UBoot.UBootEnvironment.EncodedLength(variables, layout)),
            ],
            Tables =
            [
                new("variables",
                [
                    .. variables.Select(variable => ImmutableArray.Create<ArtefactFact>(
                        new("name", variable.Key), new("value", variable.Value))),
                ]),
            ],
        };
    }
}
