// A gadget.yaml: besides what its schema says, where the structures lie that it leads to.
using System.Globalization;
using System.Text;
using JetsonCore.Cli.Reports;
using JetsonCore.Diagnostics;
using JetsonCore.Gadget;
using JetsonCore.Gadget.Model;
using JetsonCore.Layout;

namespace JetsonCore.Cli.Editing;

/// <summary>A gadget.yaml.</summary>
/// <param name="path">How findings call it.</param>
/// <param name="text">The text.</param>
/// <param name="schema">The schema of gadgets.</param>
/// <param name="options">How to judge it.</param>
internal sealed class EditedGadget(string path, string text, EditorSchema schema, GadgetCheckOptions options)
    : EditedYaml(path, text, schema, (bytes, diagnostics) => Judge(path, bytes, options, diagnostics))
{
    /// <summary>A type of partition: two digits of a DOS table, the GUID of a GPT, what it is for.</summary>
    private sealed record PartitionType(string Digits, string Guid, string Use);

    private static readonly PartitionType[] Types =
    [
        new("83", "0FC63DAF-8483-4772-8E79-3D69D8477DE4", "Linux file system data"),
        new("EF", "C12A7328-F81F-11D2-BA4B-00A0C93EC93B", "EFI system partition"),
        new("0C", "EBD0A0A2-B9E5-4433-87C0-68B6B72699C7", "basic data: FAT, and the partitions of Tegra's boot chain"),
        new("82", "0657FD6D-A4AB-43C4-84E5-0933C84B4F4F", "Linux swap"),
        new("DA", "21686148-6449-6E6F-744E-656564454649", "BIOS boot partition, for GRUB"),
    ];

    private LayoutReport? _layout;

    private LayoutReport Layout => _layout ??= Plan();

    /// <inheritdoc/>
    protected override string? FactsOf(OutlineNode node)
    {
        if (StructureOf(node) is not var (item, volume) || Planned(item, volume) is not var (plan, place))
            return null;
        PlannedStructure structure = plan.Structures[place];
        GadgetVolume? typed = Layout.Gadget.Volumes.FirstOrDefault(one => one.Name.Value == plan.Name);
        string reason = typed is null ? "" : $" ({LayoutReasons.Of(place, plan, typed, Layout)})";
        return string.Create(CultureInfo.InvariantCulture, $"{LayoutWords.Name(structure)}: byte "
            + $"{structure.StartBytes} (sector {structure.StartBytes / plan.SectorSize}) to {structure.EndBytes}, "
            + $"{LayoutWords.Bytes(structure, plan)} bytes ({LayoutWords.Size(structure.SizeBytes)}){reason}");
    }

    /// <inheritdoc/>
    protected override IEnumerable<EditorCompletion> ValuesOf(OutlineNode node) =>
        node.Name == "type" && StructureOf(node) is var (item, volume) && node.Parent == item
            ? TypesFor(ScalarOf(Child(volume, "schema")))
            : base.ValuesOf(node);

    /// <inheritdoc/>
    protected override IEnumerable<OutlineNode> PartsOf(OutlineNode node, int depth)
    {
        bool isVolume = node.Kind == OutlineKind.Key && node.Parent is { Name: "volumes", Parent.Parent: null };
        if (isVolume)
            return Child(node, "structure")?.Children.Where(child => child.Kind == OutlineKind.Item) ?? [];
        return StructureOf(node) is null ? base.PartsOf(node, depth) : [];
    }

    /// <inheritdoc/>
    protected override EditorSymbol SymbolOf(OutlineNode node, IReadOnlyList<EditorSymbol> children)
    {
        EditorSymbol symbol = base.SymbolOf(node, children);
        if (StructureOf(node) is not var (item, volume))
        {
            return node.Parent is { Name: "volumes" }
                ? symbol with { Kind = EditorSymbolKind.Module, Detail = ScalarOf(Child(node, "schema")) ?? "gpt" }
                : symbol;
        }
        return symbol with
        {
            Kind = EditorSymbolKind.Struct,
            Detail = Planned(item, volume) is var (plan, place) ? string.Create(CultureInfo.InvariantCulture,
                $"{plan.Structures[place].StartBytes} + {LayoutWords.Bytes(plan.Structures[place], plan)}") : null,
        };
    }

    private static void Judge(string path, byte[] yaml, GadgetCheckOptions options, DiagnosticBag diagnostics) =>
        GadgetChecker.Check(new() { YamlPath = path, Yaml = yaml }, options, diagnostics);

    private static IEnumerable<EditorCompletion> TypesFor(string? schema)
    {
        yield return new("bare", EditorCompletionKind.Value, "bare") { Detail = "raw bytes, no partition" };
        foreach (PartitionType type in Types)
        {
            string own = schema == "mbr" ? type.Digits : type.Guid;
            yield return new(own, EditorCompletionKind.Value, own) { Detail = type.Use };
        }
        foreach (PartitionType type in Types)
        {
            string both = $"{type.Digits},{type.Guid}";
            yield return new(both, EditorCompletionKind.Value, both) { Detail = $"{type.Use}, with either table" };
        }
    }

    /// <summary>The structure that a node is or stands in, and its volume; null for none.</summary>
    private static (OutlineNode Item, OutlineNode Volume)? StructureOf(OutlineNode node)
    {
        for (OutlineNode? at = node; at is not null; at = at.Parent)
        {
            if (at is { Kind: OutlineKind.Item, Parent: { Name: "structure", Parent: { } volume } }
                && volume.Parent is { Name: "volumes", Parent.Parent: null })
            {
                return (at, volume);
            }
        }
        return null;
    }

    private (VolumePlan Plan, int Place)? Planned(OutlineNode item, OutlineNode volume)
    {
        VolumePlan? plan = Layout.Volumes.FirstOrDefault(plan => plan.Name == volume.Name);
        if (plan is null)
            return null;
        for (int place = 0; place < plan.Structures.Length; place++)
        {
            if (plan.Structures[place].Index == item.Index && !plan.Structures[place].Implicit)
                return (plan, place);
        }
        return null;
    }

    private LayoutReport Plan()
    {
        GadgetReport report = GadgetChecker.Check(
            new() { YamlPath = Path, Yaml = Encoding.UTF8.GetBytes(Text) },
            options with { Purpose = GadgetPurpose.Draw });
        IReadOnlyList<VolumePlan> plans =
            VolumePlanner.Plan(report.Gadget, new() { IsDrawing = true }, new DiagnosticBag());
        return new(Path, report.Gadget, plans, report.Diagnostics);
    }
}
