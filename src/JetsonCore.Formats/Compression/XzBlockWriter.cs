// Writing an .xz file block by block: each block is compressed by itself, by as many workers as there are processors,
// and noise is stored. The plan of the blocks is fixed, so the bytes do not depend on the workers. Every xz tool reads
// the file; those that can (xz 5.4 and later) with several threads, because the headers tell the lengths.
//
// Blocks of zeros are all alike and are compressed once.
using System.Collections.Concurrent;

namespace JetsonCore.Formats.Compression;

internal sealed class XzBlockWriter : MemberEncoder
{
    /// <summary>Two blocks in work and one that waits.</summary>
    public const int UsualInFlight = 3;

    private readonly Stream _target;
    private readonly LzmaEffort _effort;
    private readonly BlockMemory? _memory;
    private readonly CancellationToken _cancellation;
    private readonly OrderedWork<XzBlock, PackedBlock> _work;
    private readonly List<XzContainer.BlockLengths> _index = [];
    private readonly Stack<XzBlock> _freeBlocks = new();
    private readonly ConcurrentBag<XzBlockCoder> _freeCoders = [];
    private readonly Lazy<XzBlock> _zeros;
    private XzBlock _open = new();

    public XzBlockWriter(
        Stream target, uint level, int inFlight, BlockMemory? memory, CancellationToken cancellation)
    {
        _memory = memory;
        _target = target;
        _effort = new(level, DictionaryBytes(level));
        _cancellation = cancellation;
        _work = new(Pack, Deliver, inFlight);
        _zeros = new(PackZeros);
        _target.Write(XzContainer.StreamHeader());
    }

    /// <summary>
    /// How many blocks are in work or wait: one more than processors, as far as memory allows. A block takes 8 MiB, a
    /// coder 10 MB at level 1 and 50 MB at level 6.
    /// </summary>
    public static int InFlight(uint level) =>
        Environment.ProcessorCount > 2 && level <= 2 ? UsualInFlight + 1 : UsualInFlight;

    public override void Write(ReadOnlySpan<byte> plain)
    {
        while (!plain.IsEmpty)
        {
            plain = plain[_open.Append(plain)..];
            if (_open.IsFull)
                HandIn();
        }
    }

    public override void Finish()
    {
        if (!_open.IsEmpty)
            HandIn();
        _work.Finish();
        _target.Write(XzContainer.End(_index));
    }

    public override void Dispose()
    {
        _work.Dispose();
        foreach (XzBlockCoder coder in _freeCoders)
            coder.Dispose();
        base.Dispose();
    }

    // As the presets of xz have it, but for windows that are larger than a block.
    private static uint DictionaryBytes(uint level) => level switch
    {
        0 => 256 << 10,
        1 => 1 << 20,
        2 => 2 << 20,
        _ => XzBlock.DictionaryBytesMax,
    };

    private void HandIn()
    {
        _cancellation.ThrowIfCancellationRequested();
        _work.Add(_open);
        _open = _freeBlocks.TryPop(out XzBlock? block) ? block : new();
        _open.Clear();
    }

    private PackedBlock Pack(XzBlock block)
    {
        if (block.IsFull && block.IsZero)
            return new(block, _zeros.Value);
        PackAny(block);
        return new(block, block);
    }

    private XzBlock PackZeros()
    {
        var block = new XzBlock();
        block.Append(new byte[XzBlock.PlainLength]);
        PackAny(block);
        return block;
    }

    private void PackAny(XzBlock block)
    {
        if (!_freeCoders.TryTake(out XzBlockCoder? coder))
            coder = new(_effort);
        block.Pack(coder, _memory, _cancellation);
        _freeCoders.Add(coder);
    }

    private void Deliver(PackedBlock block)
    {
        _target.Write(block.Packed.FileBytes.Span);
        _index.Add(block.Packed.Lengths);
        _freeBlocks.Push(block.Filled);
    }

    // The block with the plain bytes, free again, and the one with the packed bytes: not the same for zeros.
    private readonly record struct PackedBlock(XzBlock Filled, XzBlock Packed);
}
