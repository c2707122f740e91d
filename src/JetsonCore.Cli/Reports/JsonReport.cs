// JSON for other programs: one document with "schema" and "version", written straight, without reflection.
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using JetsonCore.Cli.Shell;
using JetsonCore.Diagnostics;

namespace JetsonCore.Cli.Reports;

internal static class JsonReport
{
    public static readonly JsonWriterOptions Options = new()
    {
        Indented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NewLine = "\n",
    };

    /// <summary>Writes a document of files; <paramref name="writeFiles"/> writes the items of its list.</summary>
    public static void Write(string schema, TextWriter output, Action<Utf8JsonWriter> writeFiles) =>
        WriteDocument(output, json =>
        {
            json.WriteString("schema", schema);
            json.WriteNumber("version", 1);
            json.WriteStartArray("files");
            writeFiles(json);
            json.WriteEndArray();
        });

    /// <summary>Writes a document; <paramref name="writeProperties"/> writes what is in its object.</summary>
    public static void WriteDocument(TextWriter output, Action<Utf8JsonWriter> writeProperties)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, Options))
        {
            json.WriteStartObject();
            writeProperties(json);
            json.WriteEndObject();
        }
        output.Write(Encoding.UTF8.GetString(bytes.GetBuffer().AsSpan(0, (int)bytes.Length)));
        output.Write('\n');
    }

    /// <summary>Writes the list "diagnostics"; with paths where they are about several files.</summary>
    public static void WriteDiagnostics(
        Utf8JsonWriter json, IEnumerable<Diagnostic> diagnostics, bool withPaths = false)
    {
        json.WriteStartArray("diagnostics");
        foreach (Diagnostic diagnostic in diagnostics)
        {
            json.WriteStartObject();
            if (withPaths)
                WriteText(json, "path", diagnostic.Path);
            json.WriteString("code", diagnostic.Rule.Code);
            WriteText(json, "rule", diagnostic.Rule.SpecRule);
            json.WriteString("severity", DiagnosticPrinter.Word(diagnostic.Severity));
            WritePlace(json, diagnostic.Span);
            json.WriteString("message", diagnostic.Message);
            WriteText(json, "hint", diagnostic.Hint);
            WriteFix(json, diagnostic.Fix);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    /// <summary>Writes a text, or null.</summary>
    public static void WriteText(Utf8JsonWriter json, string name, string? value)
    {
        if (value is null)
            json.WriteNull(name);
        else
            json.WriteString(name, value);
    }

    /// <summary>The edit that `check --fix` would make, or null.</summary>
    private static void WriteFix(Utf8JsonWriter json, TextEdit? fix)
    {
        if (fix is null)
        {
            json.WriteNull("fix");
            return;
        }
        json.WriteStartObject("fix");
        WritePlace(json, fix.Span);
        json.WriteString("text", fix.Text);
        json.WriteEndObject();
    }

    private static void WritePlace(Utf8JsonWriter json, SourceSpan span)
    {
        if (!span.IsKnown)
            span = new(1, 1, 1, 1);
        json.WriteNumber("line", span.Line);
        json.WriteNumber("column", span.Column);
        json.WriteNumber("endLine", span.EndLine);
        json.WriteNumber("endColumn", span.EndColumn);
    }
}
