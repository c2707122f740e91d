// Talks to the language server inside the test: messages in, messages out.
using System.Text;
using System.Text.Json;
using JetsonCore.Cli.LanguageServer;
using JetsonCore.Cli.Shell;
using JetsonCore.Gadget.Model;

namespace JetsonCore.Cli.Tests.LanguageServer;

/// <summary>What an editor says, and what came of it.</summary>
internal sealed class EditorDialogue
{
    public const string Gadget = "file:///g/gadget.yaml";

    private readonly List<byte> _input = [];
    private int _lastId;

    /// <summary>All answers and notifications, once <see cref="Run"/> has ended.</summary>
    public List<JsonElement> Said { get; } = [];

    /// <summary>A dialogue that has begun.</summary>
    public static EditorDialogue Begun(string capabilities = "{}")
    {
        var dialogue = new EditorDialogue();
        dialogue.Ask("initialize", $$$"""{"capabilities":{{{capabilities}}}}""");
        dialogue.Note("initialized", "{}");
        return dialogue;
    }

    public EditorDialogue Open(string uri, string text, string language = "yaml")
    {
        Note("textDocument/didOpen", $$$"""{"textDocument":{"uri":"{{{uri}}}","languageId":"{{{language}}}","version":1,"text":{{{JsonSerializer.Serialize(text)}}}}}""");
        return this;
    }

    /// <summary>Asks something; returns the id.</summary>
    public int Ask(string method, string parameters)
    {
        Say($$$"""{"jsonrpc":"2.0","id":{{{++_lastId}}},"method":"{{{method}}}","params":{{{parameters}}}}""");
        return _lastId;
    }

    /// <summary>Asks something about a place.</summary>
    public int AskAt(string method, string uri, int line, int character) => Ask(method,
        $$$"""{"textDocument":{"uri":"{{{uri}}}"},"position":{"line":{{{line}}},"character":{{{character}}}}}""");

    public void Note(string method, string parameters) =>
        Say($$$"""{"jsonrpc":"2.0","method":"{{{method}}}","params":{{{parameters}}}}""");

    public void Change(string uri, int version, params string[] changes) => Note("textDocument/didChange",
        $$$"""{"textDocument":{"uri":"{{{uri}}}","version":{{{version}}}},"contentChanges":[{{{string.Join(',', changes)}}}]}""");

    public void Say(string json)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(json);
        SayRaw([.. Encoding.ASCII.GetBytes($"Content-Length: {bytes.Length}\r\n\r\n"), .. bytes]);
    }

    public void SayRaw(byte[] bytes) => _input.AddRange(bytes);

    /// <summary>Goes on to the end of what is said; the exit code.</summary>
    public int Run()
    {
        using var input = new MemoryStream([.. _input]);
        using var output = new MemoryStream();
        ExitCode code = new EditorSession(input, output, new() { Mode = GadgetMode.Uc18 }).Run();
        ReadAll(output.ToArray());
        return (int)code;
    }

    /// <summary>The result of a request.</summary>
    public JsonElement Result(int id) => Answer(id).GetProperty("result");

    /// <summary>The code of a request's error.</summary>
    public int Error(int id) => Answer(id).GetProperty("error").GetProperty("code").GetInt32();

    /// <summary>The errors about what was no request.</summary>
    public int[] Errors() => [.. Said.Where(one => one.TryGetProperty("error", out _)
        && one.GetProperty("id").ValueKind == JsonValueKind.Null).Select(one => one.GetProperty("error").GetProperty("code").GetInt32())];

    /// <summary>The last findings told of a document.</summary>
    public JsonElement Findings(string uri) => Said.Last(one => one.TryGetProperty("method", out JsonElement method)
        && method.ValueEquals("textDocument/publishDiagnostics")
        && one.GetProperty("params").GetProperty("uri").ValueEquals(uri)).GetProperty("params").GetProperty("diagnostics");

    private JsonElement Answer(int id) => Said.Single(one => one.TryGetProperty("id", out JsonElement own)
        && own.ValueKind == JsonValueKind.Number && own.GetInt32() == id);

    private void ReadAll(byte[] output)
    {
        for (int at = 0; at < output.Length;)
        {
            int end = output.AsSpan(at).IndexOf("\r\n\r\n"u8);
            string header = Encoding.ASCII.GetString(output, at, end);
            int length = int.Parse(header["Content-Length: ".Length..], System.Globalization.CultureInfo.InvariantCulture);
            at += end + 4;
            Said.Add(JsonDocument.Parse(output.AsMemory(at, length)).RootElement);
            at += length;
        }
    }
}
