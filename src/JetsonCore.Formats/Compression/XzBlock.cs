// One block of an .xz file: up to four MiB of plain bytes, compressed by themselves. Its LZMA2 is put together from
// stretches: compressible pieces by liblzma, noise as stored chunks. Every stretch starts with a fresh window, so they
// may follow each other.
//
//   stored chunk     01 (fresh window) or 02, length - 1 (2, big-endian), up to 64 KiB of plain bytes
//   packed stretch   chunks of liblzma, the first of which is E0 or 01, without the closing 00
//   end              00
//
// Spec: The .xz File Format 1.1.0, 5.3.1; liblzma's lzma2_decoder.c for the chunks.
using System.Buffers.Binary;
using System.Diagnostics;
using System.Security.Cryptography;

namespace JetsonCore.Formats.Compression;

internal sealed class XzBlock
{
    /// <summary>The length of all blocks but the last: the block plan, which fixes the bytes of the file.</summary>
    public const int PlainLength = 4 << 20;

    /// <summary>The largest window: no larger than a block.</summary>
    public const uint DictionaryBytesMax = PlainLength;

    private const int ChunkHeaderLength = 3, LengthPrefix = 4;

    // liblzma stores what does not shrink, in chunks of 64 KiB and one that is cut off by each end of its input.
    private const int PackedLengthMax = PlainLength + (4 * ChunkHeaderLength * (PlainLength >> 16)) + 1;

    private readonly byte[] _plain = new byte[PlainLength];
    private readonly byte[] _packed =
        new byte[XzContainer.BlockHeaderLength + PackedLengthMax + 3 + XzContainer.CheckLength];
    private int _plainLength;
    private int _fileLength;

    public bool IsEmpty => _plainLength == 0;

    public bool IsFull => _plainLength == PlainLength;

    public bool IsZero => !_plain.AsSpan(0, _plainLength).ContainsAnyExcept((byte)0);

    /// <summary>The block as the file has it, after <see cref="Pack"/>.</summary>
    public ReadOnlyMemory<byte> FileBytes => _packed.AsMemory(0, _fileLength);

    /// <summary>What the index says of it, after <see cref="Pack"/>.</summary>
    public XzContainer.BlockLengths Lengths { get; private set; }

    public void Clear() => _plainLength = 0;

    /// <summary>Takes as many bytes as fit; says how many.</summary>
    public int Append(ReadOnlySpan<byte> bytes)
    {
        int length = Math.Min(bytes.Length, PlainLength - _plainLength);
        bytes[..length].CopyTo(_plain.AsSpan(_plainLength));
        _plainLength += length;
        return length;
    }

    /// <summary>Compresses the block.</summary>
    public void Pack(XzBlockCoder coder, BlockMemory? memory, CancellationToken cancellation)
    {
        ReadOnlySpan<byte> plain = _plain.AsSpan(0, _plainLength);
        bool[] compressible = coder.Pieces.Find(plain);
        if (memory is null || !compressible.Contains(true))         // to store noise is as fast as to look for it
        {
            PackNow(coder, compressible, cancellation);
            return;
        }
        string digest = Convert.ToHexStringLower(SHA256.HashData(plain));
        if (memory.Find(digest) is { } known && TryTake(known))
            return;
        PackNow(coder, compressible, cancellation);
        var remembered = new byte[LengthPrefix + _fileLength];
        BinaryPrimitives.WriteInt32LittleEndian(remembered, (int)Lengths.Unpadded);
        FileBytes.Span.CopyTo(remembered.AsSpan(LengthPrefix));
        memory.Keep(digest, remembered);
    }

    /// <summary>Takes what was remembered, if it is a block: its length without padding, and its bytes.</summary>
    private bool TryTake(byte[] remembered)
    {
        int length = remembered.Length - LengthPrefix;
        if (length < XzContainer.BlockHeaderLength + XzContainer.CheckLength || length > _packed.Length)
            return false;
        int unpadded = BinaryPrimitives.ReadInt32LittleEndian(remembered);
        if (unpadded > length || length - unpadded > 3)
            return false;
        remembered.AsSpan(LengthPrefix).CopyTo(_packed);
        (_fileLength, Lengths) = (length, new(unpadded, _plainLength));
        return true;
    }

    private void PackNow(XzBlockCoder coder, bool[] compressible, CancellationToken cancellation)
    {
        ReadOnlySpan<byte> plain = _plain.AsSpan(0, _plainLength);
        Span<byte> file = _packed;
        int at = XzContainer.BlockHeaderLength;
        for (int index = 0, next; index < compressible.Length; index = next)
        {
            cancellation.ThrowIfCancellationRequested();
            for (next = index + 1; next < compressible.Length && compressible[next] == compressible[index];)
                next++;
            int start = index * CompressiblePieces.PieceLength;
            int end = Math.Min(next * CompressiblePieces.PieceLength, plain.Length);
            ReadOnlySpan<byte> stretch = plain[start..end];
            at += compressible[index] ? coder.Encode(stretch, file[at..]) : Store(stretch, file[at..]);
        }
        file[at++] = 0;
        XzContainer.WriteBlockHeader(
            file, at - XzContainer.BlockHeaderLength, plain.Length, coder.Effort.DictionaryBytes);
        Lengths = new(at + XzContainer.CheckLength, plain.Length);
        while (at % 4 != 0)
            file[at++] = 0;
        BinaryPrimitives.WriteUInt64LittleEndian(file[at..], LzmaCoder.Crc64(plain));
        _fileLength = at + XzContainer.CheckLength;
    }

    private static int Store(ReadOnlySpan<byte> plain, Span<byte> packed)
    {
        int at = 0;
        for (int start = 0; start < plain.Length; start += CompressiblePieces.PieceLength)
        {
            ReadOnlySpan<byte> piece = plain[start..Math.Min(start + CompressiblePieces.PieceLength, plain.Length)];
            packed[at] = (byte)(start == 0 ? 1 : 2);
            BinaryPrimitives.WriteUInt16BigEndian(packed[(at + 1)..], (ushort)(piece.Length - 1));
            piece.CopyTo(packed[(at + ChunkHeaderLength)..]);
            at += ChunkHeaderLength + piece.Length;
        }
        return at;
    }
}

/// <summary>What one thread needs to compress blocks; its memory is used again for the next block.</summary>
internal sealed class XzBlockCoder(LzmaEffort effort) : IDisposable
{
    private readonly LzmaCoder _coder = new();

    public LzmaEffort Effort => effort;

    public CompressiblePieces Pieces { get; } = new();

    /// <summary>Writes chunks without the byte that would close them; says how long they are.</summary>
    public int Encode(ReadOnlySpan<byte> plain, Span<byte> packed)
    {
        _coder.StartLzma2Encoder(effort);
        NativeLzma.Status status = _coder.Code(plain, packed, finish: true, out _, out int length);
        return status == NativeLzma.Status.StreamEnd
            ? length - 1
            : throw new UnreachableException($"liblzma said {status}");
    }

    public void Dispose() => _coder.Dispose();
}
