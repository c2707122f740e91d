// File names on disk are bytes; in a tree they are strings. UTF-8 goes over as it is. A byte that is not valid UTF-8
// becomes the lone surrogate U+DC80 + (byte - 0x80), which no valid text contains, and goes back to that byte (the
// convention of Python's "surrogateescape"): no name is lost or made equal to another.
using System.Buffers;
using System.Text;
using JetsonCore.Formats.Binary;

namespace JetsonCore.Formats.Trees;

/// <summary>Turns file names and link targets into strings and back, losslessly.</summary>
public static class NodeName
{
    private const char EscapeBase = '\uDC00';

    /// <summary>Whether a file may have this name: not empty, not "." or "..", without "/" and NUL.</summary>
    public static bool IsValid(string name) =>
        name is not (null or "" or "." or "..") && !name.AsSpan().ContainsAny('/', '\0');

    /// <summary>A path in a tree for messages, in quotes; its own folder, whose path is empty, in words.</summary>
    public static string Quote(string path) => string.IsNullOrEmpty(path) ? "the root folder" : $"\"{path}\"";

    /// <summary>The string for the bytes of a name.</summary>
    public static string Decode(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        Span<char> pair = stackalloc char[2];
        while (!bytes.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(bytes, out Rune rune, out int used) == OperationStatus.Done)
            {
                text.Append(pair[..rune.EncodeToUtf16(pair)]);
                bytes = bytes[used..];
                continue;
            }
            text.Append((char)(EscapeBase + bytes[0]));
            bytes = bytes[1..];
        }
        return text.ToString();
    }

    /// <summary>The string for the bytes of a link's target, from foreign bytes.</summary>
    /// <param name="bytes">The target.</param>
    /// <param name="offset">Where it lies, for the message.</param>
    /// <exception cref="MalformedDataException">It is empty, or holds NUL: no system has such a link.</exception>
    public static string DecodeTarget(ReadOnlySpan<byte> bytes, long offset) =>
        !bytes.IsEmpty && !bytes.Contains((byte)0)
            ? Decode(bytes)
            : throw new MalformedDataException(offset, "a link's target is empty or holds NUL");

    /// <summary>The bytes of a name, as <see cref="Decode"/> read them.</summary>
    /// <exception cref="ArgumentException">The name holds a surrogate that stands for no byte.</exception>
    public static byte[] Encode(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!name.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF'))
            return Encoding.UTF8.GetBytes(name);
        var bytes = new List<byte>(name.Length);
        Span<byte> encoded = stackalloc byte[4];
        ReadOnlySpan<char> rest = name;
        while (!rest.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(rest, out Rune rune, out int used) == OperationStatus.Done)
                bytes.AddRange(encoded[..rune.EncodeToUtf8(encoded)]);
            else if (rest[0] is >= '\uDC80' and <= '\uDCFF')
                bytes.Add((byte)(rest[0] - EscapeBase));
            else
                throw new ArgumentException($"cannot encode the name \"{name}\": lone surrogate", nameof(name));
            rest = rest[used..];
        }
        return [.. bytes];
    }
}
