// The smallest kernel module that depmod takes: an ELF file with the sections that matter to it.
using System.Buffers.Binary;
using System.Text;

namespace JetsonCore.TestKit;

public sealed class SampleModule
{
    private const int HeaderSize = 64, SectionHeaderSize = 64, SymbolSize = 24;

    public IReadOnlyList<string> Exports { get; init; } = [];

    public IReadOnlyList<string> Imports { get; init; } = [];

    public IReadOnlyList<string> Modinfo { get; init; } = [];

    /// <summary>Whether exports come with __crc_ symbols, as in a kernel with CONFIG_MODVERSIONS.</summary>
    public bool WithChecksums { get; init; } = true;

    public byte[] ToBytes()
    {
        (byte[] symbols, byte[] strings) = MakeSymbols();
        (string Name, uint Type, byte[] Bytes)[] sections =
        [
            ("", 0, []),
            (".modinfo", 1, Strings(Modinfo)),
            ("__ksymtab_strings", 1, Strings(Exports)),
            (".symtab", 2, symbols),
            (".strtab", 3, strings),
            (".shstrtab", 3, []),
        ];
        byte[] names = [.. sections.SelectMany(section => Encoding.UTF8.GetBytes(section.Name + "\0"))];
        sections[^1].Bytes = names;
        using var file = new MemoryStream();
        file.SetLength(HeaderSize + (sections.Length * SectionHeaderSize));
        file.Position = file.Length;
        var table = new byte[sections.Length * SectionHeaderSize];
        int nameOffset = 0;
        for (int index = 0; index < sections.Length; index++)
        {
            Span<byte> header = table.AsSpan(index * SectionHeaderSize, SectionHeaderSize);
            BinaryPrimitives.WriteInt32LittleEndian(header, nameOffset);
            BinaryPrimitives.WriteUInt32LittleEndian(header[4..], sections[index].Type);
            BinaryPrimitives.WriteInt64LittleEndian(header[0x18..], file.Position);
            BinaryPrimitives.WriteInt64LittleEndian(header[0x20..], sections[index].Bytes.Length);
            BinaryPrimitives.WriteInt64LittleEndian(header[0x30..], 1);
            BinaryPrimitives.WriteInt64LittleEndian(header[0x38..], sections[index].Type == 2 ? SymbolSize : 0);
            if (sections[index].Type == 2)
                BinaryPrimitives.WriteInt32LittleEndian(header[0x28..], 4);
            file.Write(sections[index].Bytes);
            nameOffset += sections[index].Name.Length + 1;
        }
        file.Position = 0;
        file.Write(FileHeader(sections.Length));
        file.Write(table);
        return file.ToArray();
    }

    private static byte[] FileHeader(int sectionCount)
    {
        var header = new byte[HeaderSize];
        ((ReadOnlySpan<byte>)[0x7F, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1]).CopyTo(header);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(0x10), 1);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(0x12), 183);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(0x14), 1);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(0x28), HeaderSize);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(0x34), HeaderSize);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(0x3A), SectionHeaderSize);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(0x3C), (ushort)sectionCount);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(0x3E), (ushort)(sectionCount - 1));
        return header;
    }

    private (byte[] Symbols, byte[] Strings) MakeSymbols()
    {
        var strings = new List<byte> { 0 };
        var symbols = new List<byte>(new byte[SymbolSize]);
        var entries = Imports.Select(name => (name, Section: (ushort)0))
            .Concat(WithChecksums ? Exports.Select(name => ("__crc_" + name, (ushort)0xFFF1)) : []);
        foreach ((string name, ushort section) in entries)
        {
            var symbol = new byte[SymbolSize];
            BinaryPrimitives.WriteInt32LittleEndian(symbol, strings.Count);
            symbol[4] = 0x10;       // global
            BinaryPrimitives.WriteUInt16LittleEndian(symbol.AsSpan(6), section);
            symbols.AddRange(symbol);
            strings.AddRange(Encoding.UTF8.GetBytes(name + "\0"));
        }
        return ([.. symbols], [.. strings]);
    }

    private static byte[] Strings(IEnumerable<string> strings) =>
        Encoding.UTF8.GetBytes(string.Concat(strings.Select(text => text + "\0")));
}
