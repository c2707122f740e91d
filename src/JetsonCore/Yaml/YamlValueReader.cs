// Reads values of any shape, as yaml.v2 fills an interface{}: every map is one of any keys, merge keys act in place.
// A list or a map as a key ends the walk.
using JetsonCore.Diagnostics;

namespace JetsonCore.Yaml;

/// <summary>Reads values of any shape.</summary>
/// <param name="decoder">Walks the tree.</param>
/// <param name="keyRule">The rule that a list or a map as a key breaks.</param>
internal sealed class YamlValueReader(YamlDecoder decoder, Rule keyRule)
{
    /// <summary>Reads a value; null, with a finding, where it has none.</summary>
    public YamlValue? Read(YamlNode node)
    {
        if (!decoder.Enter(node, out YamlNode value))
            return null;
        YamlValue? read = value.Kind switch
        {
            YamlKind.Sequence => ReadSequence(value),
            YamlKind.Mapping => ReadMap(value),
            _ => decoder.Resolve(value) is { } meaning ? new YamlValue.Scalar(value.Span, meaning, value.Value) : null,
        };
        decoder.Leave(node);
        return read;
    }

    private YamlValue.Sequence ReadSequence(YamlNode list)
    {
        var items = new List<YamlValue>();
        for (int index = 0; index < list.Children.Count && !decoder.IsStopped; index++)
        {
            if (Read(list.Children[index]) is { } item)
                items.Add(item);
        }
        return new(list.Span, items);
    }

    private YamlValue.Map ReadMap(YamlNode map)
    {
        var entries = new OrderedDictionary<(bool IsText, string Key), YamlEntry>();
        ReadEntries(map, entries);
        return new(map.Span, entries.Values);
    }

    private void ReadEntries(YamlNode map, OrderedDictionary<(bool IsText, string Key), YamlEntry> entries)
    {
        for (int index = 0; index + 1 < map.Children.Count && !decoder.IsStopped; index += 2)
        {
            YamlNode key = map.Children[index];
            YamlNode value = map.Children[index + 1];
            if (key.IsMergeKey)
                Merge(value, entries);
            else if (ReadKey(key) is { } entry && Read(value) is { } read)
                entries[(entry.IsText, entry.Key)] = entry with { Value = read };
        }
    }

    private void Merge(YamlNode value, OrderedDictionary<(bool IsText, string Key), YamlEntry> entries)
    {
        IEnumerable<YamlNode> maps = value.Kind == YamlKind.Sequence ? value.Children.AsEnumerable().Reverse()
            : [value];
        foreach (YamlNode item in maps)
        {
            if ((item.Target ?? item).Kind != YamlKind.Mapping)
            {
                decoder.Refuse(decoder.Rules.Kind, item.Span, "cannot merge: it is not a map", YamlFields.MergeHint);
                return;
            }
            if (!decoder.Enter(item, out YamlNode map))
                return;
            ReadEntries(map, entries);
            decoder.Leave(item);
        }
    }

    /// <summary>A key, still without its value; null, with a finding, where none can be had.</summary>
    private YamlEntry? ReadKey(YamlNode key)
    {
        if (!decoder.Enter(key, out YamlNode node))
            return null;
        YamlEntry? entry = null;
        if (node.Kind != YamlKind.Scalar)
        {
            decoder.Refuse(keyRule, node.Span, $"cannot use a {YamlDecoder.KindName(node)} as key", "keys are text");
        }
        else if (decoder.Resolve(node) is { } meaning)
        {
            bool isText = meaning.Kind is ScalarKind.Text or ScalarKind.Timestamp;
            entry = new(isText ? meaning.Text : node.Value, meaning.Kind, node.Span, Nothing);
        }
        decoder.Leave(key);
        return entry;
    }

    private static readonly YamlValue Nothing = new YamlValue.Scalar(default, new(ScalarKind.Null, ""), "");
}
