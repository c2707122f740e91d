// The fixed part of entries of older cpio archives, which GNU cpio and bsdtar still make:
//
//   "odc", POSIX    6 "070707"  6 device  6 inode  6 mode  6 uid  6 gid  6 nlink  6 rdev  11 mtime  6 namesize
//                   11 filesize: octal digits; name and content follow without padding
//   binary          13 words of 16 bits, in the byte order of the machine that wrote them: 070707, device, inode, mode,
//                   uid, gid, nlink, rdev, mtime (2), namesize, filesize (2); long numbers have their upper half first;
//                   name and content are filled to even lengths
//
// HP/UX writes numbers of device nodes as filesize, with rdev 1. Spec: POSIX.1-2017 pax, "cpio Interchange Format";
// cpio(5) of FreeBSD; behaviour: GNU cpio.
using System.Buffers.Binary;
using JetsonCore.Formats.Binary;

namespace JetsonCore.Formats.Cpio;

/// <summary>Which of the forms of a header.</summary>
internal enum CpioForm
{
    /// <summary>"newc", and "crc" with sums: what the kernel reads.</summary>
    New,

    /// <summary>Octal digits.</summary>
    Odc,

    /// <summary>Binary, lower bytes first.</summary>
    BinaryLittle,

    /// <summary>Binary, upper bytes first.</summary>
    BinaryBig,
}

internal static class CpioOldHeader
{
    private const ushort Magic = 0x71C7;            // 070707
    private const int OdcLength = 76, BinaryLength = 26, NameLengthMax = 4096, NameLengthOffset = 20;

    /// <summary>Bytes of which <see cref="FormOf"/> looks at the first few only.</summary>
    public const int RecogniseLength = BinaryLength + NameLengthMax;

    /// <summary>The form of the entry that may begin with these bytes; null: none does.</summary>
    public static CpioForm? FormOf(ReadOnlySpan<byte> start)
    {
        if (start.Length >= 6 && CpioHeader.IsMagic(start[..6]))
            return CpioForm.New;
        if (start.StartsWith("070707"u8))
            return CpioForm.Odc;
        if (start.Length < BinaryLength)
            return null;
        CpioForm form = BinaryPrimitives.ReadUInt16LittleEndian(start) == Magic
            ? CpioForm.BinaryLittle
            : CpioForm.BinaryBig;
        // Two bytes are little to go by: there must be a kind of file, and a name that ends where it should.
        int nameLength = Word(start, NameLengthOffset / 2, form);
        return Word(start, 0, form) == Magic && nameLength is > 0 and <= NameLengthMax
            && IsKind(Word(start, 3, form)) && start.Length >= BinaryLength + nameLength
            && start.Slice(BinaryLength, nameLength).IndexOf((byte)0) == nameLength - 1
            ? form
            : null;
    }

    /// <summary>Bytes of a header.</summary>
    public static int LengthOf(CpioForm form) => form switch
    {
        CpioForm.New => CpioHeader.Size,
        CpioForm.Odc => OdcLength,
        _ => BinaryLength,
    };

    /// <summary>What name and content begin at multiples of.</summary>
    public static int AlignmentOf(CpioForm form) => form switch
    {
        CpioForm.New => CpioHeader.Alignment,
        CpioForm.Odc => 1,
        _ => 2,
    };

    /// <summary>Reads a header of any form.</summary>
    /// <exception cref="MalformedDataException">A number is none.</exception>
    public static CpioHeader Parse(ReadOnlySpan<byte> bytes, CpioForm form, long offset) => form switch
    {
        CpioForm.New => CpioHeader.Parse(bytes, offset),
        CpioForm.Odc => ParseOdc(new(bytes[6..], offset + 6)),
        _ => ParseBinary(bytes, form),
    };

    private static CpioHeader ParseOdc(SpanCursor cursor)
    {
        uint device = (uint)Octal(ref cursor, 6), inode = (uint)Octal(ref cursor, 6), mode = (uint)Octal(ref cursor, 6);
        uint user = (uint)Octal(ref cursor, 6), group = (uint)Octal(ref cursor, 6), links = (uint)Octal(ref cursor, 6);
        uint node = (uint)Octal(ref cursor, 6);
        long time = Octal(ref cursor, 11);
        return WithDevices(device, node, new()
        {
            Inode = inode,
            Mode = mode,
            UserId = user,
            GroupId = group,
            LinkCount = links,
            ModificationSeconds = (uint)Math.Min(time, uint.MaxValue),
            NameLength = (uint)Octal(ref cursor, 6),
            ContentLength = Octal(ref cursor, 11),
        });
    }

    private static CpioHeader ParseBinary(ReadOnlySpan<byte> bytes, CpioForm form) =>
        WithDevices(Word(bytes, 1, form), Word(bytes, 7, form), new()
        {
            Inode = Word(bytes, 2, form),
            Mode = Word(bytes, 3, form),
            UserId = Word(bytes, 4, form),
            GroupId = Word(bytes, 5, form),
            LinkCount = Word(bytes, 6, form),
            ModificationSeconds = (uint)Word(bytes, 8, form) << 16 | Word(bytes, 9, form),
            NameLength = Word(bytes, 10, form),
            ContentLength = (uint)Word(bytes, 11, form) << 16 | Word(bytes, 12, form),
        });

    private static CpioHeader WithDevices(uint device, uint node, CpioHeader header)
    {
        bool isNode = header.Kind is CpioHeader.CharacterDevice or CpioHeader.BlockDevice;
        if (isNode && node == 1 && header.ContentLength != 0)
            (node, header) = ((uint)(header.ContentLength & uint.MaxValue), header with { ContentLength = 0 });
        return header with
        {
            DeviceMajor = Major(device),
            DeviceMinor = Minor(device),
            NodeMajor = isNode ? Major(node) : 0,
            NodeMinor = isNode ? Minor(node) : 0,
        };
    }

    private static uint Major(uint device) => device >> 8 & 0xFFF;

    private static uint Minor(uint device) => (device & 0xFF) | (device >> 12 & 0xFFF00);

    private static ushort Word(ReadOnlySpan<byte> bytes, int index, CpioForm form) => form == CpioForm.BinaryLittle
        ? BinaryPrimitives.ReadUInt16LittleEndian(bytes[(index * 2)..])
        : BinaryPrimitives.ReadUInt16BigEndian(bytes[(index * 2)..]);

    /// <summary>The end's entry has no mode.</summary>
    private static bool IsKind(uint mode) => mode == 0 || (mode & CpioHeader.KindMask) is CpioHeader.RegularFile
        or CpioHeader.Directory or CpioHeader.SymbolicLink or CpioHeader.CharacterDevice or CpioHeader.BlockDevice
        or CpioHeader.Fifo or CpioHeader.Socket;

    private static long Octal(ref SpanCursor cursor, int length)
    {
        long offset = cursor.Offset, number = 0;
        foreach (byte digit in cursor.Take(length))
        {
            if (digit is < (byte)'0' or > (byte)'7')
                throw new MalformedDataException(offset, $"no number of {length} octal digits");
            number = number << 3 | (long)(digit - '0');
        }
        return number;
    }
}
