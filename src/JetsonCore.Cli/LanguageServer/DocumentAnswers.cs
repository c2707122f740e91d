// Answers about a document, in the words of the protocol: places become lines and characters, and what the document's
// own answers say becomes JSON. Source: Language Server Protocol 3.17, Language Features.
using System.Globalization;
using System.Text.Json;
using JetsonCore.Cli.Editing;
using JetsonCore.Diagnostics;

namespace JetsonCore.Cli.LanguageServer;

/// <summary>Writes answers about one document.</summary>
/// <param name="document">The document.</param>
/// <param name="client">What the editor can show.</param>
internal sealed class DocumentAnswers(OpenDocument document, ClientAbilities client)
{
    private const string QuickFix = "quickfix", FixAll = "source.fixAll";

    /// <summary>What is wrong with the document: the members of "textDocument/publishDiagnostics".</summary>
    public void WriteDiagnostics(Utf8JsonWriter json)
    {
        json.WriteString("uri", document.Uri);
        if (document.Version is { } version)
            json.WriteNumber("version", version);
        json.WriteStartArray("diagnostics");
        if (document.IsTooLong)
        {
            WriteDiagnostic(json, new(new()
            {
                Rule = OpenDocument.Length,
                Severity = OpenDocument.Length.Severity,
                Message = $"cannot judge the text: it has more than {OpenDocument.LengthMax} characters",
            }, default));
        }
        foreach (EditorFinding finding in document.Edited?.Findings ?? [])
            WriteDiagnostic(json, finding);
        json.WriteEndArray();
    }

    /// <summary>What is worth knowing of a place.</summary>
    public void WriteHover(Utf8JsonWriter json, JsonElement parameters)
    {
        if (document.Edited?.Hover(PlaceOf(parameters)) is not { } hover)
        {
            json.WriteNullValue();
            return;
        }
        json.WriteStartObject();
        WriteMarkup(json, "contents", hover.Markdown);
        WriteRange(json, "range", hover.Place);
        json.WriteEndObject();
    }

    /// <summary>How a place can go on.</summary>
    public void WriteCompletions(Utf8JsonWriter json, JsonElement parameters)
    {
        EditorCompletions completions = document.Edited?.Complete(PlaceOf(parameters)) ?? EditorCompletions.None;
        json.WriteStartArray();
        int count = 0;
        foreach (EditorCompletion item in completions.Items)
        {
            json.WriteStartObject();
            json.WriteString("label", item.Label);
            json.WriteNumber("kind", (int)item.Kind);
            if (item.Detail is { } detail)
                json.WriteString("detail", detail);
            if (item.Documentation is { } documentation)
                WriteMarkup(json, "documentation", documentation);
            json.WriteString("sortText", count++.ToString("D5", CultureInfo.InvariantCulture));
            json.WriteStartObject("textEdit");
            WriteRange(json, "range", completions.Replaced);
            json.WriteString("newText", item.Text);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    /// <summary>What the document consists of: as a tree, or for editors that know none as a list.</summary>
    public void WriteSymbols(Utf8JsonWriter json)
    {
        json.WriteStartArray();
        foreach (EditorSymbol symbol in document.Edited?.Symbols() ?? [])
            WriteSymbol(json, symbol, null);
        json.WriteEndArray();
    }

    /// <summary>Where the name at a place is defined.</summary>
    public void WriteDefinition(Utf8JsonWriter json, JsonElement parameters)
    {
        if (document.Edited?.Definition(PlaceOf(parameters)) is { } place)
            WriteLocation(json, place);
        else
            json.WriteNullValue();
    }

    /// <summary>Where the name at a place stands.</summary>
    public void WriteReferences(Utf8JsonWriter json, JsonElement parameters)
    {
        int offset = PlaceOf(parameters);
        json.WriteStartArray();
        bool isDefinitionWanted =
            parameters.Find("context", "includeDeclaration") is not { ValueKind: JsonValueKind.False };
        if (isDefinitionWanted && document.Edited?.Definition(offset) is { } definition)
            WriteLocation(json, definition);
        foreach (TextStretch place in document.Edited?.References(offset) ?? [])
            WriteLocation(json, place);
        json.WriteEndArray();
    }

    /// <summary>The edits that mend what is wrong in a range, and all that `check --fix` would make.</summary>
    public void WriteActions(Utf8JsonWriter json, JsonElement parameters)
    {
        int start = document.Positions.IndexOf(parameters.GetPosition("range", "start"));
        int end = document.Positions.IndexOf(parameters.GetPosition("range", "end"));
        string?[] only = [.. MessageParameters.Items(parameters.Find("context", "only")).Select(kind =>
            kind.ValueKind == JsonValueKind.String ? kind.GetString() : null)];
        json.WriteStartArray();
        IEnumerable<EditorFinding> findings =
            IsWanted(QuickFix, only) ? document.Edited?.Findings ?? [] : [];
        foreach (EditorFinding finding in findings.Where(one => one.Place.Start <= end && one.Place.End >= start))
        {
            if (finding.Diagnostic.Fix is not { } fix || document.Edited?.With(fix) is not { } text)
                continue;
            string title = $"Write {fix.Text} ({finding.Diagnostic.Rule.Code})";
            WriteAction(json, new(title, QuickFix, text) { Mends = finding });
        }
        if (IsWanted(FixAll, only) && document.Edited?.Fixed() is { } all)
            WriteAction(json, new("Mend everything that can only be meant in one way", FixAll, all));
        json.WriteEndArray();
    }

    private sealed record Action(string Title, string Kind, string Text)
    {
        public EditorFinding? Mends { get; init; }
    }

    /// <summary>Kinds are paths: "source" wants "source.fixAll" too.</summary>
    private static bool IsWanted(string kind, string?[] only) => only.Length == 0
        || Array.Exists(only, wanted => wanted is "" || kind == wanted
            || (wanted is not null && kind.StartsWith(wanted + ".", StringComparison.Ordinal)));

    private int PlaceOf(JsonElement parameters) => document.Positions.IndexOf(parameters.GetPosition("position"));

    private void WriteAction(Utf8JsonWriter json, Action action)
    {
        string before = document.Edited?.Text ?? "";
        int start = before.AsSpan().CommonPrefixLength(action.Text);
        int same = Math.Min(before.Length, action.Text.Length) - start, tail = 0;
        while (tail < same && before[^(tail + 1)] == action.Text[^(tail + 1)])
            tail++;
        json.WriteStartObject();
        json.WriteString("title", action.Title);
        json.WriteString("kind", action.Kind);
        if (action.Mends is { } finding)
        {
            json.WriteStartArray("diagnostics");
            WriteDiagnostic(json, finding);
            json.WriteEndArray();
            json.WriteBoolean("isPreferred", true);
        }
        json.WriteStartObject("edit");
        json.WriteStartObject("changes");
        json.WriteStartArray(document.Uri);
        json.WriteStartObject();
        WriteRange(json, "range", new(start, before.Length - tail));
        json.WriteString("newText", action.Text.AsSpan(start, action.Text.Length - tail - start));
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private void WriteDiagnostic(Utf8JsonWriter json, EditorFinding finding)
    {
        Diagnostic diagnostic = finding.Diagnostic;
        json.WriteStartObject();
        WriteRange(json, "range", finding.Place);
        json.WriteNumber("severity", diagnostic.Severity switch
        {
            Severity.Error => 1,
            Severity.Warning => 2,
            _ => 3,
        });
        json.WriteString("code", diagnostic.Rule.Code);
        json.WriteString("source", "jetson-core");
        json.WriteString("message",
            diagnostic.Hint is { } hint ? $"{diagnostic.Message}\nhint: {hint}" : diagnostic.Message);
        if (finding is { Related: { } place, Diagnostic.Related.Message: { } message })
        {
            json.WriteStartArray("relatedInformation");
            json.WriteStartObject();
            json.WritePropertyName("location");
            WriteLocation(json, place);
            json.WriteString("message", message);
            json.WriteEndObject();
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    private void WriteSymbol(Utf8JsonWriter json, EditorSymbol symbol, string? container)
    {
        json.WriteStartObject();
        json.WriteString("name", symbol.Name);
        json.WriteNumber("kind", (int)symbol.Kind);
        if (client.KnowsSymbolTrees)
        {
            if (symbol.Detail is { } detail)
                json.WriteString("detail", detail);
            WriteRange(json, "range", symbol.Place);
            WriteRange(json, "selectionRange", symbol.NamePlace);
            json.WriteStartArray("children");
            foreach (EditorSymbol child in symbol.Children)
                WriteSymbol(json, child, null);
            json.WriteEndArray();
            json.WriteEndObject();
            return;
        }
        json.WritePropertyName("location");
        WriteLocation(json, symbol.Place);
        if (container is not null)
            json.WriteString("containerName", container);
        json.WriteEndObject();
        foreach (EditorSymbol child in symbol.Children)
            WriteSymbol(json, child, symbol.Name);
    }

    private void WriteMarkup(Utf8JsonWriter json, string name, string markdown)
    {
        json.WriteStartObject(name);
        json.WriteString("kind", client.ShowsMarkdown ? "markdown" : "plaintext");
        json.WriteString("value", markdown);
        json.WriteEndObject();
    }

    private void WriteLocation(Utf8JsonWriter json, TextStretch place)
    {
        json.WriteStartObject();
        json.WriteString("uri", document.Uri);
        WriteRange(json, "range", place);
        json.WriteEndObject();
    }

    private void WriteRange(Utf8JsonWriter json, string name, TextStretch place)
    {
        json.WriteStartObject(name);
        WritePosition(json, "start", place.Start);
        WritePosition(json, "end", place.End);
        json.WriteEndObject();
    }

    private void WritePosition(Utf8JsonWriter json, string name, int index)
    {
        TextPosition position = document.Positions.PositionOf(index);
        json.WriteStartObject(name);
        json.WriteNumber("line", position.Line);
        json.WriteNumber("character", position.Character);
        json.WriteEndObject();
    }
}
