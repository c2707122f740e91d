// What the body of an assertion must be.
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
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("storage", out _) ? null : "it has no \"storage\"";
        }
        catch (JsonException)
        {
            return "it is no JSON";
        }
    }
}
