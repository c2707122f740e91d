// A snap.yaml, the headers of a model, and what a gadget.yaml has in common with them: their keys and values are those
// of the schema, found by the outline, which half-written texts have too.
using System.Text;
using JetsonCore.Diagnostics;

namespace JetsonCore.Cli.Editing;

/// <summary>A YAML or JSON text with a schema.</summary>
/// <param name="path">How findings call it.</param>
/// <param name="text">The text.</param>
/// <param name="schema">Its schema.</param>
/// <param name="check">Its checker.</param>
internal class EditedYaml(string path, string text, EditorSchema schema, Action<byte[], DiagnosticBag> check)
    : EditedText(path, text)
{
    private const int SymbolDepthMax = 3, SymbolsMax = 10_000, DetailMax = 60;

    private static readonly string[] NamingKeys = ["name", "source", "image", "plug", "assignment-name"];

    private TextOutline? _outline;
    private int _symbolCount;

    /// <summary>The text as far as it can be made out.</summary>
    protected TextOutline Outline => _outline ??= new(Text);

    private bool IsJson => Text.AsSpan().TrimStart().StartsWith("{");

    /// <inheritdoc/>
    public override EditorCompletions Complete(int offset)
    {
        if (Outline.At(offset) is not { } place)
            return EditorCompletions.None;
        var parts = schema.Of(place.Node);
        IEnumerable<EditorCompletion> items = place.IsKey
            ? KeysAt(place)
            : ValuesOf(place.Node).Concat(EditorSchema.Keys(parts).Select(key => NewKey(key, "")));
        return new(new(place.Start, place.End), [.. items.DistinctBy(item => item.Label)]);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<EditorSymbol> Symbols()
    {
        _symbolCount = 0;
        return SymbolsOf(Outline.Root, 0);
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<Diagnostic> Check(string text)
    {
        var diagnostics = new DiagnosticBag(Path);
        check(Encoding.UTF8.GetBytes(text), diagnostics);
        return diagnostics.Items;
    }

    /// <inheritdoc/>
    protected override EditorHover? HoverOf(int offset)
    {
        if (Outline.At(offset) is not { } place || (place.IsKey && place.Key is null))
            return null;
        OutlineNode node = place.Key ?? place.Node;
        if (node.Kind == OutlineKind.Root)
            return null;
        string? description = EditorSchema.Description(schema.Of(node));
        string? facts = FactsOf(node);
        if (description is null && facts is null)
            return null;
        string title = node.Kind == OutlineKind.Item ? "" : $"**{node.Name}**\n\n";
        return new(title + string.Join("\n\n", new[] { description, facts }.OfType<string>()),
            new(place.Start, place.End));
    }

    /// <summary>What follows from a node, beside what it means; null for nothing.</summary>
    protected virtual string? FactsOf(OutlineNode node) => null;

    /// <summary>The values that a node can have.</summary>
    protected virtual IEnumerable<EditorCompletion> ValuesOf(OutlineNode node) =>
        EditorSchema.Values(schema.Of(node)).Select(value => new EditorCompletion(
            value.Text, EditorCompletionKind.Value, IsJson ? $"\"{value.Text}\"" : value.Text)
        {
            Documentation = value.Description,
        });

    /// <summary>What a part of the document is called, and a few words on it.</summary>
    protected virtual EditorSymbol SymbolOf(OutlineNode node, IReadOnlyList<EditorSymbol> children)
    {
        bool isItem = node.Kind == OutlineKind.Item;
        string? value = ScalarOf(node);
        string? name = isItem ? NamingKeys.Select(key => ScalarOf(Child(node, key))).FirstOrDefault(n => n is not null)
            ?? value ?? $"#{node.Index}" : node.Name;
        EditorSymbolKind kind = children.Count == 0 ? EditorSymbolKind.Property
            : node.Children[0].Kind == OutlineKind.Item ? EditorSymbolKind.Array : EditorSymbolKind.Object;
        return new(name.Length > 0 ? name : "\"\"", kind, new(node.Start, node.ExtentEnd), NameOf(node))
        {
            Detail = isItem && name == value ? null : value,
            Children = children,
        };
    }

    /// <summary>What of a node's children are parts of the document of their own.</summary>
    protected virtual IEnumerable<OutlineNode> PartsOf(OutlineNode node, int depth) =>
        depth < SymbolDepthMax ? node.Children.Where(child => child.Kind is OutlineKind.Key or OutlineKind.Item) : [];

    /// <summary>The child of a key; null where there is none.</summary>
    protected static OutlineNode? Child(OutlineNode? node, string key) =>
        node?.Children.Find(child => child.Kind == OutlineKind.Key && child.Name == key);

    /// <summary>The text behind a key; null where there is none on its line.</summary>
    protected string? ScalarOf(OutlineNode? node)
    {
        if (node is not { FlowStart: < 0 } || node.Children.Count > 0 || node.ValueEnd <= node.ValueStart)
            return null;
        string value = Text[node.ValueStart..node.ValueEnd].Trim().Trim('"', '\'');
        return value.Length == 0 ? null : value.Length > DetailMax ? value[..DetailMax] + "…" : value;
    }

    /// <summary>The symbols of all parts of a node.</summary>
    protected List<EditorSymbol> SymbolsOf(OutlineNode node, int depth)
    {
        var symbols = new List<EditorSymbol>();
        foreach (OutlineNode part in PartsOf(node, depth))
        {
            if (++_symbolCount > SymbolsMax)
                break;
            symbols.Add(SymbolOf(part, SymbolsOf(part, depth + 1)));
        }
        return symbols;
    }

    private static TextStretch NameOf(OutlineNode node) => new(node.Start, Math.Min(node.End, node.ExtentEnd));

    private IEnumerable<EditorCompletion> KeysAt(OutlinePlace place)
    {
        var parts = schema.Of(place.Node);
        HashSet<string> there = [.. place.Node.Children
            .Where(child => child.Kind == OutlineKind.Key && child != place.Key).Select(child => child.Name)];
        foreach (SchemaWord key in EditorSchema.Keys(parts).Where(key => !there.Contains(key.Text)))
        {
            yield return place.Key is null ? NewKey(key, "")
                : new(key.Text, EditorCompletionKind.Property, Quoted(key.Text)) { Documentation = key.Description };
        }
        // A list whose first dash is not written yet.
        if (place.Node.FlowStart >= 0 || place.Key is not null)
            yield break;
        foreach (SchemaWord key in EditorSchema.KeysOfItems(parts))
            yield return NewKey(key, "- ");
    }

    private EditorCompletion NewKey(SchemaWord key, string before)
    {
        string end = key.Kind == SchemaKind.Scalar || IsJson ? ": " : ":";
        return new(key.Text, EditorCompletionKind.Property, $"{before}{Quoted(key.Text)}{end}")
        {
            Documentation = key.Description,
        };
    }

    private string Quoted(string key) => IsJson ? $"\"{key}\"" : key;
}
