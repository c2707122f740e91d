// GRUB in ubuntu-seed: snapd's own script, and environments of 1024 bytes.
//
//   # GRUB Environment Block
//   NAME=VALUE …
//   ####…                        up to 1024 bytes
//
// The script is of snapd and comes from the snapd snap: its program holds the text, which begins by naming its edition.
//
// Peers: snapd bootloader/grub.go, bootloader/grubenv, bootloader/assets; boot/cmdline.go.
using System.Collections.Immutable;
using System.Text;
using JetsonCore.Diagnostics;
using JetsonCore.Formats.Trees;
using JetsonCore.Gadget.Model;
using JetsonCore.Seed;
using JetsonCore.Snaps;

namespace JetsonCore.Content;

internal static class GrubBoot
{
    private const int EnvironmentBytes = 1024, LineMax = 1 << 20;
    private const string EfiKernel = "kernel.efi", Extra = "cmdline.extra", Full = "cmdline.full";

    public static void AddTo(
        DirectoryNode root, SeedPlan seed, string label, FileTime time, DiagnosticBag diagnostics)
    {
        SeedSnap? snapd = seed.Snaps.FirstOrDefault(snap => snap.File.Type == SnapType.Snapd);
        if (seed.Kernel.File.Root.Find(EfiKernel) is not RegularFileNode)
        {
            diagnostics.AddAbout(seed.Kernel.File.Path, ContentRules.KernelFile,
                $"cannot boot the kernel \"{seed.Kernel.Name}\" with GRUB: it has no file {EfiKernel}",
                hint: "GRUB starts kernel.efi, kernel and initrd in one, out of the kernel snap");
        }
        if (snapd is null || GrubScript.Find(snapd.File) is not { } script)
        {
            diagnostics.AddAbout(snapd?.File.Path ?? seed.Gadget.File.Path, RecoveryRules.GrubScript,
                $"cannot set up GRUB: {GrubScript.ProgramPath} of the snapd snap holds no script for recovery systems",
                hint: "give the snapd snap of the store, 2.45 or later");
            return;
        }
        string system = RecoverySystem.FolderOf(label);
        var arguments = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["snapd_extra_cmdline_args"] = ArgumentsOf(seed.Gadget.File, Extra),
            ["snapd_full_cmdline_args"] = ArgumentsOf(seed.Gadget.File, Full),
            ["snapd_recovery_kernel"] = $"/{RecoverySystem.PathOf(label, seed.Kernel)}",
        };
        FileMetadata metadata = FileMetadata.File with { ModificationTime = time };
        void Write(string path, byte[]? bytes)
        {
            if (bytes is not null)
                root.SetPath(path, new RegularFileNode(metadata, FileContent.Of(bytes)));
        }

        Write("EFI/ubuntu/grub.cfg", script);
        Write("EFI/ubuntu/grubenv", Environment(seed.BootVariables, seed, diagnostics));
        Write($"{system}/grubenv", Environment(arguments, seed, diagnostics));
    }

    /// <summary>The arguments in a file of the gadget, which its rules have judged.</summary>
    private static string ArgumentsOf(SnapFile gadget, string name)
    {
        if (gadget.Root.Find(name) is not RegularFileNode { Content: var content })
            return "";
        IEnumerable<string> lines = Encoding.UTF8.GetString(content.ReadAll(LineMax)).Split('\n')
            .Select(line => line.TrimEnd('\r')).Where(line => !line.StartsWith('#'));
        return string.Join(' ', lines.SelectMany(line =>
            KernelArgument.Split(line, out ImmutableArray<KernelArgument> arguments) is null ? arguments : [])
            .Select(argument => argument.Text));
    }

    private static byte[]? Environment(
        IEnumerable<KeyValuePair<string, string>> variables, SeedPlan seed, DiagnosticBag diagnostics)
    {
        string text = $"# GRUB Environment Block\n{string.Concat(variables.Select(one => $"{one.Key}={one.Value}\n"))}";
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        if (bytes.Length > EnvironmentBytes)
        {
            diagnostics.AddAbout(seed.Gadget.File.Path, ContentRules.EnvironmentRoom,
                $"cannot set up GRUB: its environment would have {bytes.Length} bytes, and has room for "
                    + $"{EnvironmentBytes}",
                hint: $"shorten {Extra} or {Full} of the gadget");
            return null;
        }
        var block = new byte[EnvironmentBytes];
        block.AsSpan().Fill((byte)'#');
        bytes.CopyTo(block, 0);
        return block;
    }
}
