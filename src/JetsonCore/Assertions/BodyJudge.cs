// What the body of an assertion must be.
using System.Text;
using System.Text.Json;
using JetsonCore.Diagnostics;
using JetsonCore.Formats.Binary;

namespace JetsonCore.Assertions;

internal static class BodyJudge
{
    /// <summary>Reports what is wrong with a body.</summary>
    public static void Judge(
        AssertionType type, AssertionHeaders headers, ReadOnlyMemory<byte> body, DiagnosticBag diagnostics)
    {
        string? why = type.Body switch
        {
            BodyRule.Any => null,
            BodyRule.NotEmpty => body.IsEmpty ? "it is empty" : null,
            BodyRule.PublicKey => DoubtKey(headers.Text(type.PrimaryKey[0]) ?? "", body),
            BodyRule.JsonWithStorage => DoubtJson(body),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        if (why is not null)
            diagnostics.Add(AssertionRules.Body, headers.Span, $"cannot use the body: {why}");
    }

    private static string? DoubtKey(string id, ReadOnlyMemory<byte> body)
    {
        try
        {
            string found = AssertionKey.IdOf(AssertionKey.DecodePublicKey(body.Span));
            return found == id ? null : $"it is the key {found}, not {id}, which the headers name";
        }
        catch (MalformedDataException exception)
        {
            return $"it is no public key: {exception.Message}";
        }
    }

    private static string? DoubtJson(ReadOnlyMemory<byte> body)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind != JsonValueKind.Object
                || !document.RootElement.TryGetProperty("storage", out JsonElement storage))
            {
                return "it has no \"storage\"";
            }
            if (storage.ValueKind != JsonValueKind.Object || !storage.TryGetProperty("schema", out _))
                return "its \"storage\" has no \"schema\"";
            var text = new StringBuilder();
            bool isTidy = TryWrite(document.RootElement, depth: 0, text)
                && text.ToString() == Encoding.UTF8.GetString(body.Span);
            return isTidy ? null
                : "its JSON must be indented with two blanks, and the names in an object must be in order";
        }
        catch (JsonException)
        {
            return "it is no JSON";
        }
    }

    /// <summary>Writes JSON in the one form that is taken; false where names are not in order.</summary>
    private static bool TryWrite(JsonElement value, int depth, StringBuilder text)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                string? last = null;
                foreach (JsonProperty property in value.EnumerateObject())
                {
                    if (last is not null && string.CompareOrdinal(last, property.Name) >= 0)
                        return false;
                    StartLine(last is null ? "{" : ",", depth + 1, text);
                    text.Append('"').Append(JsonEncodedText.Encode(last = property.Name)).Append("\": ");
                    if (!TryWrite(property.Value, depth + 1, text))
                        return false;
                }
                End(last is null, "{", "}", depth, text);
                return true;
            case JsonValueKind.Array:
                bool isFirst = true;
                foreach (JsonElement item in value.EnumerateArray())
                {
                    StartLine(isFirst ? "[" : ",", depth + 1, text);
                    isFirst = false;
                    if (!TryWrite(item, depth + 1, text))
                        return false;
                }
                End(isFirst, "[", "]", depth, text);
                return true;
            default:
                text.Append(value.GetRawText());
                return true;
        }
    }

    private static void StartLine(string mark, int depth, StringBuilder text) =>
        text.Append(mark).Append('\n').Append(' ', 2 * depth);

    private static void End(bool isEmpty, string start, string end, int depth, StringBuilder text)
    {
        if (isEmpty)
            text.Append(start);
        else
            text.Append('\n').Append(' ', 2 * depth);
        text.Append(end);
    }
}
