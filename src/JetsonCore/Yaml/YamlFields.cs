// The keys and values of a map in the order in which they act, merge keys expanded in place; says along the way which
// keys are unknown or written twice. For maps with a fixed set of keys (a volume, a structure, …).
using JetsonCore.Diagnostics;

namespace JetsonCore.Yaml;

/// <summary>A key of a map and the value behind it.</summary>
internal sealed record YamlField(string Key, YamlNode KeyNode, YamlNode Value);

internal static class YamlFields
{
    public const string MergeHint = "\"<<\" takes a map, an alias of one, or a list of those";

    /// <summary>Hands each field of an entered map to <paramref name="read"/>.</summary>
    public static void ForEach(YamlNode map, YamlDecoder decoder, FieldKeys keys, Action<YamlField> read) =>
        Walk(map, new(decoder, keys, read), isMerged: false);

    private static void Walk(YamlNode map, WalkContext context, bool isMerged)
    {
        YamlDecoder decoder = context.Decoder;
        var own = new Dictionary<string, YamlField>(map.Children.Count / 2, StringComparer.Ordinal);
        for (int index = 0; index + 1 < map.Children.Count && !decoder.IsStopped; index += 2)
        {
            YamlNode keyNode = map.Children[index];
            YamlNode value = map.Children[index + 1];
            if (keyNode.IsMergeKey)
            {
                Merge(value, context);
                continue;
            }
            if (decoder.ReadText(keyNode, "the key") is not { } key)
                continue;
            var field = new YamlField(key.Value, keyNode, value);
            if (!own.TryAdd(field.Key, field) && !isMerged)
                AdviseDuplicate(field, own[field.Key], context);
            if (context.Keys.Knows(key.Value))
                context.Read(field);
            else
                PassOver(field, map, context);
        }
    }

    /// <summary>Draws another map's fields in; of a list of maps the first has the last word.</summary>
    private static void Merge(YamlNode value, WalkContext context)
    {
        if (value.Kind != YamlKind.Sequence)
        {
            MergeMap(value, context);
            return;
        }
        for (int index = value.Children.Count - 1; index >= 0; index--)
            MergeMap(value.Children[index], context);
    }

    private static void MergeMap(YamlNode value, WalkContext context)
    {
        YamlNode map = value.Target ?? value;
        if (map.Kind != YamlKind.Mapping)
        {
            context.Decoder.Refuse(context.Decoder.Rules.Kind, value.Span,
                $"cannot merge: it is a {YamlDecoder.KindName(map)}, not a map", MergeHint);
            return;
        }
        if (!context.Decoder.Enter(value, out map))
            return;
        Walk(map, context, isMerged: true);
        context.Decoder.Leave(value);
    }

    private static void AdviseDuplicate(YamlField field, YamlField earlier, WalkContext context) =>
        context.Decoder.Advise(context.Decoder.Rules.DuplicateKey, field.KeyNode.Span,
            $"key \"{field.Key}\" is given twice: this one overrides that of line {earlier.KeyNode.Span.Line}",
            context.Keys.IsListItem ? "remove one of them, or begin another item of the list with a dash"
                : "remove one of them");

    /// <summary>What no field is made for is not looked into, nor is what is wrong there.</summary>
    private static void PassOver(YamlField field, YamlNode map, WalkContext context)
    {
        if (context.Keys.HiddenText == field.Key)
            _ = context.Decoder.ReadText(field.Value, field.Key);
        if (Array.IndexOf(context.Keys.Silent, field.Key) >= 0)
            return;
        string? meant = Spelling.Nearest(field.Key, context.Keys.Known);
        context.Decoder.Advise(context.Decoder.Rules.UnknownKey, field.KeyNode.Span,
            $"{context.Keys.Owner} has no key \"{YamlDecoder.Shorten(field.Key)}\": snapd ignores it",
            meant is null ? $"known keys: {string.Join(", ", context.Keys.Known)}" : $"did you mean \"{meant}\"?",
            meant is not null && Spelling.IsSlip(field.Key, meant) && !HasKey(map, meant)
                ? new(field.KeyNode.Span, meant) : null);
    }

    private static bool HasKey(YamlNode map, string key)
    {
        for (int index = 0; index < map.Children.Count; index += 2)
        {
            if (map.Children[index].Value == key || map.Children[index].IsMergeKey)
                return true;
        }
        return false;
    }

    private sealed record WalkContext(YamlDecoder Decoder, FieldKeys Keys, Action<YamlField> Read);
}

/// <summary>The keys that mean something in a map, and whose they are; any key where none is listed.</summary>
internal sealed record FieldKeys(string Owner, params string[] Known)
{
    public static FieldKeys Any { get; } = new("");

    /// <summary>Old keys that are rightly passed over without a word.</summary>
    public string[] Silent { get; init; } = [];

    /// <summary>A key that snapd happens to read: its value must be text, and means nothing.</summary>
    public string? HiddenText { get; init; }

    /// <summary>Whether such maps are items of a list, so that a key given twice may be a forgotten dash.</summary>
    public bool IsListItem { get; init; }

    public bool Knows(string key) => Known.Length == 0 || Array.IndexOf(Known, key) >= 0;
}
