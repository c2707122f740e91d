// A squashfs as text, for people and for golden files: the superblock, field by field.
using JetsonCore.Formats.SquashFs;

namespace JetsonCore.Formats.Tests.SquashFs;

/// <summary>Describes squashfs file systems.</summary>
internal static class SquashFsInspector
{
    /// <summary>Writes compressor, sizes, flags and the places of the tables as lines of text.</summary>
    public static void Describe(SquashFsReader reader, TextWriter writer)
    {
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentNullException.ThrowIfNull(writer);
        SquashFsSuperblock superblock = reader.Superblock;
        writer.WriteLine($"squashfs 4.0, {superblock.Compression.ToString().ToLowerInvariant()}, "
            + $"blocks of {superblock.BlockSize} bytes, {superblock.BytesUsed} bytes used, "
            + $"made at {superblock.ModificationTime}");
        writer.WriteLine($"{superblock.InodeCount} inodes, {superblock.FragmentCount} fragment blocks, "
            + $"{superblock.IdCount} owners");
        writer.WriteLine($"flags {(int)superblock.Flags:x}: {superblock.Flags}");
        writer.WriteLine($"inodes at {superblock.InodeTable}, root {superblock.RootReference:x}, directories at "
            + $"{superblock.DirectoryTable}");
        writer.WriteLine($"fragments {Place(superblock.FragmentTable)}, exports {Place(superblock.ExportTable)}, "
            + $"owners {Place(superblock.IdTable)}, xattrs {Place(superblock.XattrTable)}");
    }

    private static string Place(ulong table) => table == SquashFsSuperblock.NoTable ? "none" : $"at {table}";
}
