// Makes both copies of a table whole again, whichever survived, and puts the backup at the end of the image: after
// damage, and after the image has grown. What sgdisk does with "-e" and with its recovery menu.
//
// Entries are carried over as bytes, so nothing that other tools keep in them is lost.
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Mbr;

namespace JetsonCore.Formats.Gpt;

/// <summary>Repairs tables and moves the backup copy to the end of a grown image.</summary>
public static class GptRepair
{
    /// <summary>Rewrites MBR, primary and backup table so that they agree and fill the image.</summary>
    /// <param name="image">A seekable stream open for reading and writing, of its new length already.</param>
    /// <param name="sectorSize">Bytes of a sector, or null to find out.</param>
    /// <returns>The table as it lies there now, without problems.</returns>
    /// <exception cref="MalformedDataException">
    /// Neither copy can be accepted, or a partition lies where the backup copy would have to be.
    /// </exception>
    public static GptDisk Repair(Stream image, int? sectorSize = null)
    {
        GptDisk found = GptReader.Read(image, sectorSize);
        int size = found.Table.SectorSize;
        long arraySectors = found.Header.EntryArraySectors(size);
        long backupLba = found.Table.BackupHeaderLba;
        GptHeader primary = found.Header with
        {
            MyLba = GptTable.PrimaryHeaderLba,
            AlternateLba = backupLba,
            EntriesLba = found.Source == GptCopy.Primary ? found.Header.EntriesLba : GptTable.EntriesLba,
            LastUsableLba = backupLba - arraySectors - 1,
        };
        CheckRoom(found, primary, arraySectors);
        byte[] entries = [.. found.EntryArray];
        EraseMovedBackup(image, found, backupLba);
        WriteMbr(image, found);
        GptWriter.WriteCopy(image, primary, entries, size);
        GptWriter.WriteCopy(image, GptWriter.BackupOf(primary, primary.LastUsableLba + 1), entries, size);
        return GptReader.Read(image, size);
    }

    private static void CheckRoom(GptDisk found, GptHeader primary, long arraySectors)
    {
        string? fault = GptTable.FindFault(found.Table.Entries, primary.FirstUsableLba, primary.LastUsableLba);
        if (primary.EntriesLba + arraySectors > primary.FirstUsableLba)
            fault = $"there is no room for {arraySectors} sectors of entries before sector {primary.FirstUsableLba}";
        if (fault is not null)
            throw new MalformedDataException(0, $"cannot write both copies: {fault}");
    }

    // A header left in the middle would be found again by tools that search for one.
    private static void EraseMovedBackup(Stream image, GptDisk found, long backupLba)
    {
        long oldLba = found.BackupHeaderLba;
        if (oldLba >= backupLba || oldLba <= found.LastUsableLba)
            return;
        image.Position = oldLba * found.Table.SectorSize;
        image.Write(new byte[found.Table.SectorSize]);
    }

    private static void WriteMbr(Stream image, GptDisk found)
    {
        MbrTable mbr = MbrReader.ReadPrimaryOrEmpty(image);
        if (mbr.IsProtective && mbr.Partitions.Length > 1)
            return;         // hybrid: its entries name partitions that stay where they are
        mbr = mbr with { Partitions = [GptWriter.Protective(found.Table.SectorCount)] };
        GptWriter.WriteMbr(image, mbr, found.Table.SectorSize);
    }
}
