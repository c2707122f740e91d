// The contents of files on their way into a squashfs: cut into blocks, compressed by all processors, written in order.
//
//   block of the block size, compressed; stored as it is where that is not smaller; nothing at all for zeros. Noise
//   (initial RAM disks, packed modules) is stored without trying
//   fragment block: whole small files one after the other, compressed together
using System.Collections.Concurrent;
using System.Security.Cryptography;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Compression;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Formats.SquashFs;

internal sealed class DataWriter : IDisposable
{
    private readonly SquashFsOptions _options;
    private readonly Stream _target;
    private readonly Action<long>? _taken;
    private readonly CancellationToken _cancellation;
    private readonly Func<BlockEncoder> _makeEncoder;
    private readonly ConcurrentBag<Packer> _idlePackers = [];
    private readonly ConcurrentBag<Block> _idleBlocks = [];
    private readonly OrderedWork<Block, Block> _work;
    private readonly ContentIndex _contents;
    private readonly List<(long Start, uint Size)> _fragments = [];
    private Block? _fragment;
    private long _position;

    /// <param name="options">Block size and fragments.</param>
    /// <param name="contents">Knows the lengths of all files that will be stored.</param>
    /// <param name="makeEncoder">Makes an encoder for a thread.</param>
    /// <param name="target">Stands where the first block goes.</param>
    /// <param name="cancellation">Ends the work early.</param>
    public DataWriter(
        SquashFsOptions options, ContentIndex contents, Func<BlockEncoder> makeEncoder, SquashFsTarget target,
        CancellationToken cancellation)
    {
        (_options, _contents, _makeEncoder, _cancellation) = (options, contents, makeEncoder, cancellation);
        (_target, _position, _taken) = (target.Stream, target.Position, target.Taken);
        _work = new(Compress, Deliver, OrderedWork<Block, Block>.UsualInFlight);
    }

    /// <summary>The fragment blocks, once <see cref="Finish"/> has been called.</summary>
    public IReadOnlyList<(long Start, uint Size)> Fragments => _fragments;

    /// <summary>Takes a content; its places are known once <see cref="Finish"/> has been called.</summary>
    public StoredFile Store(FileContent content)
    {
        if (content.Length == 0)
            return new StoredFile(0);
        if (_contents.Find(content) is { } equal)
        {
            _taken?.Invoke(content.Length);
            return equal;
        }
        using IncrementalHash? digest = _contents.BeginDigest(content.Length);
        using Stream stream = content.Open();
        StoredFile file = _options.Fragments && content.Length < _options.BlockSize
            ? StoreFragment(stream, content.Length, digest)
            : StoreBlocks(stream, content.Length, digest);
        if (digest is not null)
            _contents.Add(file, digest);
        return file;
    }

    /// <summary>Writes out everything that is under way.</summary>
    public void Finish()
    {
        if (_fragment is not null)
            _work.Add(_fragment);
        _fragment = null;
        _work.Finish();
    }

    public void Dispose()
    {
        _work.Dispose();
        foreach (Packer packer in _idlePackers)
            packer.Encoder.Dispose();
    }

    private StoredFile StoreBlocks(Stream stream, long length, IncrementalHash? digest)
    {
        var file = new StoredFile(length) { BlockSizes = new uint[Alignment.UnitsFor(length, _options.BlockSize)] };
        for (int index = 0; index < file.BlockSizes.Length; index++)
        {
            _cancellation.ThrowIfCancellationRequested();
            Block block = TakeBlock();
            (block.File, block.Index) = (file, index);
            block.Length = (int)Math.Min(_options.BlockSize, length - ((long)index * _options.BlockSize));
            Fill(stream, block.Plain.AsSpan(0, block.Length), length);
            _taken?.Invoke(block.Length);
            digest?.AppendData(block.Plain.AsSpan(0, block.Length));
            _work.Add(block);
        }
        return file;
    }

    private StoredFile StoreFragment(Stream stream, long length, IncrementalHash? digest)
    {
        _cancellation.ThrowIfCancellationRequested();
        if (_fragment is not null && _fragment.Length + length > _options.BlockSize)
        {
            _work.Add(_fragment);
            _fragment = null;
        }
        if (_fragment is null)
        {
            _fragment = TakeBlock();
            (_fragment.File, _fragment.Index, _fragment.Length) = (null, _fragments.Count, 0);
            _fragments.Add(default);
        }
        var file = new StoredFile(length)
        {
            FragmentIndex = (uint)_fragment.Index,
            FragmentOffset = (uint)_fragment.Length,
        };
        Span<byte> place = _fragment.Plain.AsSpan(_fragment.Length, (int)length);
        Fill(stream, place, length);
        _taken?.Invoke(length);
        digest?.AppendData(place);
        _fragment.Length += (int)length;
        return file;
    }

    private static void Fill(Stream stream, Span<byte> plain, long fileLength)
    {
        int read = stream.ReadAtLeast(plain, plain.Length, throwOnEndOfStream: false);
        if (read < plain.Length)
            throw new MalformedDataException(0, $"a file of {fileLength} bytes ended early");
    }

    private Block TakeBlock() => _idleBlocks.TryTake(out Block? block) ? block : new Block(_options.BlockSize);

    // Runs on any thread.
    private Block Compress(Block block)
    {
        ReadOnlySpan<byte> plain = block.Plain.AsSpan(0, block.Length);
        if (block.File is not null && !plain.ContainsAnyExcept((byte)0))
        {
            block.PackedLength = 0;
            return block;
        }
        if (!_idlePackers.TryTake(out Packer? packer))
            packer = new(_makeEncoder(), new());
        block.PackedLength = packer.Pieces.Find(plain).Contains(true)
            ? packer.Encoder.Encode(plain, block.Packed.AsSpan(0, block.Length - 1))
            : 0;
        _idlePackers.Add(packer);
        block.IsStored = block.PackedLength == 0;
        return block;
    }

    private void Deliver(Block block)
    {
        bool isZeros = block is { PackedLength: 0, IsStored: false };
        ReadOnlySpan<byte> bytes = block.IsStored
            ? block.Plain.AsSpan(0, block.Length)
            : block.Packed.AsSpan(0, block.PackedLength);
        uint size = (uint)bytes.Length | (block.IsStored ? SquashFsFormat.DataStored : 0);
        if (block.File is { } file)
        {
            file.BlockSizes[block.Index] = size;
            file.SparseBytes += isZeros ? block.Length : 0;
            if (block.Index == 0)
                file.Start = _position;
        }
        else
        {
            _fragments[block.Index] = (_position, size);
        }
        _target.Write(bytes);
        _position += bytes.Length;
        block.IsStored = false;
        _idleBlocks.Add(block);
    }

    /// <summary>What one thread needs to compress blocks, or to see that it is of no use.</summary>
    private sealed record Packer(BlockEncoder Encoder, CompressiblePieces Pieces);

    /// <summary>One block on its way.</summary>
    private sealed class Block(int size)
    {
        public byte[] Plain { get; } = new byte[size];

        public byte[] Packed { get; } = new byte[size];

        public int Length { get; set; }

        public int PackedLength { get; set; }

        public bool IsStored { get; set; }

        /// <summary>The file it belongs to; null for a fragment block.</summary>
        public StoredFile? File { get; set; }

        /// <summary>The block's number within its file, or the fragment block's number.</summary>
        public int Index { get; set; }
    }
}
