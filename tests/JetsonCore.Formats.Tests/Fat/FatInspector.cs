// A FAT file system as text, for people and for golden files.
using JetsonCore.Formats.Fat;

namespace JetsonCore.Formats.Tests.Fat;

/// <summary>Describes FAT file systems.</summary>
internal static class FatInspector
{
    /// <summary>Writes geometry and identity as lines of text.</summary>
    public static void Describe(FatVolume volume, TextWriter writer)
    {
        ArgumentNullException.ThrowIfNull(volume);
        ArgumentNullException.ThrowIfNull(writer);
        FatGeometry geometry = volume.Geometry;
        writer.WriteLine($"FAT{(int)geometry.Type}, label {(volume.Label is { } label ? $"\"{label}\"" : "none")}, "
            + $"serial number {volume.SerialNumber >> 16:X4}-{volume.SerialNumber & 0xFFFF:X4}");
        writer.WriteLine($"{geometry.TotalSectors} sectors of {geometry.SectorSize} bytes, {geometry.ReservedSectors} "
            + $"reserved, {geometry.FatCount} tables of {geometry.FatSectors} sectors");
        writer.WriteLine($"{geometry.ClusterCount} clusters of {geometry.ClusterSize} bytes from sector "
            + $"{geometry.DataSector}, {geometry.RootEntryCount} root entries");
    }
}
