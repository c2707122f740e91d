// What the parameters of a message say, and the refusal where they do not say it.
using System.Text.Json;

namespace JetsonCore.Cli.LanguageServer;

/// <summary>A message cannot be answered, and the editor is told why.</summary>
internal sealed class RefusedMessageException(ProtocolError error, string message) : Exception(message)
{
    public ProtocolError Error { get; } = error;
}

/// <summary>The errors of the protocol.</summary>
internal enum ProtocolError
{
    RequestCancelled = -32800,
    Parse = -32700,
    Internal = -32603,
    InvalidParameters = -32602,
    MethodNotFound = -32601,
    InvalidRequest = -32600,
    NotInitialized = -32002,
}

/// <summary>Reads parameters.</summary>
internal static class MessageParameters
{
    /// <summary>A member that must be there, below members of members.</summary>
    /// <exception cref="RefusedMessageException">It is not.</exception>
    public static JsonElement Get(this JsonElement parameters, params ReadOnlySpan<string> path) =>
        parameters.Find(path) ?? throw Refused($"there is no \"{string.Join('.', path)}\"");

    /// <summary>A member, below members of members; null where there is none.</summary>
    public static JsonElement? Find(this JsonElement parameters, params ReadOnlySpan<string> path)
    {
        foreach (string name in path)
        {
            if (parameters.ValueKind != JsonValueKind.Object || !parameters.TryGetProperty(name, out parameters))
                return null;
        }
        return parameters;
    }

    /// <summary>A member that must be a text.</summary>
    /// <exception cref="RefusedMessageException">It is not.</exception>
    public static string GetText(this JsonElement parameters, params ReadOnlySpan<string> path) =>
        parameters.FindText(path) ?? throw Refused($"\"{string.Join('.', path)}\" is no text");

    /// <summary>A member that is a text; null for anything else.</summary>
    public static string? FindText(this JsonElement parameters, params ReadOnlySpan<string> path)
    {
        if (parameters.Find(path) is not { ValueKind: JsonValueKind.String } text)
            return null;
        try
        {
            return text.GetString();
        }
        catch (InvalidOperationException)       // half of a surrogate pair
        {
            return null;
        }
    }

    /// <summary>A member that must be a position.</summary>
    /// <exception cref="RefusedMessageException">It is not.</exception>
    public static TextPosition GetPosition(this JsonElement parameters, params ReadOnlySpan<string> path)
    {
        JsonElement position = parameters.Get(path);
        return new(Number(position.Get("line")), Number(position.Get("character")));
    }

    /// <summary>The members of a list; none where there is no list.</summary>
    public static IEnumerable<JsonElement> Items(JsonElement? list) =>
        list is { ValueKind: JsonValueKind.Array } items ? items.EnumerateArray() : [];

    private static int Number(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) && number >= 0
            ? number : throw Refused("a position has a line and a character, both from 0");

    private static RefusedMessageException Refused(string message) => new(ProtocolError.InvalidParameters, message);
}
