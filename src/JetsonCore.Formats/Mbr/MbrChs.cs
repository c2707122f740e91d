// Cylinder-head-sector addresses of the DOS partition table, for the geometry that every BIOS assumes for large disks:
// 255 heads, 63 sectors. Sectors count from 1. What lies beyond cylinder 1023 gets a fixed mark: FE FF FF as DOS and
// fdisk write it, FF FF FF in a protective entry as UEFI 2.10, section 5.2.3, wants it.
namespace JetsonCore.Formats.Mbr;

internal static class MbrChs
{
    private const int Heads = 255, SectorsPerTrack = 63, CylindersMax = 1023;

    /// <summary>The three bytes for an address that CHS cannot express.</summary>
    public static ReadOnlySpan<byte> TooLarge(byte partitionType) =>
        partitionType == MbrPartition.ProtectiveType ? [0xFF, 0xFF, 0xFF] : [0xFE, 0xFF, 0xFF];

    public static void Encode(long lba, ReadOnlySpan<byte> tooLarge, Span<byte> target)
    {
        long cylinder = lba / (Heads * SectorsPerTrack);
        if (cylinder > CylindersMax)
        {
            tooLarge.CopyTo(target);
            return;
        }
        int sector = (int)(lba % SectorsPerTrack) + 1;
        target[0] = (byte)(lba / SectorsPerTrack % Heads);
        target[1] = (byte)(sector | (int)((cylinder >> 8) << 6));
        target[2] = (byte)(cylinder & 0xFF);
    }
}
