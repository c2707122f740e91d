// The settings of the system that a gadget brings: "defaults: system:" of gadget.yaml, flattened.
//
//   defaults:
//     system:                       (or the id of the snap core)
//       service: {ssh: {disable: true}}         service.ssh.disable = true
//
// Whether the file is right is the gadget checker's business; what cannot be read here is passed over.
// Peer: snapd gadget.SystemDefaults.
using JetsonCore.Diagnostics;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Trees;
using JetsonCore.Gadget.Reading;
using JetsonCore.Snaps;
using JetsonCore.Yaml;

namespace JetsonCore.Seed;

internal sealed class SystemSettings
{
    private const string CoreId = "99T7MUlRhtI3U0QFgl5mXXESAiSwt776";
    private const int LengthMax = 1 << 20, DepthMax = 64;

    private readonly SortedDictionary<string, Located<string>> _values = new(StringComparer.Ordinal);

    /// <summary>Whether there are any.</summary>
    public bool IsEmpty => _values.Count == 0;

    /// <summary>The value of a setting, or null; of a list some text that no setting can have.</summary>
    public Located<string>? this[string name] =>
        _values.TryGetValue(name, out Located<string> value) && value.Value is not "" ? value : null;

    /// <summary>Reads the settings of a gadget.</summary>
    public static SystemSettings Of(SnapFile gadget)
    {
        var settings = new SystemSettings();
        if (gadget.Root.Find(GadgetInput.InnerPath) is not RegularFileNode { Content: var content })
            return settings;
        try
        {
            YamlNode? root = YamlReader.Read(content.ReadAll(LengthMax), GadgetYaml.Gadget, new DiagnosticBag())?.Root;
            YamlNode? defaults = Find(root, "defaults");
            settings.Add("", Find(defaults, "system") ?? Find(defaults, CoreId), depth: 0);
        }
        catch (MalformedDataException)
        {
            return settings;
        }
        return settings;
    }

    private void Add(string prefix, YamlNode? node, int depth)
    {
        node = node?.Target ?? node;
        if (node is null || depth > DepthMax)
            return;
        if (node.Kind == YamlKind.Scalar)
        {
            if (YamlScalar.Resolve(node) is { Kind: not ScalarKind.Null } value)
            {
                string text = value.Kind != ScalarKind.Bool ? value.Text : value.IsTrue ? "true" : "false";
                _values[prefix] = new(text, node.Span);
            }
            return;
        }
        if (node.Kind == YamlKind.Sequence)
            _values[prefix] = new("a list", node.Span);
        for (int index = 0; node.Kind == YamlKind.Mapping && index + 1 < node.Children.Count; index += 2)
        {
            YamlNode key = node.Children[index], value = node.Children[index + 1];
            if (!key.IsMergeKey)
                Add(prefix is "" ? key.Value : $"{prefix}.{key.Value}", value, depth + 1);
        }
        AddMerged(prefix, node, depth);
    }

    private void AddMerged(string prefix, YamlNode node, int depth)
    {
        for (int index = 0; node.Kind == YamlKind.Mapping && index + 1 < node.Children.Count; index += 2)
        {
            if (!node.Children[index].IsMergeKey)
                continue;
            var merged = new SystemSettings();
            YamlNode value = node.Children[index + 1].Target ?? node.Children[index + 1];
            foreach (YamlNode map in value.Kind == YamlKind.Sequence ? value.Children : [value])
                merged.Add(prefix, map, depth + 1);
            foreach ((string name, Located<string> setting) in merged._values)
                _values.TryAdd(name, setting);
        }
    }

    private static YamlNode? Find(YamlNode? map, string key)
    {
        map = map?.Target ?? map;
        for (int index = 0; map?.Kind == YamlKind.Mapping && index + 1 < map.Children.Count; index += 2)
        {
            if (map.Children[index].Value == key)
                return map.Children[index + 1];
        }
        return null;
    }
}
