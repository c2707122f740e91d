// What lies at a byte of a squashfs: for a comparison that has found no other difference than this byte.
namespace JetsonCore.Formats.SquashFs;

internal static class SquashFsStructures
{
    public static string At(SquashFsSuperblock superblock, long offset)
    {
        if (offset < SquashFsSuperblock.Size)
            return "superblock";
        if ((ulong)offset >= superblock.BytesUsed)
            return "behind the end of the file system";
        (ulong Start, string Name)[] tables =
        [
            (SquashFsSuperblock.Size, "contents of files"),
            (superblock.InodeTable, "inode table"),
            (superblock.DirectoryTable, "directory table"),
            (superblock.FragmentTable, "places of the fragment table"),
            (superblock.ExportTable, "places of the export table"),
            (superblock.IdTable, "places of the table of owners"),
            (superblock.XattrTable, "places of the table of attributes"),
        ];
        // A table that is not there begins at the largest number.
        return tables.Where(table => table.Start <= (ulong)offset).MaxBy(table => table.Start).Name;
    }
}
