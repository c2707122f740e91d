// Recognising and reading compressed files.
//
//   gzip        1F 8B 08                       RFC 1952
//   xz          FD "7zXZ" 00                   The .xz File Format 1.1.0, 2.1.1
//   zstd        28 B5 2F FD                    RFC 8878, 3.1
//   bzip2       "BZh" '1'-'9' and a block's or the trailer's 48-bit mark
//   lz4         04 22 4D 18, legacy 02 21 4C 18       lz4_Frame_format.md 1.6.2
//   lzop        89 "LZO" 00 0D 0A 1A 0A
//   skippable   5x 2A 4D 18, length (4): zstd's and lz4's alike, before, between and behind the others
//   .lzma       no magic: properties below 225, a dictionary of 2^n or 2^n + 2^(n-1), a size below 256 GiB or unknown
using System.Buffers.Binary;
using System.Diagnostics;
using System.Numerics;

namespace JetsonCore.Formats.Compression;

/// <summary>Recognises and reads compressed files.</summary>
public static class Decompression
{
    /// <summary>What a decoder may need for its window unless the caller says otherwise.</summary>
    public const long DefaultMemoryLimitBytes = 256L << 20;

    /// <summary>Bytes of a skippable frame before its content.</summary>
    internal const int SkippableHeader = 8;

    private const int HeadLength = 16;

    /// <summary>
    /// The format that a seekable stream has at its position, skippable frames passed over, wherever they lead.
    /// </summary>
    public static CompressionFormat Detect(Stream compressed)
    {
        ArgumentNullException.ThrowIfNull(compressed);
        Span<byte> head = stackalloc byte[HeadLength];
        for (long at = compressed.Position; ;)
        {
            compressed.Position = Math.Min(at, compressed.Length);
            int length = compressed.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
            if (!IsSkippable(head[..length]))
                return length == 0 && at > 0 ? CompressionFormat.Zstd : Detect(head[..length]);
            at += SkippableHeader + BinaryPrimitives.ReadUInt32LittleEndian(head[4..]);
        }
    }

    /// <summary>The format that bytes begin with; <see cref="CompressionFormat.None"/> where none is known.</summary>
    /// <param name="head">
    /// The first bytes; sixteen are enough for every format. Skippable frames are taken for those of zstd.
    /// </param>
    public static CompressionFormat Detect(ReadOnlySpan<byte> head) => head switch
    {
        [0x1F, 0x8B, 0x08, ..] => CompressionFormat.Gzip,
        [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00, ..] => CompressionFormat.Xz,
        [0x28, 0xB5, 0x2F, 0xFD, ..] => CompressionFormat.Zstd,
        [0x42, 0x5A, 0x68, >= 0x31 and <= 0x39, 0x31, 0x41, 0x59, 0x26, 0x53, 0x59, ..] => CompressionFormat.Bzip2,
        [0x42, 0x5A, 0x68, >= 0x31 and <= 0x39, 0x17, 0x72, 0x45, 0x38, 0x50, 0x90, ..] => CompressionFormat.Bzip2,
        [0x04, 0x22, 0x4D, 0x18, ..] or [0x02, 0x21, 0x4C, 0x18, ..] => CompressionFormat.Lz4,
        [0x89, 0x4C, 0x5A, 0x4F, 0x00, 0x0D, 0x0A, 0x1A, 0x0A, ..] => CompressionFormat.Lzo,
        _ when IsSkippable(head) => CompressionFormat.Zstd,
        _ => LooksLikeLzmaAlone(head) ? CompressionFormat.LzmaAlone : CompressionFormat.None,
    };

    /// <summary>Whether a skippable frame begins here.</summary>
    internal static bool IsSkippable(ReadOnlySpan<byte> head) =>
        head is [>= 0x50 and <= 0x5F, 0x2A, 0x4D, 0x18, _, _, _, _, ..];

    /// <summary>Reads all members to the end of the file, as the format's own tool does.</summary>
    /// <param name="compressed">The file, at its first byte; left open.</param>
    /// <param name="format">Its format.</param>
    /// <param name="memoryLimitBytes">The largest window the data may ask for.</param>
    /// <exception cref="MissingLibraryException">The format's native library is not installed.</exception>
    public static DecompressionStream OpenRead(
        Stream compressed, CompressionFormat format, long memoryLimitBytes = DefaultMemoryLimitBytes) =>
        Open(compressed, format, memoryLimitBytes, untilEnd: true);

    /// <summary>
    /// Reads one member and stops right after it: a seekable source is left there, and
    /// <see cref="DecompressionStream.CompressedBytesConsumed"/> says how long the member was.
    /// </summary>
    /// <param name="compressed">The file, at the member's first byte; left open.</param>
    /// <param name="format">Its format.</param>
    /// <param name="memoryLimitBytes">The largest window the data may ask for.</param>
    /// <exception cref="MissingLibraryException">The format's native library is not installed.</exception>
    public static DecompressionStream OpenMember(
        Stream compressed, CompressionFormat format, long memoryLimitBytes = DefaultMemoryLimitBytes) =>
        Open(compressed, format, memoryLimitBytes, untilEnd: false);

    /// <summary>The name by which people know a format.</summary>
    internal static string NameOf(CompressionFormat format) => format switch
    {
        CompressionFormat.None => "uncompressed",
        CompressionFormat.Gzip => "gzip",
        CompressionFormat.Xz => "xz",
        CompressionFormat.LzmaAlone => "lzma",
        CompressionFormat.Zstd => "zstd",
        CompressionFormat.Bzip2 => "bzip2",
        CompressionFormat.Lz4 => "lz4",
        CompressionFormat.Lzo => "lzop",
        _ => throw new UnreachableException(),
    };

    private static DecompressionStream Open(
        Stream compressed, CompressionFormat format, long memoryLimit, bool untilEnd)
    {
        ArgumentNullException.ThrowIfNull(compressed);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(memoryLimit);
        Func<CompressedInput, MemberDecoder> openMember = format switch
        {
            CompressionFormat.None => input => new StoredMember(input),
            CompressionFormat.Gzip => input => new GzipMember(input),
            CompressionFormat.Xz => input => LzmaMember.Xz(input, memoryLimit),
            CompressionFormat.LzmaAlone => input => LzmaMember.Alone(input, memoryLimit),
            CompressionFormat.Zstd => input => new ZstdMember(input, memoryLimit),
            CompressionFormat.Bzip2 => input => new Bzip2Member(input),
            CompressionFormat.Lz4 => input => new Lz4Member(input),
            CompressionFormat.Lzo => input => new LzopMember(input),
            _ => throw new ArgumentOutOfRangeException(nameof(format)),
        };
        return new DecompressionStream(compressed, format, openMember, untilEnd);
    }

    private static bool LooksLikeLzmaAlone(ReadOnlySpan<byte> head)
    {
        if (head.Length < 13 || head[0] >= 225)
            return false;
        uint dictionary = BinaryPrimitives.ReadUInt32LittleEndian(head[1..]);
        ulong size = BinaryPrimitives.ReadUInt64LittleEndian(head[5..]);
        uint topBit = dictionary == 0 ? 0 : 1u << BitOperations.Log2(dictionary);
        bool plausible = dictionary >= 4096 && (dictionary == topBit || dictionary == topBit + (topBit >> 1));
        return plausible && (size == ulong.MaxValue || size < 256UL << 30);
    }

    private sealed class StoredMember(CompressedInput input) : MemberDecoder
    {
        public override int Read(Span<byte> output)
        {
            ReadOnlySpan<byte> available = input.Available;
            int count = Math.Min(available.Length, output.Length);
            available[..count].CopyTo(output);
            input.Advance(count);
            return count;
        }
    }
}
