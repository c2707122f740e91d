// What an editor shows. Places are indexes into the text, in units of UTF-16; who talks to the editor turns them into
// lines and columns.
using JetsonCore.Diagnostics;

namespace JetsonCore.Cli.Editing;

/// <summary>A piece of a text.</summary>
internal readonly record struct TextStretch(int Start, int End)
{
    /// <summary>Whether a place lies in it or at one of its ends.</summary>
    public bool Touches(int offset) => offset >= Start && offset <= End;
}

/// <summary>A finding and its place.</summary>
internal sealed record EditorFinding(Diagnostic Diagnostic, TextStretch Place)
{
    /// <summary>The other place that the finding is about, if there is one.</summary>
    public TextStretch? Related { get; init; }
}

/// <summary>What is said of a place, as Markdown.</summary>
internal sealed record EditorHover(string Markdown, TextStretch Place);

/// <summary>What a completion is, in the numbers of the protocol.</summary>
internal enum EditorCompletionKind
{
    Function = 3,
    Variable = 6,
    Property = 10,
    Value = 12,
    Keyword = 14,
}

/// <summary>One way to go on.</summary>
/// <param name="Label">What is shown.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Text">What is written.</param>
internal sealed record EditorCompletion(string Label, EditorCompletionKind Kind, string Text)
{
    /// <summary>A few words behind the label.</summary>
    public string? Detail { get; init; }

    /// <summary>What it means.</summary>
    public string? Documentation { get; init; }
}

/// <summary>All ways to go on.</summary>
/// <param name="Replaced">What is written over.</param>
/// <param name="Items">The ways.</param>
internal sealed record EditorCompletions(TextStretch Replaced, IReadOnlyList<EditorCompletion> Items)
{
    public static EditorCompletions None { get; } = new(default, []);
}

/// <summary>What a symbol is, in the numbers of the protocol.</summary>
internal enum EditorSymbolKind
{
    Module = 2,
    Property = 7,
    Variable = 13,
    Array = 18,
    Object = 19,
    Struct = 23,
}

/// <summary>A part of a document.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Place">All of it.</param>
/// <param name="NamePlace">Its name or beginning.</param>
internal sealed record EditorSymbol(string Name, EditorSymbolKind Kind, TextStretch Place, TextStretch NamePlace)
{
    /// <summary>A few words behind the name.</summary>
    public string? Detail { get; init; }

    /// <summary>What is in it.</summary>
    public IReadOnlyList<EditorSymbol> Children { get; init; } = [];
}
