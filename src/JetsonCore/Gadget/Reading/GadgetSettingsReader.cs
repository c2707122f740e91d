// Reads what gadget.yaml says besides volumes: default settings, connections, the kernel's command line, and which
// device each volume goes to.
using System.Collections.Immutable;
using JetsonCore.Diagnostics;
using JetsonCore.Gadget.Model;
using JetsonCore.Yaml;

namespace JetsonCore.Gadget.Reading;

internal sealed class GadgetSettingsReader(YamlDecoder decoder)
{
    private static readonly FieldKeys ConnectionKeys = new("a connection", GadgetKeys.Connection);
    private static readonly FieldKeys CommandLineKeys = new("kernel-cmdline", GadgetKeys.KernelCommandLine);
    private static readonly FieldKeys AssignmentKeys =
        new("a variant of volume-assignments", GadgetKeys.Assignment);

    private static readonly FieldKeys DeviceKeys = new("an assignment", GadgetKeys.AssignedDevice);

    private readonly OrderedDictionary<string, Located<string>> _defaults = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<Diagnostic>> _findings = new(StringComparer.Ordinal);

    /// <summary>The snaps that defaults have been read for, in file order.</summary>
    public ImmutableArray<Located<string>> Defaults => _defaults.Count == 0 ? [] : [.. _defaults.Values];

    /// <summary>Reads defaults on top of earlier ones; of a snap's settings given twice the last ones count.</summary>
    public void ReadDefaults(YamlNode node)
    {
        bool isNull = node.Kind == YamlKind.Scalar && YamlDecoder.IsNull(node);
        var values = new GadgetDefaultsReader(decoder);
        decoder.ReadMap(node, FieldKeys.Any, "defaults", field =>
        {
            if (values.ReadSnap(field) is not { } problems)
                return;
            _defaults[field.Key] = new(field.Key, field.KeyNode.Span);
            _findings[field.Key] = problems;
        });
        if (isNull)
            _defaults.Clear();
    }

    /// <summary>Reports what is wrong with the defaults that count in the end.</summary>
    public void JudgeDefaults()
    {
        foreach ((string key, _) in _defaults)
            decoder.AddLate(_findings[key]);
    }

    /// <summary>Reads the list of connections.</summary>
    public ImmutableArray<GadgetConnection> ReadConnections(YamlNode node)
    {
        ImmutableArray<GadgetConnection>.Builder connections = ImmutableArray.CreateBuilder<GadgetConnection>();
        decoder.ReadList(node, "connections", (item, index) =>
        {
            var connection = new GadgetConnection(item.Span, new("", default), new("", default));
            decoder.ReadMap(item, ConnectionKeys, $"connection #{index}", field =>
            {
                Located<string> end = ReadConnectionEnd(field);
                connection = field.Key == "plug" ? connection with { Plug = end } : connection with { Slot = end };
            });
            connections.Add(connection);
        });
        return connections.ToImmutable();
    }

    /// <summary>Reads the lists of kernel arguments.</summary>
    public GadgetKernelCommandLine ReadKernelCommandLine(YamlNode node)
    {
        var line = new GadgetKernelCommandLine();
        decoder.ReadMap(node, CommandLineKeys, "kernel-cmdline", field =>
        {
            line = field.Key switch
            {
                "allow" => line with { Allow = ReadArguments(field, isPattern: true) },
                "append" => line with { Append = ReadArguments(field, isPattern: false) },
                _ => line with { Remove = ReadArguments(field, isPattern: true) },
            };
        });
        return line;
    }

    /// <summary>Reads the variants of volumes and devices.</summary>
    public ImmutableArray<GadgetVolumeAssignment> ReadVolumeAssignments(YamlNode node)
    {
        ImmutableArray<GadgetVolumeAssignment>.Builder variants =
            ImmutableArray.CreateBuilder<GadgetVolumeAssignment>();
        decoder.ReadList(node, "volume-assignments", (item, index) =>
        {
            var variant = new GadgetVolumeAssignment(new("", default), item.Span, []);
            decoder.ReadMap(item, AssignmentKeys, $"variant #{index}", field =>
            {
                variant = field.Key == "assignment-name"
                    ? variant with { Name = decoder.ReadText(field.Value, field.Key) ?? new("", field.Value.Span) }
                    : variant with { Devices = ReadDevices(field) };
            });
            variants.Add(variant);
        });
        return variants.ToImmutable();
    }

    private ImmutableArray<GadgetVolumeDevice> ReadDevices(YamlField field)
    {
        List<GadgetVolumeDevice> devices = [];
        decoder.ReadMap(field.Value, FieldKeys.Any, field.Key, volume =>
        {
            var device = new Located<string>("", volume.Value.Span);
            decoder.ReadMap(volume.Value, DeviceKeys, $"the assignment of \"{volume.Key}\"", inner =>
                device = decoder.ReadText(inner.Value, inner.Key) ?? device);
            devices.Add(new(new(volume.Key, volume.KeyNode.Span), device));
        });
        // of a volume given twice the last device counts
        HashSet<string> seen = new(StringComparer.Ordinal);
        devices.Reverse();
        devices.RemoveAll(device => !seen.Add(device.Volume.Value));
        devices.Reverse();
        return [.. devices];
    }

    private Located<string> ReadConnectionEnd(YamlField field)
    {
        if (decoder.ReadOwnText(field.Value, field.Key, kindIsRefused: false) is not { } text)
            return new("", default);
        string[] parts = text.Value.Split(':');
        if (parts is [{ Length: > 0 }, { Length: > 0 }])
            return text;
        decoder.Refuse(field.Key == "plug" ? GadgetRuleList.ConnectionPlug : GadgetRuleList.ConnectionSlot, text.Span,
            $"cannot read {field.Key} \"{YamlDecoder.Shorten(text.Value)}\": it is not ID:NAME",
            "write the snap's id, or system, then a colon and the name of the interface");
        return text;
    }

    private ImmutableArray<Located<string>> ReadArguments(YamlField field, bool isPattern)
    {
        ImmutableArray<Located<string>>.Builder arguments = ImmutableArray.CreateBuilder<Located<string>>();
        decoder.ReadList(field.Value, field.Key, (item, index) =>
        {
            if (decoder.ReadOwnText(item, $"{field.Key} #{index}", kindIsRefused: false) is not { } text)
                return;
            string? problem = KernelArgument.Problem(text.Value, isPattern);
            string name = text.Value.Split('=')[0];
            if (problem is null && field.Key == "append" && KernelArgument.IsSetBySnapd(name))
                AddRefusedByDevices(text, name);
            if (problem is not null)
            {
                decoder.Refuse(GadgetRuleList.KernelCommandLine, text.Span,
                    $"cannot read argument \"{YamlDecoder.Shorten(text.Value)}\": {problem}",
                    "write one kernel argument for each item: name, name=value or name=\"va lue\"");
            }
            arguments.Add(text);
        });
        return arguments.ToImmutable();
    }

    /// <summary>snapd reads it, and refuses it once a device with the gadget makes its command line.</summary>
    private void AddRefusedByDevices(Located<string> text, string name)
    {
        Diagnostic finding = YamlDecoder.Finding(GadgetRuleList.KernelCommandLine, text.Span,
            $"devices will refuse argument \"{YamlDecoder.Shorten(text.Value)}\": snapd sets \"{name}\" itself",
            "remove the argument; of those of snapd only snapd.debug may be set");
        decoder.AddLate([finding with { Severity = Severity.Warning }]);
    }
}
