// The statement that `sign` takes: headers, and under "body" the body, which is no header. As a JSON object, as `snap
// sign` takes it, or as a YAML map (StatementYaml): what begins with a brace is JSON.
//
//   { "type": "model", "series": "16", "required-snaps": ["a", "b"], "body": "…" }
//
// All scalars are strings. Numbers, booleans and null are refused, as snapd refuses them, with the place; a name given
// twice is refused too, where Go's JSON reader takes the last one.
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using JetsonCore.Diagnostics;
using JetsonCore.Formats.Binary;

namespace JetsonCore.Assertions;

/// <summary>What shall be signed: headers and a body.</summary>
/// <param name="Headers">The headers as typed.</param>
/// <param name="Body">The body; empty for none.</param>
public sealed record AssertionStatement(AssertionHeaders Headers, ReadOnlyMemory<byte> Body)
{
    /// <summary>More bytes no statement has: a body of 2 MiB, escaped in JSON.</summary>
    public const int LengthMax = 16 << 20;

    /// <summary>Reads a JSON object or a YAML map.</summary>
    /// <returns>The statement, or null where findings forbid it.</returns>
    public static AssertionStatement? Read(ReadOnlyMemory<byte> text, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(diagnostics);
        if (IsSigned(text))
        {
            diagnostics.Add(AssertionRules.Json, SourceSpan.None, "cannot sign it: it is an assertion, signed already",
                "give the headers that it was made of, or see them: jetson-core inspect FILE");
            return null;
        }
        return text.Span.TrimStart(" \t\r\n"u8).StartsWith("{"u8)
            ? ReadJson(text, diagnostics)
            : Of(StatementYaml.Read(text, diagnostics), diagnostics);
    }

    private static bool IsSigned(ReadOnlyMemory<byte> text)
    {
        try
        {
            return text.Span.StartsWith("type: "u8) && AssertionReader.ReadAll(text).Count > 0;
        }
        catch (MalformedDataException)
        {
            return false;
        }
    }

    /// <summary>Reads a JSON object.</summary>
    /// <returns>The statement, or null where findings forbid it.</returns>
    public static AssertionStatement? ReadJson(ReadOnlyMemory<byte> json, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(diagnostics);
        return Of(new Reading(json, diagnostics).ReadObject(), diagnostics);
    }

    /// <summary>The same statement at another time; a finding where its type carries none.</summary>
    public AssertionStatement WithTimestamp(string time, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(diagnostics);
        if (Headers.Text("type") is { } name && AssertionType.Find(name) is { HasTimestamp: false })
        {
            diagnostics.Add(AssertionRules.Time, Headers.SpanOf("type"),
                $"cannot update the timestamp: a \"{name}\" has none", "leave out --update-timestamp");
        }
        return this with { Headers = Headers.With("timestamp", time) };
    }

    private static AssertionStatement? Of(AssertionHeaders? headers, DiagnosticBag diagnostics)
    {
        if (headers is null)
            return null;
        if (headers["body"] is null)
            return new(headers, default);
        if (headers.Text("body") is { } body)
            return new(headers.Without("body"), Encoding.UTF8.GetBytes(body));
        diagnostics.Add(AssertionRules.ValueKind, headers.SpanOf("body"), "cannot take \"body\": it must be a string");
        return null;
    }

    private sealed class Reading(ReadOnlyMemory<byte> json, DiagnosticBag diagnostics)
    {
        private bool _failed;
        private (int Offset, int Line, int Column) _reached = (0, 1, 1);

        public AssertionHeaders? ReadObject()
        {
            var reader = new Utf8JsonReader(json.Span);
            try
            {
                reader.Read();
                if (reader.TokenType != JsonTokenType.StartObject)
                {
                    diagnostics.Add(AssertionRules.Json, Span(reader),
                        $"cannot read the statement: {Kind(reader)} is no object");
                    return null;
                }
                AssertionHeaders headers = ReadEntries(ref reader, Span(reader));
                while (reader.Read())
                {
                    // Utf8JsonReader refuses anything behind the object.
                }
                return _failed ? null : headers;
            }
            catch (JsonException exception)
            {
                int line = (int)(exception.LineNumber ?? 0) + 1, column = (int)(exception.BytePositionInLine ?? 0) + 1;
                diagnostics.Add(AssertionRules.Json, new(line, column, line, column),
                    "cannot read the statement: it is no JSON",
                    hint: "give the headers as an object of strings: { \"type\": \"model\", … }");
                return null;
            }
            catch (InvalidOperationException)       // a string that is no valid UTF-8 or has a lone surrogate
            {
                diagnostics.Add(AssertionRules.Json, Span(reader),
                    "cannot read the statement: a string is no valid text");
                return null;
            }
        }

        private AssertionHeaders ReadEntries(ref Utf8JsonReader reader, SourceSpan start)
        {
            AssertionHeaders headers = AssertionHeaders.None.At(start);
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                string name = reader.GetString() ?? "";
                SourceSpan place = Span(reader);
                if (!AssertionNames.IsHeaderName(name))
                {
                    Fail(AssertionRules.HeaderName, place, $"cannot use \"{name}\" as a header's name",
                        "use lower-case letters, digits and single dashes, starting with a letter");
                }
                if (headers[name] is not null)
                    Fail(AssertionRules.HeaderName, place, $"cannot take \"{name}\": it is there twice", null);
                reader.Read();
                if (ReadValue(ref reader) is { } value)
                    headers = headers.With(name, value);
            }
            return headers;
        }

        private HeaderValue? ReadValue(ref Utf8JsonReader reader)
        {
            SourceSpan span = Span(reader);
            switch (reader.TokenType)
            {
                case JsonTokenType.String:
                    return new HeaderValue.Text(reader.GetString() ?? "", span);
                case JsonTokenType.StartObject:
                    return new HeaderValue.Entries(ReadEntries(ref reader, span), span);
                case JsonTokenType.StartArray:
                    return new HeaderValue.Items(ReadItems(ref reader), span);
                default:
                    Fail(AssertionRules.ValueKind, span, $"cannot take {Kind(reader)} as a header's value",
                        "write it as a string, in quotes");
                    return null;
            }
        }

        private ImmutableArray<HeaderValue> ReadItems(ref Utf8JsonReader reader)
        {
            var items = ImmutableArray.CreateBuilder<HeaderValue>();
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                if (ReadValue(ref reader) is { } value)
                    items.Add(value);
            }
            return items.ToImmutable();
        }

        private void Fail(Rule rule, SourceSpan span, string message, string? hint)
        {
            _failed = true;
            diagnostics.Add(rule, span, message, hint);
        }

        private static string Kind(in Utf8JsonReader reader) => reader.TokenType switch
        {
            JsonTokenType.Number => $"the number {Encoding.UTF8.GetString(reader.ValueSpan)}",
            JsonTokenType.True => "true",
            JsonTokenType.False => "false",
            JsonTokenType.Null => "null",
            JsonTokenType.StartArray => "a list",
            _ => "a string",
        };

        /// <summary>The place of a token; tokens come in their order, so that no text is counted twice.</summary>
        private SourceSpan Span(in Utf8JsonReader reader)
        {
            int start = (int)reader.TokenStartIndex;
            (int offset, int line, int column) = start < _reached.Offset ? (0, 1, 1) : _reached;
            ReadOnlySpan<byte> passed = json.Span[offset..start];
            int lines = passed.Count((byte)'\n');
            column = lines == 0 ? column : 1;
            column += CharactersIn(passed[(passed.LastIndexOf((byte)'\n') + 1)..]);
            _reached = (start, line + lines, column);
            int length = CharactersIn(json.Span[start..(int)reader.BytesConsumed]);
            return new(line + lines, column, line + lines, column + length);
        }

        /// <summary>Whole characters, as all places count them: bytes that begin one.</summary>
        private static int CharactersIn(ReadOnlySpan<byte> bytes)
        {
            int count = 0;
            foreach (byte next in bytes)
                count += (next & 0xC0) == 0x80 ? 0 : 1;
            return count;
        }
    }
}
