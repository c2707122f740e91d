// The header of U-Boot's legacy images (uImage, boot.scr), big-endian, 64 bytes:
//
//   0x00 4 magic 27051956    0x10 4 load address   0x1C 1 operating system   0x1F 1 compression
//   0x04 4 CRC of the header 0x14 4 entry point    0x1D 1 architecture       0x20 32 name
//   0x08 4 time              0x18 4 CRC of the data 0x1E 1 kind
//   0x0C 4 bytes of data
//
// The header's CRC-32 is taken with its own field as zeros. Spec: U-Boot include/image.h; words as mkimage has them.
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Formats.UBoot;

/// <summary>The header of an image.</summary>
public sealed record UBootImageHeader
{
    /// <summary>Bytes of the header.</summary>
    public const int Size = 64;

    private const uint Magic = 0x27051956;
    private const int ChecksumOffset = 4, OsOffset = 0x1C, NameOffset = 0x20;

    private static readonly ImmutableArray<string> OperatingSystems =
    [
        "invalid", "openbsd", "netbsd", "freebsd", "4_4bsd", "linux", "svr4", "esix", "solaris", "irix", "sco", "dell",
        "ncr", "lynxos", "vxworks", "psos", "qnx", "u-boot", "rtems", "artos", "unity", "integrity", "ose", "plan9",
        "openrtos", "arm-trusted-firmware", "tee", "opensbi", "efi",
    ];

    private static readonly ImmutableArray<string> Architectures =
    [
        "invalid", "alpha", "arm", "x86", "ia64", "mips", "mips64", "ppc", "s390", "sh", "sparc", "sparc64", "m68k",
        "nios", "microblaze", "nios2", "blackfin", "avr32", "st200", "sandbox", "nds32", "or1k", "arm64", "arc",
        "x86_64", "xtensa", "riscv",
    ];

    private static readonly ImmutableArray<string> Kinds =
    [
        "invalid", "standalone", "kernel", "ramdisk", "multi", "firmware", "script", "filesystem", "flat_dt",
        "kwbimage", "imximage", "ublimage", "omapimage", "aisimage", "kernel_noload",
    ];

    private static readonly ImmutableArray<string> Compressions =
        ["none", "gzip", "bzip2", "lzma", "lzo", "lz4", "zstd"];

    /// <summary>What its maker called it.</summary>
    public required string Name { get; init; }

    /// <summary>When it was made, in seconds since 1970.</summary>
    public required uint Time { get; init; }

    /// <summary>Bytes behind the header.</summary>
    public required uint DataBytes { get; init; }

    /// <summary>Where it is to be copied.</summary>
    public required uint LoadAddress { get; init; }

    /// <summary>Where it is entered.</summary>
    public required uint EntryPoint { get; init; }

    /// <summary>CRC-32 of the data.</summary>
    public required uint DataChecksum { get; init; }

    /// <summary>"linux"; a number where there is no word.</summary>
    public required string OperatingSystem { get; init; }

    /// <summary>"arm64".</summary>
    public required string Architecture { get; init; }

    /// <summary>"kernel", "script".</summary>
    public required string Kind { get; init; }

    /// <summary>"none", "gzip".</summary>
    public required string Compression { get; init; }

    /// <summary>Whether a file that begins so may be an image.</summary>
    public static bool IsImage(ReadOnlySpan<byte> head) =>
        head.Length >= 4 && BinaryPrimitives.ReadUInt32BigEndian(head) == Magic;

    /// <summary>Reads the header.</summary>
    /// <exception cref="MalformedDataException">There is none, or its checksum is wrong.</exception>
    public static UBootImageHeader Read(Stream image)
    {
        ArgumentNullException.ThrowIfNull(image);
        byte[] bytes = image.ReadBytesAt(0, Size);
        if (!IsImage(bytes))
            throw new MalformedDataException(0, "no image of U-Boot");
        uint stored = Word(bytes, ChecksumOffset);
        byte[] blank = [.. bytes];
        blank.AsSpan(ChecksumOffset, 4).Clear();
        if (stored != Crc32.Of(blank))
            throw new MalformedDataException(ChecksumOffset,
                $"crc32 of the header is {stored:x8}, its bytes sum to {Crc32.Of(blank):x8}");
        ReadOnlySpan<byte> name = bytes.AsSpan(NameOffset);
        int end = name.IndexOf((byte)0);
        return new()
        {
            Name = Encoding.UTF8.GetString(end < 0 ? name : name[..end]),
            Time = Word(bytes, 0x08),
            DataBytes = Word(bytes, 0x0C),
            LoadAddress = Word(bytes, 0x10),
            EntryPoint = Word(bytes, 0x14),
            DataChecksum = Word(bytes, 0x18),
            OperatingSystem = WordFor(OperatingSystems, bytes[OsOffset]),
            Architecture = WordFor(Architectures, bytes[OsOffset + 1]),
            Kind = WordFor(Kinds, bytes[OsOffset + 2]),
            Compression = WordFor(Compressions, bytes[OsOffset + 3]),
        };
    }

    /// <summary>Whether the data behind the header fit their checksum; null: they are cut off.</summary>
    public bool? DataChecksumHolds(FileContent image)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (DataBytes > image.Length - Size)
            return null;
        uint checksum = 0;
        var buffer = new byte[1 << 16];
        using Stream data = image.Slice(Size, DataBytes).Open();
        while (data.Read(buffer) is > 0 and int read)
            checksum = Crc32.Append(checksum, buffer.AsSpan(0, read));
        return checksum == DataChecksum;
    }

    private static uint Word(byte[] bytes, int offset) => BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(offset));

    private static string WordFor(ImmutableArray<string> words, byte number) =>
        number < words.Length ? words[number] : number.ToString(CultureInfo.InvariantCulture);
}
