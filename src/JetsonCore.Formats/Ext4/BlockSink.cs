// Writes blocks to the image: neighbours are gathered to large writes, and blocks of nothing but zeros are not written
// at all, so that they stay holes of the image's file. Each sink writes on its caller's thread: handing pieces to
// another processor took longer than writing them.
using System.Buffers;

namespace JetsonCore.Formats.Ext4;

/// <summary>The file system's blocks, to be written.</summary>
/// <param name="target">
/// A seekable stream whose bytes read as zeros where nothing is written. Several sinks may share it.
/// </param>
/// <param name="targetOffset">Where in it the file system starts.</param>
/// <param name="blockSize">Bytes of a block.</param>
internal sealed class BlockSink(Stream target, long targetOffset, int blockSize) : IDisposable
{
    private const int BufferBytes = 1 << 20;

    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
    private long _firstBlock;
    private int _used;

    public int BlockSize => blockSize;

    /// <summary>Writes a whole number of blocks.</summary>
    public void Write(long block, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            Span<byte> room = Room(block, bytes.Length);
            bytes[..room.Length].CopyTo(room);
            bytes = bytes[room.Length..];
            block += room.Length / blockSize;
        }
    }

    /// <summary>
    /// Room for whole blocks from <paramref name="block"/> on, which the caller fills altogether before it asks for
    /// more: so many bytes as wanted, or fewer.
    /// </summary>
    public Span<byte> Room(long block, long bytesWanted)
    {
        if (block != _firstBlock + _used / blockSize || _used == BufferBytes)
        {
            Flush();
            _firstBlock = block;
        }
        Span<byte> room = _buffer.AsSpan(_used, (int)Math.Min(bytesWanted, BufferBytes - _used));
        _used += room.Length;
        return room;
    }

    /// <summary>Writes what is still held.</summary>
    public void Flush()
    {
        ReadOnlySpan<byte> held = _buffer.AsSpan(0, _used);
        long at = targetOffset + _firstBlock * blockSize;
        while (!held.IsEmpty)
        {
            int run = RunLength(held, out bool zero);
            if (!zero)
                WriteAt(at, held[..run]);
            held = held[run..];
            at += run;
        }
        _used = 0;
    }

    /// <summary>Gives the memory back; what is held is lost.</summary>
    public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);

    private void WriteAt(long at, ReadOnlySpan<byte> bytes)
    {
        lock (target)
        {
            target.Position = at;
            target.Write(bytes);
        }
    }

    private int RunLength(ReadOnlySpan<byte> bytes, out bool zero)
    {
        zero = IsZero(bytes[..blockSize]);
        int length = blockSize;
        while (length < bytes.Length && IsZero(bytes.Slice(length, blockSize)) == zero)
            length += blockSize;
        return length;
    }

    private static bool IsZero(ReadOnlySpan<byte> block) => !block.ContainsAnyExcept((byte)0);
}
