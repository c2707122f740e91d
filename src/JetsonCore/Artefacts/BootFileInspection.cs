// Small files that booting and trusting hang on: kernels (and U-Boot, which has the same header), device trees,
// variables of U-Boot, assertions.
using System.Collections.Immutable;
using JetsonCore.Formats.Arm64Image;
using JetsonCore.Formats.Fdt;
using JetsonCore.Formats.Trees;
using JetsonCore.Formats.UBoot;

namespace JetsonCore.Artefacts;

internal static class BootFileInspection
{
    private const int EnvironmentLengthMax = 1 << 20;
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

    public static ArtefactReport DeviceTree(FileContent file)
    {
        using Stream stream = file.Open();
        FdtHeader header = FdtHeader.Read(stream);
        return new()
        {
            Format = "device-tree",
            Facts =
            [
                ArtefactFact.Of("treeBytes", header.TotalSize),
                ArtefactFact.Of("version", header.Version),
                ArtefactFact.Of("compatibleVersion", header.LastCompatibleVersion),
            ],
        };
    }

    public static ArtefactReport UBootEnvironment(FileContent file)
    {
        byte[] block = file.ReadAll(EnvironmentLengthMax);
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
