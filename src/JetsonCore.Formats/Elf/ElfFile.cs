// The sections of a 64-bit little-endian ELF file: as much as kernel modules need.
//
//   file header, 64 bytes                       section header, 64 bytes
//   0x00 16 7F "ELF", class 2, data 1 …         0x00 4 name, offset in the name section
//   0x10  2 type (1: relocatable)               0x04 4 type (8: no bytes in the file)
//   0x12  2 machine (183: AArch64)              0x18 8 offset in the file
//   0x28  8 offset of the section headers       0x20 8 length
//   0x3A  2 size of a section header, 0x3C 2 their count, 0x3E 2 index of the name section
//
// Spec: System V ABI, ELF-64 Object File Format 1.5. Not done: 32-bit and big-endian files, extended section counts.
using System.Buffers.Binary;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Formats.Elf;

/// <summary>The section table of an ELF file.</summary>
public sealed class ElfFile
{
    /// <summary>e_machine of 64-bit ARM.</summary>
    public const ushort AArch64 = 183;

    private const int HeaderSize = 64, SectionHeaderSize = 64;
    private const int MachineOffset = 0x12, SectionTableOffset = 0x28;
    private const int SectionSizeOffset = 0x3A, SectionCountOffset = 0x3C, NameSectionOffset = 0x3E;
    private const uint TypeWithoutBytes = 8;
    private const int NameSectionLengthMax = 1 << 20;

    private readonly FileContent _file;
    private readonly Dictionary<string, Section> _sections = new(StringComparer.Ordinal);

    private ElfFile(FileContent file, ushort machine) => (_file, Machine) = (file, machine);

    /// <summary>The processor it is for (e_machine).</summary>
    public ushort Machine { get; }

    /// <summary>Reads the section table.</summary>
    /// <exception cref="MalformedDataException">Not such a file, or its tables lie outside of it.</exception>
    public static ElfFile Read(FileContent file)
    {
        ArgumentNullException.ThrowIfNull(file);
        using Stream stream = file.Open();
        byte[] header = stream.ReadBytesAt(0, HeaderSize);
        if (!header.AsSpan().StartsWith((ReadOnlySpan<byte>)[0x7F, (byte)'E', (byte)'L', (byte)'F', 2, 1]))
            throw new MalformedDataException(0, "no 64-bit little-endian ELF file");
        ushort sectionSize = ReadUInt16(header, SectionSizeOffset), count = ReadUInt16(header, SectionCountOffset);
        ushort nameSection = ReadUInt16(header, NameSectionOffset);
        if (sectionSize != SectionHeaderSize || nameSection >= count)
        {
            throw new MalformedDataException(SectionSizeOffset,
                $"has {count} sections of {sectionSize} bytes, named by section {nameSection}");
        }
        ulong tablePlace = BinaryPrimitives.ReadUInt64LittleEndian(header.AsSpan(SectionTableOffset));
        long tableOffset = ToOffset(tablePlace, SectionTableOffset);
        byte[] table = stream.ReadBytesAt(tableOffset, count * SectionHeaderSize);
        var elf = new ElfFile(file, ReadUInt16(header, MachineOffset));
        elf.ReadSections(stream, table, tableOffset, nameSection);
        return elf;
    }

    /// <summary>The bytes of a section, or null where there is none of that name.</summary>
    /// <exception cref="MalformedDataException">It lies outside of the file or is longer than accepted.</exception>
    public byte[]? ReadSection(string name, int maximumLength) =>
        _sections.TryGetValue(name, out Section section)
            ? _file.Slice(section.Offset, section.Length).ReadAll(maximumLength)
            : null;

    private void ReadSections(Stream stream, ReadOnlySpan<byte> table, long tableOffset, int nameSection)
    {
        Section names = ParseSection(table[(nameSection * SectionHeaderSize)..], tableOffset, out _);
        if (names.Length > NameSectionLengthMax)
            throw new MalformedDataException(tableOffset, $"section names take {names.Length} bytes");
        ReadOnlySpan<byte> nameBytes = stream.ReadBytesAt(names.Offset, (int)names.Length);
        for (int at = 0; at < table.Length; at += SectionHeaderSize)
        {
            Section section = ParseSection(table[at..], tableOffset + at, out uint nameOffset);
            string name = ReadString(nameBytes, nameOffset) ?? throw new MalformedDataException(
                tableOffset + at, $"section name at {nameOffset} of {nameBytes.Length}");
            _sections.TryAdd(name, section);
        }
    }

    /// <summary>The string at an offset of a string table, or null where none ends there.</summary>
    internal static string? ReadString(ReadOnlySpan<byte> strings, uint offset)
    {
        if (offset >= strings.Length)
            return null;
        ReadOnlySpan<byte> rest = strings[(int)offset..];
        int length = rest.IndexOf((byte)0);
        return length < 0 ? null : NodeName.Decode(rest[..length]);
    }

    private static Section ParseSection(ReadOnlySpan<byte> header, long headerOffset, out uint nameOffset)
    {
        var cursor = new SpanCursor(header, headerOffset);
        nameOffset = cursor.ReadUInt32LittleEndian();
        uint type = cursor.ReadUInt32LittleEndian();
        cursor.Skip(16);
        long offset = ToOffset(cursor.ReadUInt64LittleEndian(), headerOffset);
        long length = ToOffset(cursor.ReadUInt64LittleEndian(), headerOffset);
        return type == TypeWithoutBytes ? new(0, 0) : new(offset, length);
    }

    private static ushort ReadUInt16(byte[] header, int offset) =>
        BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(offset));

    private static long ToOffset(ulong value, long place) => value <= long.MaxValue
        ? (long)value
        : throw new MalformedDataException(place, $"offset or length {value} lies outside of every file");

    private readonly record struct Section(long Offset, long Length);
}
