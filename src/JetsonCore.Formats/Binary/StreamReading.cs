// Exact reads from streams of untrusted bytes: a short file is malformed data, not an EndOfStreamException.
namespace JetsonCore.Formats.Binary;

/// <summary>Reads that either deliver everything or say where the bytes ran out.</summary>
public static class StreamReading
{
    /// <summary>Fills <paramref name="buffer"/> from <paramref name="offset"/> of a seekable stream.</summary>
    /// <exception cref="MalformedDataException">The stream ends before.</exception>
    public static void ReadExactlyAt(this Stream stream, long offset, Span<byte> buffer)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (offset < 0 || offset > stream.Length || buffer.Length > stream.Length - offset)
            throw new MalformedDataException(Math.Max(offset, 0),
                $"needs {buffer.Length} bytes at {offset}, the input has {stream.Length}");
        stream.Position = offset;
        int read = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        if (read < buffer.Length)
            throw new MalformedDataException(offset + read, $"needs {buffer.Length - read} more bytes");
    }

    /// <summary>The bytes from <paramref name="offset"/> of a seekable stream, as a new array.</summary>
    /// <exception cref="MalformedDataException">The stream ends before.</exception>
    public static byte[] ReadBytesAt(this Stream stream, long offset, int count)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (count > stream.Length)      // before a hostile count allocates
            throw new MalformedDataException(offset, $"needs {count} bytes, the input has {stream.Length}");
        var bytes = new byte[count];
        stream.ReadExactlyAt(offset, bytes);
        return bytes;
    }
}
