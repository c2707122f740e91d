// One 512-byte header of a tar archive.
//
//   offset  size  field                             offset  size  field
//   0x000    100  name                              0x101      6  magic "ustar\0"; GNU: "ustar " and
//   0x064      8  mode                              0x107      2  version "00";    " \0"
//   0x06C      8  owner                             0x109     32  owner's name
//   0x074      8  group                             0x129     32  group's name
//   0x07C     12  size                              0x149      8  device major
//   0x088     12  modification time                 0x151      8  device minor
//   0x094      8  checksum                          0x159    155  prefix of the name (not in GNU archives)
//   0x09C      1  type
//   0x09D    100  link target
//
// Numbers are octal text, or (GNU) big-endian binary if the first byte's top bit is set. The checksum is the sum of all
// bytes with its own field as spaces.
// Spec: POSIX.1-2017 pax, "ustar Interchange Format"; GNU tar manual, "Tar Internals".
using System.Globalization;
using System.Text;
using JetsonCore.Formats.Binary;

namespace JetsonCore.Formats.Tar;

internal sealed record TarHeader
{
    public const int Size = 512, NameLengthMax = 100, PrefixLengthMax = 155;

    /// <summary>Seven octal digits and eleven.</summary>
    public const long SmallNumberMax = (1 << 21) - 1, LargeNumberMax = (1L << 33) - 1;

    private const int NameOffset = 0x000, ModeOffset = 0x064, UserOffset = 0x06C, GroupOffset = 0x074;
    private const int SizeOffset = 0x07C, TimeOffset = 0x088, ChecksumOffset = 0x094, TypeOffset = 0x09C;
    private const int LinkOffset = 0x09D, MagicOffset = 0x101, UserNameOffset = 0x109, GroupNameOffset = 0x129;
    private const int MajorOffset = 0x149, MinorOffset = 0x151, PrefixOffset = 0x159;
    private const int SmallLength = 8, LargeLength = 12, OwnerNameLength = 32;

    /// <summary>The name's bytes, prefix and name joined.</summary>
    public required byte[] Name { get; init; }

    public required TarType Type { get; init; }

    public long Mode { get; init; }

    public long UserId { get; init; }

    public long GroupId { get; init; }

    public long SizeBytes { get; init; }

    public long ModificationSeconds { get; init; }

    public byte[] LinkTarget { get; init; } = [];

    /// <summary>The owner's name; only read.</summary>
    public byte[] UserName { get; init; } = [];

    /// <summary>The group's name; only read.</summary>
    public byte[] GroupName { get; init; } = [];

    public long DeviceMajor { get; init; }

    public long DeviceMinor { get; init; }

    /// <summary>Reads a header, or null for a block of zeros; <paramref name="offset"/> is for messages.</summary>
    public static TarHeader? Decode(ReadOnlySpan<byte> block, long offset)
    {
        if (!block.ContainsAnyExcept((byte)0))
            return null;
        CheckSum(block, offset);
        bool isPosix = block.Slice(MagicOffset, 6).SequenceEqual("ustar\0"u8);
        ReadOnlySpan<byte> prefix = isPosix ? Text(block, PrefixOffset, PrefixLengthMax) : default;
        ReadOnlySpan<byte> name = Text(block, NameOffset, NameLengthMax);
        return new()
        {
            Name = prefix.IsEmpty ? name.ToArray() : [.. prefix, (byte)'/', .. name],
            Type = (TarType)block[TypeOffset],
            Mode = Number(block, ModeOffset, SmallLength, offset),
            UserId = Number(block, UserOffset, SmallLength, offset),
            GroupId = Number(block, GroupOffset, SmallLength, offset),
            SizeBytes = Number(block, SizeOffset, LargeLength, offset),
            ModificationSeconds = Number(block, TimeOffset, LargeLength, offset),
            LinkTarget = Text(block, LinkOffset, NameLengthMax).ToArray(),
            UserName = Text(block, UserNameOffset, OwnerNameLength).ToArray(),
            GroupName = Text(block, GroupNameOffset, OwnerNameLength).ToArray(),
            DeviceMajor = Number(block, MajorOffset, SmallLength, offset),
            DeviceMinor = Number(block, MinorOffset, SmallLength, offset),
        };
    }

    /// <summary>Whether a block carries a header's checksum; one of zeros does not.</summary>
    public static bool HasChecksum(ReadOnlySpan<byte> block)
    {
        ReadOnlySpan<byte> digits = Text(block, ChecksumOffset, SmallLength).Trim((byte)' ');
        if (digits.IsEmpty || digits.ContainsAnyExceptInRange((byte)'0', (byte)'7'))
            return false;
        long stored = Number(block, ChecksumOffset, SmallLength, 0);
        (int unsigned, int signed) = Sums(block);
        return stored == unsigned || stored == signed;
    }

    /// <summary>Fills a block in ustar format; numbers and names must fit.</summary>
    public void Encode(Span<byte> block)
    {
        block[..Size].Clear();
        int split = SplitName(Name) ?? throw new ArgumentException("a name is too long for a ustar header");
        Name.AsSpan(split == 0 ? 0 : split + 1).CopyTo(block[NameOffset..]);
        Name.AsSpan(0, split).CopyTo(block[PrefixOffset..]);
        PutNumber(block, ModeOffset, SmallLength, Mode);
        PutNumber(block, UserOffset, SmallLength, UserId);
        PutNumber(block, GroupOffset, SmallLength, GroupId);
        PutNumber(block, SizeOffset, LargeLength, SizeBytes);
        PutNumber(block, TimeOffset, LargeLength, ModificationSeconds);
        block[TypeOffset] = (byte)Type;
        LinkTarget.CopyTo(block[LinkOffset..]);
        "ustar\00000"u8[..8].CopyTo(block[MagicOffset..]);
        PutNumber(block, MajorOffset, SmallLength, DeviceMajor);
        PutNumber(block, MinorOffset, SmallLength, DeviceMinor);
        block.Slice(ChecksumOffset, SmallLength).Fill((byte)' ');
        int sum = 0;
        foreach (byte value in block[..Size])
            sum += value;
        PutNumber(block, ChecksumOffset, SmallLength - 1, sum);     // six digits, NUL, and the space that is there
    }

    /// <summary>Where the prefix of a name ends: 0 if it needs none, null if the name fits no header.</summary>
    public static int? SplitName(ReadOnlySpan<byte> name)
    {
        if (name.Length <= NameLengthMax)
            return 0;
        for (int split = Math.Min(PrefixLengthMax, name.Length - 2); split >= name.Length - 1 - NameLengthMax; split--)
        {
            if (split > 0 && name[split] == '/')
                return split;
        }
        return null;
    }

    /// <summary>A number in a field of twelve bytes, as sizes and the maps of sparse files have them.</summary>
    public static long LargeNumber(ReadOnlySpan<byte> block, int at, long offset) =>
        Number(block, at, LargeLength, offset);

    private static void CheckSum(ReadOnlySpan<byte> block, long offset)
    {
        long stored = Number(block, ChecksumOffset, SmallLength, offset);
        (int unsigned, int signed) = Sums(block);
        if (stored != unsigned && stored != signed)
            throw new MalformedDataException(offset + ChecksumOffset,
                $"a header's checksum is {stored}, its bytes sum to {unsigned}");
    }

    // Some old programs took bytes as signed.
    private static (int Unsigned, int Signed) Sums(ReadOnlySpan<byte> block)
    {
        int unsigned = 0, signed = 0;
        for (int index = 0; index < Size; index++)
        {
            bool isChecksum = index is >= ChecksumOffset and < ChecksumOffset + SmallLength;
            byte value = isChecksum ? (byte)' ' : block[index];
            unsigned += value;
            signed += value >= 0x80 ? value - 0x100 : value;
        }
        return (unsigned, signed);
    }

    private static ReadOnlySpan<byte> Text(ReadOnlySpan<byte> block, int at, int length)
    {
        ReadOnlySpan<byte> field = block.Slice(at, length);
        int end = field.IndexOf((byte)0);
        return end < 0 ? field : field[..end];
    }

    private static long Number(ReadOnlySpan<byte> block, int at, int length, long offset)
    {
        ReadOnlySpan<byte> field = block.Slice(at, length);
        if (field[0] >= 0x80)
            return BinaryNumber(field, offset + at);
        ReadOnlySpan<byte> digits = Text(block, at, length).Trim((byte)' ');
        long value = 0;
        foreach (byte digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'7')
                throw new MalformedDataException(offset + at, "a number is not octal");
            value = (value << 3) | (long)(digit - '0');
        }
        return value;
    }

    // 0x80: positive, 0xFF: negative (a time before 1970); the bytes behind it are the number.
    private static long BinaryNumber(ReadOnlySpan<byte> field, long offset)
    {
        bool isNegative = field[0] == 0xFF;
        long value = isNegative ? -1 : field[0] & 0x7F;
        for (int index = 1; index < field.Length; index++)
        {
            if (value is >= (1L << 54) or < -(1L << 54))
                throw new MalformedDataException(offset, "a number is beyond 2^62");
            value = (value << 8) | field[index];
        }
        return value;
    }

    private static void PutNumber(Span<byte> block, int at, int length, long value)
    {
        string digits = Convert.ToString(value, 8).PadLeft(length - 1, '0');
        if (value < 0 || digits.Length >= length)
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"{value} fits no header field"));
        Encoding.ASCII.GetBytes(digits, block[at..]);
        block[at + length - 1] = 0;
    }
}

internal enum TarType : byte
{
    OldFile = 0,
    File = (byte)'0',
    HardLink = (byte)'1',
    SymbolicLink = (byte)'2',
    CharacterDevice = (byte)'3',
    BlockDevice = (byte)'4',
    Directory = (byte)'5',
    Fifo = (byte)'6',
    ContiguousFile = (byte)'7',
    SolarisAcl = (byte)'A',
    GnuDumpDirectory = (byte)'D',
    PaxGlobal = (byte)'g',
    PaxNext = (byte)'x',
    GnuLongLink = (byte)'K',
    GnuLongName = (byte)'L',
    GnuContinuation = (byte)'M',
    GnuSparse = (byte)'S',
    GnuVolumeLabel = (byte)'V',
    SolarisPax = (byte)'X',
}
