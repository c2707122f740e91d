// The content of a file in a squashfs, as a seekable stream: one decompressed block is kept, and where somebody reads
// from front to back the next one too, which another processor decompresses meanwhile. Streams over different files, or
// over the same, may be read by several threads at a time, each by one.
using JetsonCore.Formats.Binary;

namespace JetsonCore.Formats.SquashFs;

internal sealed class SquashFsFileStream(SquashFsContents contents, StoredFile file) : SeekableReadStream
{
    private byte[]? _block, _nextBlock;
    private long _blockIndex = -1, _nextIndex = -1;
    private long[]? _blockStarts;

    public override long Length => file.Length;

    /// <exception cref="MalformedDataException">A block is corrupt.</exception>
    public override int Read(Span<byte> buffer)
    {
        if (Position >= Length || buffer.IsEmpty)
            return 0;
        long index = Position / contents.BlockSize;
        if (index != _blockIndex)
            Load(index);
        int offset = (int)(Position % contents.BlockSize);
        int count = Math.Min(buffer.Length, PlainLength(index) - offset);
        _block.AsSpan(offset, count).CopyTo(buffer);
        Position += count;
        return count;
    }

    private int PlainLength(long index) => (int)Math.Min(contents.BlockSize, Length - (index * contents.BlockSize));

    private void Load(long index)
    {
        bool goesOn = index > 0 && index == _blockIndex + 1;
        _blockIndex = -1;
        if (index == _nextIndex)
        {
            (_block, _nextBlock) = (_nextBlock, _block);
            _nextIndex = -1;
        }
        else if (goesOn && index + 1 < file.BlockSizes.Length)
        {
            LoadTwo(index);
        }
        else
        {
            Decode(index, _block ??= NewBlock());
        }
        _blockIndex = index;
    }

    // Nothing is left to be done when this returns: nobody knows when streams and their source are closed.
    private void LoadTwo(long index)
    {
        byte[] block = _block ??= NewBlock(), nextBlock = _nextBlock ??= NewBlock();
        _nextIndex = -1;
        _blockStarts ??= FindBlocks();
        Task<bool> next = Task.Run(() => TryDecode(index + 1, nextBlock));
        try
        {
            Decode(index, block);
        }
        finally
        {
            _nextIndex = next.GetAwaiter().GetResult() ? index + 1 : -1;
        }
    }

    /// <summary>What is wrong with a block that nobody may ever want is said when somebody does.</summary>
    private bool TryDecode(long index, byte[] block)
    {
        try
        {
            Decode(index, block);
            return true;
        }
        catch (Exception)
        {
            return false;
        }
    }

    private byte[] NewBlock() => new byte[Math.Min(contents.BlockSize, Length)];

    private void Decode(long index, byte[] block)
    {
        Span<byte> plain = block.AsSpan(0, PlainLength(index));
        if (index < file.BlockSizes.Length)
        {
            _blockStarts ??= FindBlocks();
            contents.ReadBlock(_blockStarts[index], file.BlockSizes[index], plain);
        }
        else
        {
            contents.ReadFragment(file.FragmentIndex, (int)file.FragmentOffset, plain);
        }
    }

    private long[] FindBlocks()
    {
        var starts = new long[file.BlockSizes.Length];
        long start = file.Start;
        for (int index = 0; index < starts.Length; index++)
        {
            starts[index] = start;
            long length = file.BlockSizes[index] & ~SquashFsFormat.DataStored;
            start = length <= long.MaxValue - start
                ? start + length
                : throw new MalformedDataException(file.Start, "the blocks of a file have no end");
        }
        return starts;
    }
}
