// Device trees and firmware: sound, for the board, and there.
using JetsonCore.Diagnostics;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Fdt;
using JetsonCore.Formats.Kmod;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Kernel;

internal static class KernelTreeRules
{
    private const int NamedMax = 5;

    private static readonly string[] FirmwareSuffixes = ["", ".xz", ".zst"];

    /// <summary>What the device trees of a kernel are for, by their names; damaged ones are reported.</summary>
    public static SortedDictionary<string, IReadOnlyList<string>> Read(
        KernelParts parts, Func<string, string> at, DiagnosticBag diagnostics)
    {
        var read = new SortedDictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach ((string name, RegularFileNode file) in parts.DeviceTrees)
        {
            try
            {
                using Stream stream = file.Content.Open();
                read[name] = FdtRoot.Read(stream).Texts("compatible");
            }
            catch (MalformedDataException damage)
            {
                diagnostics.AddAbout(at(name), KernelRules.DeviceTreeFormat,
                    $"cannot use the device tree: {damage.Message}", hint: "copy it again, or build it anew");
            }
        }
        return read;
    }

    /// <summary>The board that a kernel has a device tree for; null where none of the known ones.</summary>
    public static KernelBoard? BoardOf(SortedDictionary<string, IReadOnlyList<string>> trees) =>
        KernelBoard.All.FirstOrDefault(board => trees.Values.Any(named => named.Intersect(board.Compatible).Any()));

    /// <summary>Whether there is a device tree for the board, and whether those with its name are.</summary>
    public static void CheckBoard(
        KernelFacts kernel, KernelBoard board, SortedDictionary<string, IReadOnlyList<string>> trees,
        DiagnosticBag diagnostics)
    {
        string compatible = string.Join(" or ", board.Compatible);
        if (!trees.Values.Any(named => named.Intersect(board.Compatible).Any()))
        {
            diagnostics.AddAbout(kernel.Path, KernelRules.BoardTree,
                $"cannot start {board.Title}: none of {trees.Count} device trees is compatible with {compatible}",
                hint: $"add {string.Join(" or ", board.DeviceTrees)}");
        }
        foreach ((string name, IReadOnlyList<string> named) in trees)
        {
            if (board.DeviceTrees.Contains(name) && !named.Intersect(board.Compatible).Any())
            {
                string said = named.Count > 0 ? string.Join(", ", named) : "nothing";
                diagnostics.AddAbout(kernel.At(name), KernelRules.TreeName,
                    $"by its name it is for {board.Title}, but it is compatible with {said}, not with {compatible}",
                    hint: "take the device tree of the board under that name");
            }
        }
    }

    /// <summary>Firmware of the board, and what modules ask for otherwise.</summary>
    public static void CheckFirmware(KernelFacts kernel, ModuleSet modules, DiagnosticBag diagnostics)
    {
        string[] boardMissing = [.. (kernel.Board?.Firmware ?? []).Where(name => !IsThere(kernel, name))];
        // A package of the kernel alone has none, and its firmware comes with others.
        bool hasAny = kernel.Parts.Firmware.Children.Count > 0 || kernel.Purpose != KernelPurpose.Source;
        if (boardMissing.Length > 0 && hasAny)
        {
            diagnostics.AddAbout(kernel.Path, KernelRules.BoardFirmware,
                $"firmware that {kernel.Board!.Title} needs is not there: {string.Join(", ", boardMissing)}",
                hint: "add the package that has it: in Debian firmware-misc-nonfree");
        }
        List<(string Module, string[] Missing, int All)> asking = [.. modules.Modules
            .Select(module => (module.Name, module.ValuesOf("firmware").Distinct(StringComparer.Ordinal).ToArray()))
            .Where(module => module.Item2.Length > 0)
            .Select(module => (module.Name, module.Item2.Where(name => !IsThere(kernel, name)).ToArray(),
                module.Item2.Length))];
        HashSet<string> early = [.. kernel.Initrd is { } view ? KernelInitrdRules.ModulesIn(view) : []];
        foreach ((string module, string[] missing, int all) in asking.Where(one => early.Contains(one.Module)))
        {
            if (missing.Length > 0)
            {
                diagnostics.AddAbout(kernel.Path, KernelRules.ModuleFirmware,
                    $"\"{module}\", which the initrd loads, asks for {all} firmware files; not there: "
                        + string.Join(", ", missing), hint: "modules ask for the firmware of all chips that they know");
            }
        }
        List<(string Module, string[] Missing, int All)> late =
            [.. asking.Where(one => one.Missing.Length > 0 && !early.Contains(one.Module))];
        if (late.Count == 0)
            return;
        string[] files = [.. late.SelectMany(one => one.Missing).Distinct(StringComparer.Ordinal)];
        diagnostics.AddAbout(kernel.Path, KernelRules.ModuleFirmware,
            $"{late.Count} modules ask for {files.Length} firmware files that are not there: "
                + $"{Listing.Of([.. late.Select(one => $"{one.Module} ({one.Missing[0]})")], NamedMax)}",
            hint: "only devices that the board has need theirs");
    }

    private static bool IsThere(KernelFacts kernel, string name) => FirmwareSuffixes.Any(suffix =>
        kernel.Parts.Firmware.Find(name + suffix) is not (null or DirectoryNode)
        || kernel.Initrd?.Root.Find($"lib/firmware/{name}{suffix}") is not (null or DirectoryNode));
}
