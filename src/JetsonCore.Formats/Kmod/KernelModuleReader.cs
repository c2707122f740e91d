// Reads a module file. Exported symbols are those with a checksum (__crc_NAME in the symbol table, kernels with
// CONFIG_MODVERSIONS) or, without checksums, the strings of __ksymtab_strings; imported ones are the undefined entries
// of the symbol table and the names in __versions.
//
//   .symtab entry, 24 bytes: 0x00 4 name offset in .strtab, 0x04 1 kind, 0x06 2 section (0: undefined)
//   __versions entry, 64 bytes: 0x00 8 checksum, 0x08 56 name, NUL-padded
//   .modinfo: "key=value\0" and zero padding
//
// Spec: System V ABI; Linux include/linux/module.h (modversion_info), include/linux/moduleparam.h.
using System.Buffers.Binary;
using System.Text;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Elf;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Formats.Kmod;

/// <summary>Reads kernel modules.</summary>
internal static class KernelModuleReader
{
    private const int SectionLengthMax = 64 << 20;
    private const int SymbolSize = 24, SymbolSectionOffset = 6;
    private const int VersionSize = 64, VersionNameOffset = 8;
    private const string ChecksumPrefix = "__crc_";

    /// <summary>Reads one module.</summary>
    /// <param name="path">Its path below lib/modules/RELEASE.</param>
    /// <param name="file">The uncompressed module.</param>
    /// <exception cref="MalformedDataException">No 64-bit little-endian ELF file, or a damaged one.</exception>
    public static KernelModule Read(string path, FileContent file)
    {
        ElfFile elf = ElfFile.Read(file);
        byte[] strings = elf.ReadSection(".strtab", SectionLengthMax) ?? [];
        byte[] symbols = elf.ReadSection(".symtab", SectionLengthMax) ?? [];
        (List<string> exports, List<string> imports) = ReadSymbols(symbols, strings);
        if (exports.Count == 0)
            exports = ReadStrings(elf.ReadSection("__ksymtab_strings", SectionLengthMax));
        imports.AddRange(ReadVersions(elf.ReadSection("__versions", SectionLengthMax)));
        return new()
        {
            Path = path,
            Machine = elf.Machine,
            Properties = [.. ReadStrings(elf.ReadSection(".modinfo", SectionLengthMax)).Select(SplitProperty)],
            Exports = exports,
            Imports = [.. imports.Distinct(StringComparer.Ordinal)],
        };
    }

    /// <summary>The NUL-ended strings of a section, without the empty ones that pad it.</summary>
    internal static List<string> ReadStrings(ReadOnlySpan<byte> section)
    {
        var strings = new List<string>();
        foreach (Range range in section.Split((byte)0))
        {
            if (!section[range].IsEmpty)
                strings.Add(NodeName.Decode(section[range]));
        }
        return strings;
    }

    internal static KeyValuePair<string, string> SplitProperty(string text)
    {
        int split = text.IndexOf('=', StringComparison.Ordinal);
        return split < 0 ? new(text, "") : new(text[..split], text[(split + 1)..]);
    }

    private static (List<string> Exports, List<string> Imports) ReadSymbols(
        ReadOnlySpan<byte> symbols, ReadOnlySpan<byte> strings)
    {
        List<string> exports = [], imports = [];
        ReadOnlySpan<byte> prefix = Encoding.ASCII.GetBytes(ChecksumPrefix);
        for (int at = SymbolSize; at <= symbols.Length - SymbolSize; at += SymbolSize)      // the first entry is void
        {
            uint nameOffset = BinaryPrimitives.ReadUInt32LittleEndian(symbols[at..]);
            bool isUndefined = BinaryPrimitives.ReadUInt16LittleEndian(symbols[(at + SymbolSectionOffset)..]) == 0;
            bool isChecksum = nameOffset < strings.Length && strings[(int)nameOffset..].StartsWith(prefix);
            if (!isUndefined && !isChecksum)
                continue;
            string name = ElfFile.ReadString(strings, nameOffset)
                ?? throw new MalformedDataException(at, $"symbol name at {nameOffset} of {strings.Length}");
            if (isChecksum)
                exports.Add(name[ChecksumPrefix.Length..]);
            else if (name is not "")
                imports.Add(name);
        }
        return (exports, imports);
    }

    private static List<string> ReadVersions(ReadOnlySpan<byte> versions)
    {
        var names = new List<string>();
        for (int at = 0; at <= versions.Length - VersionSize; at += VersionSize)
        {
            ReadOnlySpan<byte> name = versions.Slice(at + VersionNameOffset, VersionSize - VersionNameOffset);
            int length = name.IndexOf((byte)0);
            names.Add(NodeName.Decode(length < 0 ? name : name[..length]));
        }
        return names;
    }
}
