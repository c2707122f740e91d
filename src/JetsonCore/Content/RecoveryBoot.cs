// What ubuntu-seed holds for the bootloader of Ubuntu Core 20 and later, so that the device installs itself:
//
//   u-boot   uboot/ubuntu/boot.sel                    an environment of 4096 bytes: mode "install", the system's label
//            systems/LABEL/kernel/                    kernel.img, initrd.img, dtbs/ of the kernel snap
//   piboot   piboot/ubuntu/piboot.conf                such an environment
//            systems/LABEL/kernel/                    the same, device trees beside kernel.img, overlays/, cmdline.txt
//            config.txt                               the gadget's, with os_prefix set to that folder
//   grub     EFI/ubuntu/grub.cfg                      snapd's own, of the snapd snap
//            EFI/ubuntu/grubenv                       mode and label
//            systems/LABEL/grubenv                    the kernel snap's path, the gadget's arguments for the kernel
//
// The gadget says which by an empty file uboot.conf, piboot.conf or grub.conf in its root.
//
// Peers: snapd boot/makebootable.go, bootloader/uboot.go, piboot.go, grub.go.
using JetsonCore.Diagnostics;
using JetsonCore.Formats.Trees;
using JetsonCore.Formats.UBoot;
using JetsonCore.Gadget.Model;
using JetsonCore.Seed;

namespace JetsonCore.Content;

internal sealed class RecoveryBoot
{
    private const int EnvironmentBytes = 4096;
    private const string UBootMark = "uboot.conf", GrubMark = "grub.conf", PibootMark = "piboot.conf";

    /// <summary>Files in a gadget's root and what they mean, in the order in which snapd looks for them.</summary>
    private static readonly (string File, string Bootloader)[] Marks =
    [
        (UBootMark, "u-boot"), (GrubMark, "grub"), ("androidboot.conf", "android-boot"), ("lk.conf", "lk"),
        (PibootMark, "piboot"),
    ];

    private readonly DirectoryNode _root;
    private readonly SeedPlan _seed;
    private readonly string _label;
    private readonly FileTime _time;
    private readonly DiagnosticBag _diagnostics;

    private RecoveryBoot(DirectoryNode root, SeedPlan seed, string label, FileTime time, DiagnosticBag diagnostics) =>
        (_root, _seed, _label, _time, _diagnostics) = (root, seed, label, time, diagnostics);

    private string SystemFolder => RecoverySystem.FolderOf(_label);

    private string GadgetPath => _seed.Gadget.File.Path;

    /// <summary>Puts the bootloader's files of a build into the tree of ubuntu-seed.</summary>
    public static void AddTo(DirectoryNode root, SeedPlan seed, FileTime time, DiagnosticBag diagnostics)
    {
        if (seed.SystemLabel is { } label)
            new RecoveryBoot(root, seed, label, time, diagnostics).Add();
    }

    /// <summary>
    /// Adds to the findings about a gadget whether its files say which boot loader starts recovery systems, where the
    /// model has some, and whether gadget.yaml says the same.
    /// </summary>
    public static void CheckMark(
        GadgetRoot files, GadgetDefinition gadget, string path, DiagnosticBag diagnostics)
    {
        string? mark = FindMark(files);
        if (gadget.Mode == GadgetMode.Uc20)
            IsKnown(mark, files, path, diagnostics);
        if (Marks.FirstOrDefault(one => one.File == mark).Bootloader is not { } bootloader)
            return;
        foreach (Located<string> named in gadget.Volumes.Select(volume => volume.Bootloader)
            .Where(named => named.Value is not "" && named.Value != bootloader))
        {
            diagnostics.Add(RecoveryRules.OtherBootloader, named.Span,
                $"the gadget has the file {mark}, by which snapd sets up {bootloader}, not {named.Value}",
                hint: $"write bootloader: {bootloader}, or put the file of {named.Value} into the gadget's root");
        }
    }

    private static string? FindMark(GadgetRoot files) =>
        Marks.Select(mark => mark.File).FirstOrDefault(name => files.FindNode(name) is RegularFileNode);

    private static bool IsKnown(string? mark, GadgetRoot files, string path, DiagnosticBag diagnostics)
    {
        switch (mark)
        {
            case UBootMark when files.FindNode(mark) is RegularFileNode { Content.Length: > 0 }:
                diagnostics.AddAbout(path, RecoveryRules.Bootloader,
                    "cannot take the gadget's environment: with Ubuntu Core 20 and later uboot.conf must be empty",
                    hint: "U-Boot reads uboot/ubuntu/boot.sel, which is made; snapd: \"non-empty uboot.env not "
                        + "supported on UC20+ yet\"");
                return false;
            case UBootMark or PibootMark or GrubMark:
                return true;
            case null:
                diagnostics.AddAbout(path, RecoveryRules.Bootloader,
                    "cannot set up a boot loader: the gadget has none of uboot.conf, grub.conf and piboot.conf",
                    hint: "put an empty file of that name into the gadget's root; snapd: \"cannot find boot config\"");
                return false;
            default:
                diagnostics.AddAbout(path, RecoveryRules.Bootloader,
                    $"cannot set up the boot loader of {mark}: only u-boot, grub and piboot are known",
                    hint: "Ubuntu Core 20 and later boots recovery systems with one of these");
                return false;
        }
    }

    private void Add()
    {
        using var gadget = GadgetRoot.OfTree(_seed.Gadget.File.Root);
        string? mark = FindMark(gadget);
        if (!IsKnown(mark, gadget, GadgetPath, _diagnostics))
            return;
        switch (mark)
        {
            case UBootMark:
                AddEnvironment("uboot/ubuntu/boot.sel");
                if (KernelAssets() is { } assets)
                    _root.SetPath($"{SystemFolder}/kernel", assets);
                break;
            case PibootMark:
                AddPiboot();
                break;
            default:
                GrubBoot.AddTo(_root, _seed, _label, _time, _diagnostics);
                break;
        }
    }

    private void AddPiboot()
    {
        AddEnvironment("piboot/ubuntu/piboot.conf");
        string folder = $"{SystemFolder}/kernel";
        if (KernelAssets() is { } assets
            && PibootFiles.Kernel(assets, _seed.Kernel.File.Path, _diagnostics) is { } kernel)
        {
            _root.SetPath(folder, kernel);
        }
        foreach ((string name, string target, Func<byte[], byte[]> change) in
            ((string, string, Func<byte[], byte[]>)[])
            [
                ("cmdline.txt", $"{folder}/cmdline.txt", text => PibootFiles.CommandLine(text, _seed.BootVariables)),
                ("config.txt", "config.txt", text => PibootFiles.Configuration(text, folder)),
            ])
        {
            if (_root.Find(name) is RegularFileNode { Content: var content })
                Write(target, change(content.ReadAll(PibootFiles.TextMax)));
            else
            {
                _diagnostics.AddAbout(GadgetPath, RecoveryRules.PibootFile,
                    $"cannot set up piboot: there is no {name} in the content of the structure system-seed",
                    hint: $"add {name} to the gadget, and its source and target to gadget.yaml");
            }
        }
    }

    private void AddEnvironment(string path)
    {
        var block = new byte[EnvironmentBytes];
        UBootEnvironment.Encode(_seed.BootVariables, block);
        Write(path, block);
    }

    private DirectoryNode? KernelAssets() => BootPartition.KernelAssets(
        _seed.Kernel.File.Path, _seed.Kernel.Name, _seed.Kernel.File.Root.Find, _diagnostics);

    private void Write(string path, byte[] bytes) => _root.SetPath(path,
        new RegularFileNode(FileMetadata.File with { ModificationTime = _time }, FileContent.Of(bytes)));
}
