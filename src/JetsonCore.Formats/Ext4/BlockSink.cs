// Writes blocks to the image: neighbours are gathered to large writes, and blocks of nothing but zeros are not written
// at all, so that they stay holes of the image's file. While one piece is being written the next is already filled.
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
    private const int BufferBytes = 1 << 20, WorthAThread = 1 << 17;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
    private byte[] _otherBuffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
    private Task _writing = Task.CompletedTask;
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
            HandOver();
            _firstBlock = block;
        }
        Span<byte> room = _buffer.AsSpan(_used, (int)Math.Min(bytesWanted, BufferBytes - _used));
        _used += room.Length;
        return room;
    }

    /// <summary>Writes what is still held; all is written, and no longer being written, when this returns.</summary>
    public void Flush()
    {
        HandOver();
        _writing.GetAwaiter().GetResult();
    }

    /// <summary>Waits until nothing is being written; what is held is lost.</summary>
    public void Dispose()
    {
        ((IAsyncResult)_writing).AsyncWaitHandle.WaitOne();
        ArrayPool<byte>.Shared.Return(_buffer);
        ArrayPool<byte>.Shared.Return(_otherBuffer);
    }

    private void HandOver()
    {
        _writing.GetAwaiter().GetResult();
        (byte[] held, int count, long at) = (_buffer, _used, targetOffset + _firstBlock * blockSize);
        _used = 0;
        if (count < WorthAThread)
        {
            WriteRuns(held.AsSpan(0, count), at);
            return;
        }
        (_buffer, _otherBuffer) = (_otherBuffer, _buffer);
        _writing = Task.Run(() => WriteRuns(held.AsSpan(0, count), at));
    }

    private void WriteRuns(ReadOnlySpan<byte> held, long at)
    {
        while (!held.IsEmpty)
        {
            int run = RunLength(held, out bool zero);
            if (!zero)
                WriteAt(at, held[..run]);
            held = held[run..];
            at += run;
        }
    }

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
