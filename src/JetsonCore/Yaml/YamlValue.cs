// A value whose shape nobody fixes (defaults, attributes of plugs): what Go's yaml.v2 puts into an interface{}. Maps
// keep the last value of each key; keys of another kind than text are kept apart, as Go keeps them.
using JetsonCore.Diagnostics;

namespace JetsonCore.Yaml;

/// <summary>A value of any shape.</summary>
/// <param name="Span">Where it stands.</param>
internal abstract record YamlValue(SourceSpan Span)
{
    /// <summary>A text, a number, a boolean or nothing.</summary>
    public sealed record Scalar(SourceSpan Span, ResolvedScalar Meaning, string Spelling) : YamlValue(Span);

    /// <summary>A list.</summary>
    public sealed record Sequence(SourceSpan Span, IReadOnlyList<YamlValue> Items) : YamlValue(Span);

    /// <summary>A map.</summary>
    public sealed record Map(SourceSpan Span, IReadOnlyCollection<YamlEntry> Entries) : YamlValue(Span);

    /// <summary>The text that it is; null for anything else.</summary>
    public string? Text =>
        this is Scalar { Meaning: { Kind: ScalarKind.Text or ScalarKind.Timestamp } text } ? text.Text : null;

    /// <summary>Whether it is nothing.</summary>
    public bool IsNull => this is Scalar { Meaning.Kind: ScalarKind.Null };

    /// <summary>All values in it, itself first, each with the entry that it stands in, if a map has it.</summary>
    public IEnumerable<(YamlValue Value, YamlEntry? Entry)> Walk()
    {
        var open = new Stack<(YamlValue Value, YamlEntry? Entry)>([(this, null)]);
        while (open.TryPop(out (YamlValue Value, YamlEntry? Entry) found))
        {
            yield return found;
            IEnumerable<(YamlValue, YamlEntry?)> inner = found.Value switch
            {
                Sequence list => list.Items.Select(item => (item, (YamlEntry?)null)),
                Map map => map.Entries.Select(entry => (entry.Value, (YamlEntry?)entry)),
                _ => [],
            };
            foreach ((YamlValue, YamlEntry?) one in inner.Reverse())
                open.Push(one);
        }
    }
}

/// <summary>A key of a map and its value.</summary>
/// <param name="Key">The key's spelling.</param>
/// <param name="Kind">What the key is.</param>
/// <param name="KeySpan">Where the key stands.</param>
/// <param name="Value">The value.</param>
internal sealed record YamlEntry(string Key, ScalarKind Kind, SourceSpan KeySpan, YamlValue Value)
{
    /// <summary>Whether the key is a text.</summary>
    public bool IsText => Kind is ScalarKind.Text or ScalarKind.Timestamp;

    /// <summary>What the key is if it is no text, in words.</summary>
    public string KindWords => Kind switch
    {
        ScalarKind.Bool => "a boolean",
        ScalarKind.Null => "nothing",
        _ => "a number",
    };
}
