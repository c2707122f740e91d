// The fixed part of a cpio entry in "newc" and "crc" archives: a magic and thirteen numbers of eight hexadecimal
// digits each. The older forms are in CpioOldHeader.cs.
//
//   0x00  6 magic | 0x06 inode | 0x0E mode | 0x16 uid | 0x1E gid | 0x26 nlink | 0x2E mtime | 0x36 filesize
//   0x3E devmajor | 0x46 devminor | 0x4E rdevmajor | 0x56 rdevminor | 0x5E namesize | 0x66 check
//
// Spec: Linux Documentation/driver-api/early-userspace/buffer-format.rst.
using System.Globalization;
using System.Text.Unicode;
using JetsonCore.Formats.Binary;

namespace JetsonCore.Formats.Cpio;

internal readonly record struct CpioHeader
{
    public const int Size = 6 + (13 * NumberLength);

    /// <summary>Name and content of "newc" begin at multiples of this.</summary>
    public const int Alignment = 4;

    /// <summary>The name that ends an archive.</summary>
    public const string TrailerName = "TRAILER!!!";

    public const uint KindMask = 0xF000, Fifo = 0x1000, CharacterDevice = 0x2000, Directory = 0x4000,
        BlockDevice = 0x6000, RegularFile = 0x8000, SymbolicLink = 0xA000, Socket = 0xC000;

    private const int NumberLength = 8;

    public uint Inode { get; init; }

    public uint Mode { get; init; }

    public uint UserId { get; init; }

    public uint GroupId { get; init; }

    public uint LinkCount { get; init; }

    public uint ModificationSeconds { get; init; }

    public long ContentLength { get; init; }

    public uint DeviceMajor { get; init; }

    public uint DeviceMinor { get; init; }

    public uint NodeMajor { get; init; }

    public uint NodeMinor { get; init; }

    public uint NameLength { get; init; }

    public uint Sum { get; init; }

    /// <summary>Whether <see cref="Sum"/> is that of the content (magic 070702).</summary>
    public bool HasSum { get; init; }

    public uint Kind => Mode & KindMask;

    /// <summary>Whether a "newc" or "crc" entry may begin with these six bytes.</summary>
    public static bool IsMagic(ReadOnlySpan<byte> magic) =>
        magic.SequenceEqual("070701"u8) || magic.SequenceEqual("070702"u8);

    public static CpioHeader Parse(ReadOnlySpan<byte> bytes, long offset)
    {
        var cursor = new SpanCursor(bytes, offset);
        ReadOnlySpan<byte> magic = cursor.Take(6);
        if (!IsMagic(magic))
            throw new MalformedDataException(offset, $"no \"newc\" entry starts with {Convert.ToHexString(magic)}");
        return new()
        {
            HasSum = magic[5] == (byte)'2',
            Inode = Number(ref cursor),
            Mode = Number(ref cursor),
            UserId = Number(ref cursor),
            GroupId = Number(ref cursor),
            LinkCount = Number(ref cursor),
            ModificationSeconds = Number(ref cursor),
            ContentLength = Number(ref cursor),
            DeviceMajor = Number(ref cursor),
            DeviceMinor = Number(ref cursor),
            NodeMajor = Number(ref cursor),
            NodeMinor = Number(ref cursor),
            NameLength = Number(ref cursor),
            Sum = Number(ref cursor),
        };
    }

    public void WriteTo(Span<byte> bytes)
    {
        "070701"u8.CopyTo(bytes);
        Span<uint> numbers =
        [
            Inode, Mode, UserId, GroupId, LinkCount, ModificationSeconds, checked((uint)ContentLength),
            DeviceMajor, DeviceMinor, NodeMajor, NodeMinor, NameLength, Sum,
        ];
        for (int index = 0; index < numbers.Length; index++)
            Utf8.TryWrite(bytes.Slice(6 + (index * NumberLength), NumberLength), $"{numbers[index]:X8}", out _);
    }

    private static uint Number(ref SpanCursor cursor)
    {
        long offset = cursor.Offset;
        ReadOnlySpan<byte> digits = cursor.Take(NumberLength);
        return uint.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint number)
            ? number
            : throw new MalformedDataException(offset, "no number of eight hexadecimal digits");
    }
}
