// Messages as the base protocol frames them, off a stream that may hold anything:
//
//   Content-Length: 52\r\n
//   \r\n
//   {"jsonrpc":"2.0","id":1,"method":"shutdown"}
//
// Memory grows with what has come, not with what was announced. Source: Language Server Protocol 3.17, Base Protocol.
using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace JetsonCore.Cli.LanguageServer;

/// <summary>A message, or why there is none.</summary>
/// <param name="Content">Its JSON; null for none.</param>
/// <param name="Fault">What is wrong with it, or null.</param>
/// <param name="Length">How many bytes it had.</param>
internal sealed record IncomingMessage(JsonDocument? Content, string? Fault, int Length)
{
    /// <summary>Whether nothing can be read behind it: where the next one begins is unknown.</summary>
    public bool IsLast { get; init; }

    /// <summary>Whether the editor no longer wants an answer.</summary>
    public bool IsCancelled { get; set; }
}

/// <summary>Reads messages.</summary>
internal sealed class MessageReader(Stream input)
{
    /// <summary>The longest message: a text of 16 MB, escaped.</summary>
    public const int LengthMax = 64 << 20;

    private const int BufferBytes = 1 << 16, HeaderLengthMax = 1024, HeadersMax = 16;

    private static readonly SearchValues<char> NameLetters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-");

    private readonly byte[] _buffer = new byte[BufferBytes];
    private int _at;
    private int _end;

    /// <summary>The next message; null at the end.</summary>
    public IncomingMessage? Read()
    {
        long? length = null;
        for (int count = 0; ReadHeader() is { } header; count++)
        {
            if (header.Length == 0)
            {
                return length is { } bytes ? ReadContent(bytes)
                    : new(null, "the header has no Content-Length", 0) { IsLast = true };
            }
            int colon = header.IndexOf(':', StringComparison.Ordinal);
            bool isHeader = colon > 0 && header.Length < HeaderLengthMax
                && !header.AsSpan(0, colon).ContainsAnyExcept(NameLetters);
            if (!isHeader || count == HeadersMax)
                return new(null, "this is no header of a message", 0) { IsLast = true };
            if (!header.AsSpan(0, colon).Equals("Content-Length", StringComparison.OrdinalIgnoreCase))
                continue;
            if (!long.TryParse(header.AsSpan(colon + 1).Trim(), NumberStyles.None, CultureInfo.InvariantCulture,
                out long announced))
            {
                return new(null, "Content-Length is no number of bytes", 0) { IsLast = true };
            }
            length = announced;
        }
        return null;
    }

    /// <summary>A line without its end, cut off where it is too long; null at the end of the stream.</summary>
    private string? ReadHeader()
    {
        var line = new StringBuilder();
        while (line.Length < HeaderLengthMax)
        {
            if (_at == _end && !Fill())
                return null;
            char next = (char)_buffer[_at++];
            if (next == '\n')
                return line.ToString().TrimEnd('\r');
            line.Append(next);
        }
        return line.ToString();
    }

    private bool Fill()
    {
        _at = 0;
        _end = input.Read(_buffer);
        return _end > 0;
    }

    private IncomingMessage? ReadContent(long length)
    {
        if (length > LengthMax)
        {
            return Skip(length)
                ? new(null, $"a message of {length} bytes is too long: {LengthMax} are accepted", 0) : null;
        }
        var content = new byte[Math.Min(length, BufferBytes)];
        int count = 0;
        while (count < length)
        {
            if (_at == _end && !Fill())
                return null;
            int piece = (int)Math.Min(length - count, _end - _at);
            if (count + piece > content.Length)
                Array.Resize(ref content, (int)Math.Min(length, Math.Max(count + piece, 2L * content.Length)));
            _buffer.AsSpan(_at, piece).CopyTo(content.AsSpan(count));
            _at += piece;
            count += piece;
        }
        try
        {
            return new(JsonDocument.Parse(content.AsMemory(0, count)), null, count);
        }
        catch (JsonException exception)
        {
            return new(null, $"this is no JSON, at byte {exception.BytePositionInLine} of line {exception.LineNumber}",
                count);
        }
    }

    private bool Skip(long length)
    {
        while (length > 0)
        {
            if (_at == _end && !Fill())
                return false;
            int piece = (int)Math.Min(length, _end - _at);
            _at += piece;
            length -= piece;
        }
        return true;
    }
}
