// A conversation with an editor, from "initialize" to "exit". Requests are answered in their order, one after the
// other; what is wrong with a document is told once nothing else waits, so that no key press waits for the judgement of
// the one before. What is no message is answered with an error; nothing that an editor says ends it but "exit",
// the end of its stream, and a header that leaves open where the next message begins.
// Source: Language Server Protocol 3.17.
using System.Reflection;
using System.Text.Json;
using JetsonCore.Cli.Editing;
using JetsonCore.Cli.Shell;
using JetsonCore.Gadget;
using JetsonCore.Gadget.Model;

namespace JetsonCore.Cli.LanguageServer;

/// <summary>A conversation.</summary>
internal sealed class EditorSession
{
    /// <summary>The texts of all open documents together, in units of UTF-16.</summary>
    private const long TextsMax = 128L << 20;

    private const int DocumentsMax = 1000;

    private readonly Dictionary<string, OpenDocument> _documents = new(StringComparer.Ordinal);
    private readonly MessageQueue _queue = new();
    private readonly MessageReader _reader;
    private readonly MessageWriter _writer;
    private GadgetCheckOptions _options;
    private EditedTexts _texts;
    private ClientAbilities? _client;
    private bool _isShutDown;
    private ExitCode? _end;

    /// <summary>Begins a conversation.</summary>
    /// <param name="input">What the editor says.</param>
    /// <param name="output">What it is told.</param>
    /// <param name="options">How gadgets are judged where the editor does not say.</param>
    public EditorSession(Stream input, Stream output, GadgetCheckOptions options) =>
        (_reader, _writer, _options, _texts) = (new(input), new(output), options, new(options));

    /// <summary>Goes on to the end; success where the editor has said "shutdown" before.</summary>
    public ExitCode Run()
    {
        new Thread(() => _queue.Fill(_reader)) { IsBackground = true, Name = "editor" }.Start();
        while (_end is null)
        {
            if (_queue.IsEmpty && _documents.Values.FirstOrDefault(one => one.IsDirty) is { } dirty)
            {
                Publish(dirty);
                continue;
            }
            if (_queue.Take() is not { } message)
                break;
            using (message.Content)
                Handle(message);
        }
        foreach (OpenDocument dirty in _documents.Values.Where(one => _end is null && one.IsDirty))
            Publish(dirty);
        return _end ?? CodeOfEnd();
    }

    private ExitCode CodeOfEnd() => _isShutDown ? ExitCode.Success : ExitCode.Findings;

    private void Publish(OpenDocument document)
    {
        document.IsDirty = false;
        Guard(null, () => _writer.Notify("textDocument/publishDiagnostics",
            new DocumentAnswers(document, _client!).WriteDiagnostics));
    }

    private void Handle(IncomingMessage message)
    {
        if (message.Content?.RootElement is not { } root)
        {
            _writer.Refuse(null, message.IsLast ? ProtocolError.InvalidRequest : ProtocolError.Parse, message.Fault!);
            return;
        }
        JsonElement? id = root.Find("id");
        string? method = root.FindText("method");
        bool isAnswer = method is null && (root.Find("result") is not null || root.Find("error") is not null);
        if (isAnswer)
            return;
        if (method is null || id is { ValueKind: not (JsonValueKind.Number or JsonValueKind.String) })
        {
            _writer.Refuse(null, ProtocolError.InvalidRequest, "this is neither a request nor a notification");
            return;
        }
        JsonElement parameters = root.Find("params") ?? default;
        if (id is null)
            Guard(null, () => Note(method, parameters));
        else if (message.IsCancelled)
            _writer.Refuse(id, ProtocolError.RequestCancelled, "the request was cancelled");
        else
            Guard(id, () => Answer(id.Value, method, parameters));
    }

    /// <summary>Does something; what goes wrong is the answer, or is told where none is wanted.</summary>
    private void Guard(JsonElement? id, Action act)
    {
        try
        {
            act();
        }
        catch (RefusedMessageException exception)
        {
            Tell(id, exception.Error, exception.Message);
        }
        catch (Exception exception) when (exception is not (IOException or OutOfMemoryException))
        {
            Tell(id, ProtocolError.Internal, $"this is a fault of jetson-core: {exception}");
        }
    }

    private void Tell(JsonElement? id, ProtocolError error, string message)
    {
        if (id is not null)
        {
            _writer.Refuse(id, error, message);
            return;
        }
        _writer.Notify("window/logMessage", json =>
        {
            json.WriteNumber("type", 1);
            json.WriteString("message", message);
        });
    }

    /// <summary>Takes note of what wants no answer; of what is not known, none at all.</summary>
    private void Note(string method, JsonElement parameters)
    {
        if (method == "exit")
            _end = CodeOfEnd();
        if (_client is null || _isShutDown)
            return;
        switch (method)
        {
            case "textDocument/didOpen":
                Open(parameters);
                break;
            case "textDocument/didChange":
                Change(parameters);
                break;
            case "textDocument/didClose":
                Close(parameters.GetText("textDocument", "uri"));
                break;
        }
    }

    private void Open(JsonElement parameters)
    {
        JsonElement given = parameters.Get("textDocument");
        string uri = given.GetText("uri"), text = given.GetText("text"), language = given.FindText("languageId") ?? "";
        if (_documents.Count >= DocumentsMax
            || text.Length + _documents.Values.Sum(one => (long)one.TextLength) > TextsMax)
        {
            throw new RefusedMessageException(ProtocolError.InvalidRequest, "too much is open: close some documents");
        }
        string path = PathOf(uri);
        var document = new OpenDocument(uri, _client!.Encoding, current => _texts.Open(path, language, current))
        {
            Version = VersionOf(given),
        };
        document.Replace(text);
        _documents[uri] = document;
    }

    /// <summary>All edits, or, with one that is none, those before it: editors must send the text anew then.</summary>
    private void Change(JsonElement parameters)
    {
        OpenDocument document = Find(parameters);
        document.Version = VersionOf(parameters.Get("textDocument"));
        foreach (JsonElement change in MessageParameters.Items(parameters.Get("contentChanges")))
            document.Apply(change);
    }

    private void Close(string uri)
    {
        if (!_documents.Remove(uri))
            return;
        _writer.Notify("textDocument/publishDiagnostics", json =>
        {
            json.WriteString("uri", uri);
            json.WriteStartArray("diagnostics");
            json.WriteEndArray();
        });
    }

    private OpenDocument Find(JsonElement parameters) =>
        _documents.GetValueOrDefault(parameters.GetText("textDocument", "uri"))
        ?? throw new RefusedMessageException(ProtocolError.InvalidParameters, "this document is not open");

    private static int? VersionOf(JsonElement document) =>
        document.Find("version") is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out int version)
            ? version : null;

    private static string PathOf(string uri) =>
        Uri.TryCreate(uri, UriKind.Absolute, out Uri? parsed) && parsed.IsFile ? parsed.LocalPath : uri;

    private void Answer(JsonElement id, string method, JsonElement parameters)
    {
        if (_isShutDown)
            throw new RefusedMessageException(ProtocolError.InvalidRequest, "nothing can be asked after \"shutdown\"");
        if (method == "initialize")
            Initialize(id, parameters);
        else if (_client is null)
            throw new RefusedMessageException(ProtocolError.NotInitialized, "\"initialize\" comes first");
        else if (method == "shutdown")
        {
            _isShutDown = true;
            _writer.Answer(id, json => json.WriteNullValue());
        }
        else
            _writer.Answer(id, json => AnswerAbout(method, parameters, json));
    }

    private void AnswerAbout(string method, JsonElement parameters, Utf8JsonWriter json)
    {
        Action<DocumentAnswers> write = method switch
        {
            "textDocument/hover" => answers => answers.WriteHover(json, parameters),
            "textDocument/completion" => answers => answers.WriteCompletions(json, parameters),
            "textDocument/codeAction" => answers => answers.WriteActions(json, parameters),
            "textDocument/documentSymbol" => answers => answers.WriteSymbols(json),
            "textDocument/definition" => answers => answers.WriteDefinition(json, parameters),
            "textDocument/references" => answers => answers.WriteReferences(json, parameters),
            _ => throw new RefusedMessageException(ProtocolError.MethodNotFound, $"\"{method}\" is not known here"),
        };
        write(new(Find(parameters), _client!));
    }

    private void Initialize(JsonElement id, JsonElement parameters)
    {
        if (_client is not null)
            throw new RefusedMessageException(ProtocolError.InvalidRequest, "\"initialize\" comes once");
        string? mode = parameters.FindText("initializationOptions", "as");
        if (mode is not null)
        {
            _options = _options with
            {
                Mode = GadgetModes.Parse(mode) ?? throw new RefusedMessageException(ProtocolError.InvalidParameters,
                    $"\"as\" cannot be \"{mode}\": see jetson-core check --help"),
            };
            _texts = new(_options);
        }
        _client = ClientAbilities.Read(parameters);
        _writer.Answer(id, json => WriteAbilities(json, _client));
    }

    private static void WriteAbilities(Utf8JsonWriter json, ClientAbilities client)
    {
        json.WriteStartObject();
        json.WriteStartObject("capabilities");
        json.WriteString("positionEncoding", ClientAbilities.NameOf(client.Encoding));
        json.WriteStartObject("textDocumentSync");
        json.WriteBoolean("openClose", true);
        json.WriteNumber("change", 2);          // edits, or whole texts
        json.WriteEndObject();
        foreach (string ability in (string[])
            ["hoverProvider", "documentSymbolProvider", "definitionProvider", "referencesProvider"])
            json.WriteBoolean(ability, true);
        json.WriteStartObject("completionProvider");
        WriteTexts(json, "triggerCharacters", " ", "-", "$", "{", "\"");
        json.WriteEndObject();
        json.WriteStartObject("codeActionProvider");
        WriteTexts(json, "codeActionKinds", "quickfix", "source.fixAll");
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteStartObject("serverInfo");
        json.WriteString("name", "jetson-core");
        json.WriteString("version", Assembly.GetExecutingAssembly().GetName().Version?.ToString(3) ?? "0.0.0");
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, params string[] texts)
    {
        json.WriteStartArray(name);
        foreach (string text in texts)
            json.WriteStringValue(text);
        json.WriteEndArray();
    }
}
