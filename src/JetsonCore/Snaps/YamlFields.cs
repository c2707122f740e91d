// The keys of a YAML map, each asked for by name and kind; a wrong kind is a finding. Text keeps its spelling:
// "version: 1.10" is "1.10".
using System.Collections.Immutable;
using JetsonCore.Diagnostics;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace JetsonCore.Snaps;

internal sealed class YamlFields(YamlMappingNode map, DiagnosticBag diagnostics)
{
    /// <summary>The keys that are text, in file order.</summary>
    public ImmutableArray<Located<string>> Keys =>
        [.. map.Children.Keys.OfType<YamlScalarNode>().Select(
            key => new Located<string>(key.Value ?? "", YamlPlaces.SpanOf(key)))];

    /// <summary>The text of a key; null where it is missing or null, and after a finding.</summary>
    public Located<string>? Text(string key)
    {
        if (Find(key) is not { } node)
            return null;
        if (node is YamlScalarNode scalar)
            return new(scalar.Value ?? "", YamlPlaces.SpanOf(scalar));
        Refuse(key, node, "text");
        return null;
    }

    /// <summary>The texts of a list.</summary>
    public ImmutableArray<Located<string>> List(string key)
    {
        if (Find(key) is not { } node)
            return [];
        if (node is YamlSequenceNode { Children: var items } && items.All(item => item is YamlScalarNode))
        {
            return [.. items.OfType<YamlScalarNode>().Select(
                item => new Located<string>(item.Value ?? "", YamlPlaces.SpanOf(item)))];
        }
        Refuse(key, node, "a list of texts");
        return [];
    }

    /// <summary>The fields of a map.</summary>
    public YamlFields? Map(string key)
    {
        if (Find(key) is not { } node)
            return null;
        if (node is YamlMappingNode inner)
            return new(inner, diagnostics);
        Refuse(key, node, "a map");
        return null;
    }

    /// <summary>The value of a key, or null where it is missing or null.</summary>
    public YamlNode? Find(string key) =>
        map.Children.TryGetValue(new YamlScalarNode(key), out YamlNode? node) && !IsNull(node) ? node : null;

    private static bool IsNull(YamlNode node) =>
        node is YamlScalarNode { Style: ScalarStyle.Plain, Value: "" or "~" or "null" or "Null" or "NULL" };

    private void Refuse(string key, YamlNode node, string wanted) =>
        diagnostics.Add(SnapRules.ValueKind, YamlPlaces.SpanOf(node), $"cannot read \"{key}\": it must be {wanted}");
}
