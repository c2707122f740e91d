// Reads JSON of any length token by token, in a buffer no longer than its longest token; databases of notices have some
// hundred megabytes. Several values may follow each other, as in files with one on each line.
using System.Text.Json;
using JetsonCore.Diagnostics;

namespace JetsonCore.Notices;

/// <summary>A reader that stands on a token.</summary>
/// <param name="stream">The text; UTF-8, with or without a byte order mark.</param>
/// <param name="path">Its file, for messages.</param>
/// <param name="cancellation">Ends the reading early.</param>
internal sealed class JsonPull(Stream stream, string path, CancellationToken cancellation)
{
    // The longest text of a real notice is its description: 60 KB.
    private const int BufferLength = 64 << 10, TokenLengthMax = 8 << 20, DepthMax = 64;
    private const long LengthMax = 8L << 30;

    private byte[] _buffer = new byte[BufferLength];
    private int _start, _end;
    private long _length;
    private bool _isLast, _hasBegun;
    private JsonReaderState _state = new(new JsonReaderOptions { MaxDepth = DepthMax, AllowMultipleValues = true });

    /// <summary>The token that it stands on.</summary>
    public JsonTokenType Type { get; private set; }

    /// <summary>The text of a name or a text; "" for other tokens.</summary>
    public string Text { get; private set; } = "";

    /// <summary>Goes to the next token; false at the end.</summary>
    /// <exception cref="UserErrorException">What stands there is no JSON.</exception>
    public bool Read()
    {
        while (true)
        {
            var reader = new Utf8JsonReader(_buffer.AsSpan(_start, _end - _start), _isLast, _state);
            try
            {
                if (_hasBegun && reader.Read())
                {
                    Type = reader.TokenType;
                    Text = Type is JsonTokenType.PropertyName or JsonTokenType.String ? reader.GetString()! : "";
                    _start += (int)reader.BytesConsumed;
                    _state = reader.CurrentState;
                    return true;
                }
            }
            catch (Exception exception) when (exception is JsonException or InvalidOperationException)
            {
                throw Broken(exception);
            }
            _start += (int)reader.BytesConsumed;
            _state = reader.CurrentState;
            if (_isLast)
                return false;
            Fill();
        }
    }

    /// <summary>The properties of the object that it stands on, for <paramref name="read"/>; null has none.</summary>
    /// <exception cref="UserErrorException">Something else stands there.</exception>
    public void Object(Action<string> read)
    {
        if (!IsThere(JsonTokenType.StartObject, "an object"))
            return;
        while (Read() && Type != JsonTokenType.EndObject)
        {
            string name = Text;
            Read();
            read(name);
        }
    }

    /// <summary>The items of the list that it stands on, each read by <paramref name="read"/>; null has none.</summary>
    /// <exception cref="UserErrorException">Something else stands there.</exception>
    public void Array(Action read)
    {
        if (!IsThere(JsonTokenType.StartArray, "a list"))
            return;
        while (Read() && Type != JsonTokenType.EndArray)
            read();
    }

    /// <summary>The text that it stands on; "" for null.</summary>
    /// <exception cref="UserErrorException">Something else stands there.</exception>
    public string RequireText() => IsThere(JsonTokenType.String, "a text") ? Text : "";

    /// <summary>The text that it stands on; "" for anything else, which is passed over.</summary>
    public string TextOrSkip()
    {
        if (Type == JsonTokenType.String)
            return Text;
        Skip();
        return "";
    }

    /// <summary>Passes over the value that it stands on.</summary>
    public void Skip()
    {
        if (Type is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
            return;
        for (int open = 1; open > 0 && Read();)
        {
            open += Type is JsonTokenType.StartObject or JsonTokenType.StartArray ? 1
                : Type is JsonTokenType.EndObject or JsonTokenType.EndArray ? -1 : 0;
        }
    }

    // What is passed over for being of another kind would be a notice that nobody hears of.
    private bool IsThere(JsonTokenType wanted, string what)
    {
        if (Type != wanted && Type != JsonTokenType.Null)
        {
            throw new UserErrorException(FailureKind.Input, NoticeRules.Form, path,
                $"cannot use it as a database of notices: {what} is expected before byte {_length - _end + _start}, "
                    + "where something else is",
                "notices would be left out, were that passed over: fetch it again");
        }
        return Type == wanted;
    }

    private void Fill()
    {
        cancellation.ThrowIfCancellationRequested();
        Buffer.BlockCopy(_buffer, _start, _buffer, 0, _end - _start);
        (_start, _end) = (0, _end - _start);
        if (_end == _buffer.Length)
        {
            if (_buffer.Length >= TokenLengthMax)
                throw Refused($"one text in it is longer than {TokenLengthMax} bytes");
            System.Array.Resize(ref _buffer, _buffer.Length * 2);
        }
        int read = stream.ReadAtLeast(_buffer.AsSpan(_end), 1, throwOnEndOfStream: false);
        _isLast = read == 0;
        _end += read;
        _length += read;
        if (_length > LengthMax)
            throw Refused($"it is longer than {LengthMax} bytes");
        if (!_hasBegun && (_end >= 3 || _isLast))
        {
            _start = _buffer.AsSpan(0, _end).StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? 3 : 0;
            _hasBegun = true;
        }
    }

    private UserErrorException Refused(string why) => new(FailureKind.Input, NoticeRules.Syntax, path,
        $"cannot read the database: {why}", "databases of notices are never like this: fetch it again");

    private UserErrorException Broken(Exception exception)
    {
        (int line, int column) = exception is JsonException { LineNumber: { } number } json
            ? ((int)Math.Min(number + 1, int.MaxValue), (int)Math.Min((json.BytePositionInLine ?? 0) + 1, int.MaxValue))
            : (1, 1);
        string message = exception.Message.Split(" LineNumber:")[0].TrimEnd('.');
        return new(FailureKind.Input, new Diagnostic
        {
            Rule = NoticeRules.Syntax,
            Severity = NoticeRules.Syntax.Severity,
            Path = path,
            Span = new(line, column, line, column),
            Message = $"cannot read the database as JSON: {message}",
            Hint = "fetch it again; it may be packed by gzip, bzip2, xz or zstd",
        });
    }
}
