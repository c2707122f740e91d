// A text that is open in an editor, as it is at one moment, and what can be said of it. Findings are those of the
// library's own checkers; nothing is judged here.
//
//   EditedText ─┬─ EditedYaml         gadget.yaml, snap.yaml, models: schema and outline
//               │     └─ EditedGadget   and where its structures lie
//               └─ EditedEnvironment  uboot.env.in
using System.Text;
using JetsonCore.Diagnostics;
using JetsonCore.Gadget;

namespace JetsonCore.Cli.Editing;

/// <summary>A text and the answers about it, each made when it is asked for.</summary>
internal abstract class EditedText
{
    private IReadOnlyList<EditorFinding>? _findings;

    protected EditedText(string path, string text)
    {
        (Path, Text) = (path, text);
        Source = new(text);
    }

    /// <summary>How findings call it.</summary>
    public string Path { get; }

    /// <summary>The text.</summary>
    public string Text { get; }

    /// <summary>Everything that is wrong with it.</summary>
    public IReadOnlyList<EditorFinding> Findings => _findings ??= [.. Check(Text).Select(Placed)];

    /// <summary>The text by lines, as findings count them.</summary>
    protected SourceText Source { get; }

    /// <summary>What is worth knowing of a place; null for nothing.</summary>
    public EditorHover? Hover(int offset)
    {
        EditorHover? about = HoverOf(offset);
        EditorFinding[] found = [.. Findings.Where(finding => finding.Place.Touches(offset))];
        string[] parts =
        [
            .. about is null ? (string[])[] : [about.Markdown],
            .. found.Select(finding => finding.Diagnostic.Rule).Distinct().Select(Explain),
        ];
        return parts.Length == 0 ? null
            : new(string.Join("\n\n---\n\n", parts), about?.Place ?? found[0].Place);
    }

    /// <summary>How a place can go on.</summary>
    public abstract EditorCompletions Complete(int offset);

    /// <summary>What it consists of.</summary>
    public abstract IReadOnlyList<EditorSymbol> Symbols();

    /// <summary>Where the name at a place is defined; null where there is no name, or it is defined nowhere.</summary>
    public virtual TextStretch? Definition(int offset) => null;

    /// <summary>Where else the name at a place stands.</summary>
    public virtual IReadOnlyList<TextStretch> References(int offset) => [];

    /// <summary>The text with the edit of a finding; null where it cannot be made, or changes nothing.</summary>
    public string? With(TextEdit fix) => Changed(GadgetFixer.Apply(Encoding.UTF8.GetBytes(Text), [fix]));

    /// <summary>The text with all edits that `check --fix` makes; null where there are none.</summary>
    public string? Fixed() =>
        Changed(GadgetFixer.Fix(Encoding.UTF8.GetBytes(Text), bytes => Check(Encoding.UTF8.GetString(bytes))));

    /// <summary>What is wrong with a text in place of this one.</summary>
    protected abstract IReadOnlyList<Diagnostic> Check(string text);

    /// <summary>What the text itself is about at a place.</summary>
    protected abstract EditorHover? HoverOf(int offset);

    private string? Changed(byte[] bytes) =>
        Encoding.UTF8.GetString(bytes) is { } text && text != Text ? text : null;

    private EditorFinding Placed(Diagnostic diagnostic) => new(diagnostic, StretchOf(diagnostic.Span))
    {
        Related = diagnostic.Related is { } related ? StretchOf(related.Span) : null,
    };

    /// <summary>A span in the text; the first line where nothing is known, and never nothing at all.</summary>
    private TextStretch StretchOf(SourceSpan span)
    {
        if (!span.IsKnown)
            return new(0, Source.Line(1).Length);
        int start = Source.IndexOf(span.Line, span.Column);
        return new(start, Math.Max(start, Source.IndexOf(span.EndLine, span.EndColumn)));
    }

    /// <summary>What `jetson-core explain` says.</summary>
    private static string Explain(Rule rule)
    {
        string title = $"**{rule.Code}**: {rule.Title}";
        if (Explanations.Find(rule.Code) is not { } explanation)
            return title;
        string example = explanation.Before.Length == 0 ? ""
            : $"\n\n```yaml\n# before\n{explanation.Before}# after\n{explanation.After}```";
        return $"{title}\n\n{explanation.Cause}{example}";
    }
}
