// The files that the firmware of the Raspberry Pi reads from ubuntu-seed.
//
//   dtbs/broadcom/*.dtb, dtbs/overlays/    arm64:  *.dtb beside kernel.img, overlays/ with an empty README
//   dtbs/*.dtb, dtbs/overlays/             armhf:  the same
//
// Peer: snapd bootloader/piboot.go.
using System.Text;
using JetsonCore.Diagnostics;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Content;

internal static class PibootFiles
{
    public const int TextMax = 1 << 20;

    private const string Overlays = "overlays", Broadcom = "broadcom", Readme = "README", PrefixKey = "os_prefix=";

    /// <summary>The folder of a kernel; null, with a finding, where it has no overlays.</summary>
    public static DirectoryNode? Kernel(DirectoryNode assets, string kernelPath, DiagnosticBag diagnostics)
    {
        DirectoryNode folder = CopyOf(assets);
        if (folder.Find(BootPartition.DeviceTrees) is DirectoryNode trees)
        {
            if (trees.Find(Broadcom) is DirectoryNode broadcom)
            {
                Move(trees, folder, name => name == Overlays);
                Move(broadcom, folder, IsSeen);
            }
            else
                Move(trees, folder, IsSeen);
        }
        if (folder.Find(Overlays) is not DirectoryNode overlays)
        {
            diagnostics.AddAbout(kernelPath, RecoveryRules.PibootFile,
                "cannot set up piboot: the kernel has no dtbs/overlays",
                hint: "a kernel for the Raspberry Pi has its device trees in dtbs or dtbs/broadcom, and dtbs/overlays");
            return null;
        }
        overlays.Set(Readme, new RegularFileNode(
            FileMetadata.File with { ModificationTime = overlays.Metadata.ModificationTime }, FileContent.Of([])));
        return folder;
    }

    /// <summary>The gadget's arguments with those of the first boot.</summary>
    public static byte[] CommandLine(byte[] text, IReadOnlyDictionary<string, string> variables)
    {
        string line = Encoding.Latin1.GetString(text).Split('\n')[0];
        string more = string.Concat(variables
            .Where(variable => variable.Key.StartsWith("snapd_recovery_", StringComparison.Ordinal))
            .Select(variable => $" {variable.Key}={variable.Value}"));
        return Encoding.Latin1.GetBytes($"{line}{more}\n");
    }

    /// <summary>The gadget's configuration with the folder of the kernel.</summary>
    public static byte[] Configuration(byte[] text, string folder)
    {
        string prefix = $"{PrefixKey}/{folder}/";
        List<string> lines = [.. Encoding.Latin1.GetString(text).Split('\n')];
        bool isSet = false;
        for (int index = 0; index < lines.Count; index++)
        {
            if (!lines[index].StartsWith(PrefixKey, StringComparison.Ordinal))
                continue;
            lines[index] = isSet ? $"# {lines[index]}" : prefix;
            isSet = true;
        }
        if (!isSet)
            lines.AddRange([prefix, ""]);
        return Encoding.Latin1.GetBytes(string.Join('\n', lines));
    }

    /// <summary>What the shell's "*" finds.</summary>
    private static bool IsSeen(string name) => name[0] != '.';

    private static void Move(DirectoryNode from, DirectoryNode into, Func<string, bool> isMoved)
    {
        foreach (string name in from.Children.Keys.Where(isMoved).ToArray())
        {
            into.Set(name, from.Children[name]);
            from.Remove(name);
        }
    }

    private static DirectoryNode CopyOf(DirectoryNode folder)
    {
        var copy = new DirectoryNode(folder.Metadata);
        foreach ((string name, FileNode node) in folder.Children)
            copy.Set(name, node is DirectoryNode inner ? CopyOf(inner) : node);
        return copy;
    }
}
