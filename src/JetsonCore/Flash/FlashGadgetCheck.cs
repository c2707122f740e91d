// gadget.yaml against the layout: after flashing the board has the layout's table, whatever gadget.yaml says. Ubuntu
// Core finds its partitions by label, so that differences are worth knowing and forbid nothing, but for APP and UDA,
// which are judged elsewhere.
using JetsonCore.Diagnostics;
using JetsonCore.Flash.Layouts;

namespace JetsonCore.Flash;

internal static class FlashGadgetCheck
{
    public static void Check(FlashSituation situation, DiagnosticBag diagnostics)
    {
        if (situation.Bundle is not { } bundle || situation.Filled is not { } filled)
            return;
        LayoutPartition[] table = [.. situation.Table()];
        CheckStart(situation, diagnostics);
        foreach (FlashStructure structure in bundle.Structures)
            CheckStructure(situation, structure, table, diagnostics);
        HashSet<string> known = [.. bundle.Structures.Select(NameOf)];
        foreach (LayoutPartition partition in table.Where(partition => !known.Contains(partition.Name.Value)))
        {
            FlashChecker.Add(diagnostics, FlashRules.LayoutOnly,
                (filled.Path, situation.PlaceOf(partition.Name.Span)),
                $"gadget.yaml has no structure \"{partition.Name.Value}\", which the board's table gets");
        }
        CheckOrder(situation, table, diagnostics);
    }

    /// <summary>The name that NVIDIA gives a structure: APP is system-boot, UDA is writable.</summary>
    private static string NameOf(FlashStructure structure) => structure.Role switch
    {
        "system-boot" => FlashOverlay.BootPartition,
        "system-data" => FlashOverlay.DataPartition,
        _ => structure.Name,
    };

    private static void CheckStart(FlashSituation situation, DiagnosticBag diagnostics)
    {
        FlashStructure? boot = situation.Bundle!.Structures.FirstOrDefault(item => item.Role == "system-boot");
        if (boot is null || FlashSizeCheck.AppStart(situation) is not { } start || start == boot.StartBytes
            || situation.Filled!.Find(FlashOverlay.BootPartition) is not { } app)
        {
            return;
        }
        FlashChecker.Add(diagnostics, FlashRules.AppStart,
            (situation.Filled.Path, situation.PlaceOf(app.Name.Span)),
            $"APP starts at byte {start} (sector {start / 512}) in {situation.Release?.Name}, \"{boot.Name}\" of "
                + $"gadget.yaml at {boot.StartBytes}: it is found by its label");
    }

    private static void CheckStructure(
        FlashSituation situation, FlashStructure structure, LayoutPartition[] table, DiagnosticBag diagnostics)
    {
        string path = situation.Filled!.Path, name = NameOf(structure);
        LayoutPartition? partition = Array.Find(table, other => other.Name.Value == name);
        if (partition is null)
        {
            LayoutPartition? elsewhere = situation.Filled.Find(name);
            FlashChecker.Add(diagnostics, FlashRules.GadgetOnly,
                (path, elsewhere is null ? SourceSpan.None : situation.PlaceOf(elsewhere.Name.Span)),
                $"the board's table gets no \"{name}\", which gadget.yaml has with {structure.SizeBytes} bytes"
                    + (elsewhere is null ? "" : ": in this release it lies in a boot area of the eMMC"));
            return;
        }
        long? size = LayoutPartition.Number(partition.Size?.Value);
        if (size is not null && size != structure.SizeBytes && !partition.Fills
            && name != FlashOverlay.BootPartition)
        {
            FlashChecker.Add(diagnostics, FlashRules.GadgetSize, (path, situation.PlaceOf(partition.Name.Span)),
                $"\"{name}\" gets {size} bytes, gadget.yaml says {structure.SizeBytes}");
        }
    }

    private static void CheckOrder(FlashSituation situation, LayoutPartition[] table, DiagnosticBag diagnostics)
    {
        string[] inTable = [.. table.Select(partition => partition.Name.Value)];
        string[] inGadget = [.. situation.Bundle!.Structures.Select(NameOf)];
        string[] first = [.. inTable.Where(inGadget.Contains)], second = [.. inGadget.Where(inTable.Contains)];
        int at = Enumerable.Range(0, Math.Min(first.Length, second.Length))
            .FirstOrDefault(index => first[index] != second[index], -1);
        if (at < 0)
            return;
        LayoutPartition partition = table.First(other => other.Name.Value == first[at]);
        FlashChecker.Add(diagnostics, FlashRules.GadgetOrder,
            (situation.Filled!.Path, situation.PlaceOf(partition.Name.Span)),
            $"\"{first[at]}\" comes where gadget.yaml has \"{second[at]}\": partitions are found by name and label, "
                + "never by number");
    }
}
