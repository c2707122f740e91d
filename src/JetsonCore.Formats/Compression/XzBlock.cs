// One block of an .xz file: up to four MiB of plain bytes, compressed by themselves. Its LZMA2 is put together from
// stretches: compressible pieces by liblzma, noise as stored chunks. Every stretch starts with a fresh window, so they
// may follow each other.
//
//   stored chunk     01 (fresh window) or 02, length - 1 (2, big-endian), up to 64 KiB of plain bytes
//   packed stretch   chunks of liblzma, the first of which is E0 or 01, without the closing 00; one of zeros is the
//                    same few bytes for each of its pieces
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

    private const int ChunkHeaderLength = 3;

    // What is shorter is compressed as fast as it is looked for.
    private const int RememberedLeast = 2 * CompressiblePieces.PieceLength;

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
    /// <param name="coder">What one thread needs.</param>
    /// <param name="memory">What stretches were compressed to earlier; null for nothing.</param>
    /// <param name="cancellation">Ends the work early.</param>
    public void Pack(XzBlockCoder coder, BlockMemory? memory, CancellationToken cancellation)
    {
        ReadOnlySpan<byte> plain = _plain.AsSpan(0, _plainLength);
        Span<byte> file = _packed;
        int at = XzContainer.BlockHeaderLength;
        PieceKind[] kinds = KindsOf(plain, coder.Pieces.Find(plain));
        for (int index = 0, next; index < kinds.Length; index = next)
        {
            cancellation.ThrowIfCancellationRequested();
            for (next = index + 1; next < kinds.Length && kinds[next] == kinds[index];)
                next++;
            int start = index * CompressiblePieces.PieceLength;
            ReadOnlySpan<byte> stretch = plain[start..Math.Min(next * CompressiblePieces.PieceLength, plain.Length)];
            at += kinds[index] switch
            {
                PieceKind.Noise => Store(stretch, file[at..]),
                PieceKind.Zeros => StoreZeros(next - index, coder, file[at..]),
                _ => Encode(stretch, coder, memory, file[at..]),
            };
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

    /// <summary>How a piece gets into the file.</summary>
    private enum PieceKind
    {
        Compressible,
        Noise,
        Zeros,
    }

    private static PieceKind[] KindsOf(ReadOnlySpan<byte> plain, bool[] compressible)
    {
        var kinds = new PieceKind[compressible.Length];
        if (!plain.ContainsAnyExcept((byte)0))          // all of it: compressed once for all such blocks
            return kinds;
        for (int index = 0; index < kinds.Length; index++)
        {
            ReadOnlySpan<byte> piece = plain[(index * CompressiblePieces.PieceLength)..];
            bool isZero = piece.Length >= CompressiblePieces.PieceLength
                && !piece[..CompressiblePieces.PieceLength].ContainsAnyExcept((byte)0);
            kinds[index] = isZero ? PieceKind.Zeros
                : compressible[index] ? PieceKind.Compressible : PieceKind.Noise;
        }
        return kinds;
    }

    private static int Encode(
        ReadOnlySpan<byte> stretch, XzBlockCoder coder, BlockMemory? memory, Span<byte> packed)
    {
        if (memory is null || stretch.Length < RememberedLeast)
            return coder.Encode(stretch, packed);
        string digest = Convert.ToHexStringLower(SHA256.HashData(stretch));
        if (memory.Find(digest) is { } known && known.Length <= packed.Length)
        {
            known.CopyTo(packed);
            return known.Length;
        }
        int length = coder.Encode(stretch, packed);
        memory.Keep(digest, packed[..length].ToArray());
        return length;
    }

    /// <summary>Pieces of zeros are all alike: one is compressed, and comes as often as there are such.</summary>
    private static int StoreZeros(int count, XzBlockCoder coder, Span<byte> packed)
    {
        ReadOnlySpan<byte> piece = coder.ZeroPiece;
        for (int index = 0; index < count; index++)
            piece.CopyTo(packed[(index * piece.Length)..]);
        return count * piece.Length;
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
    private byte[]? _zeroPiece;

    public LzmaEffort Effort => effort;

    /// <summary>A whole piece of zeros, compressed.</summary>
    public ReadOnlySpan<byte> ZeroPiece
    {
        get
        {
            if (_zeroPiece is null)
            {
                var packed = new byte[CompressiblePieces.PieceLength];
                _zeroPiece = packed[..Encode(new byte[CompressiblePieces.PieceLength], packed)];
            }
            return _zeroPiece;
        }
    }

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
