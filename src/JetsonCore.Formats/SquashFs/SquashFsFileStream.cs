// The content of a file in a squashfs, as a seekable stream: one decompressed block is kept. Streams over different
// files, or over the same, may be read by several threads at a time, each by one.
using JetsonCore.Formats.Binary;

namespace JetsonCore.Formats.SquashFs;

internal sealed class SquashFsFileStream(SquashFsContents contents, StoredFile file) : SeekableReadStream
{
    private byte[]? _block;
    private long _blockIndex = -1;
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
        _blockIndex = -1;
        _block ??= new byte[Math.Min(contents.BlockSize, Length)];
        Span<byte> plain = _block.AsSpan(0, PlainLength(index));
        if (index < file.BlockSizes.Length)
        {
            _blockStarts ??= FindBlocks();
            contents.ReadBlock(_blockStarts[index], file.BlockSizes[index], plain);
        }
        else
        {
            contents.ReadFragment(file.FragmentIndex, (int)file.FragmentOffset, plain);
        }
        _blockIndex = index;
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
