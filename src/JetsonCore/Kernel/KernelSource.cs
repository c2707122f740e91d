// The kernel source folder of the project (kernel/): what the snap is called, which modules and firmware the initrd and
// the snap get, and the files of the initrd overlay. kernel/README.md says what each file is for.
using System.Text;
using JetsonCore.Diagnostics;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Kernel;

/// <summary>What a kernel source folder says.</summary>
public sealed record KernelSource
{
    private const int TextLengthMax = 1 << 20;

    /// <summary>The folder as the user named it.</summary>
    public required string Path { get; init; }

    /// <summary>The text of snap.yaml; the builder puts the version in.</summary>
    public required string SnapYaml { get; init; }

    /// <summary>Modules that the initrd needs.</summary>
    public required KernelList InitrdModules { get; init; }

    /// <summary>Firmware that the initrd needs.</summary>
    public required KernelList InitrdFirmware { get; init; }

    /// <summary>Firmware for the snap.</summary>
    public required KernelList Firmware { get; init; }

    /// <summary>Links to make in the snap's firmware folder.</summary>
    public required KernelList FirmwareLinks { get; init; }

    /// <summary>Names of device trees for the snap; "*" stands for anything.</summary>
    public required KernelList DeviceTrees { get; init; }

    /// <summary>The files of the initrd overlay; empty where the folder has none.</summary>
    public required DirectoryNode Overlay { get; init; }

    /// <summary>Reads a folder; what is missing is reported, and then there is no result.</summary>
    /// <param name="path">The folder as the user named it.</param>
    /// <param name="folder">What is in it.</param>
    /// <param name="lists">Lists by their file's name, instead of those of the folder.</param>
    /// <param name="diagnostics">Takes what is missing.</param>
    public static KernelSource? Read(string path, DirectoryNode folder, IReadOnlyDictionary<string, KernelList> lists,
        DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(lists);
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(diagnostics);
        string? snapYaml = ReadText("snap.yaml");
        KernelList? modules = ReadList("initrd-modules.list"), initrdFirmware = ReadList("initrd-firmware.list");
        KernelList? firmware = ReadList("firmware.list"), links = ReadList("firmware-links.list");
        KernelList? deviceTrees = ReadList("dtbs.list");
        DirectoryNode overlay = folder.Find("initramfs") as DirectoryNode ?? new();
        if (snapYaml is null || modules is null || initrdFirmware is null || firmware is null || links is null
            || deviceTrees is null)
        {
            return null;
        }
        return new()
        {
            Path = path,
            SnapYaml = snapYaml,
            InitrdModules = modules,
            InitrdFirmware = initrdFirmware,
            Firmware = firmware,
            FirmwareLinks = links,
            DeviceTrees = deviceTrees,
            Overlay = overlay,
        };

        KernelList? ReadList(string name) => lists.TryGetValue(name, out KernelList? given) ? given
            : ReadText(name) is { } text ? KernelList.Parse(System.IO.Path.Join(path, name), text) : null;

        string? ReadText(string name)
        {
            if (folder.Find(name) is RegularFileNode file)
                return Encoding.UTF8.GetString(file.Content.ReadAll(TextLengthMax));
            diagnostics.AddAbout(path, KernelRules.SourceFile,
                $"cannot build a kernel snap: the file \"{name}\" is missing",
                hint: "see kernel/README.md; a project may have lists itself, below kernel.lists");
            return null;
        }
    }
}
