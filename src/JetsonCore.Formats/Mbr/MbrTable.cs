// The DOS partition table: the tail of the first sector of a disk, behind the boot code.
//
//   offset  size  field
//   0x000    440  boot code      not ours: reading and writing a table leave it alone
//   0x1B8      4  disk id        little-endian; 0 on GPT disks
//   0x1BC      2  reserved       0 (0x5A5A: copy-protected)
//   0x1BE     64  4 partitions   see MbrPartition
//   0x1FE      2  signature      55 AA
//
// Spec: UEFI 2.10, section 5.2.1 (Legacy Master Boot Record).
using System.Buffers.Binary;
using System.Collections.Immutable;

namespace JetsonCore.Formats.Mbr;

/// <summary>A DOS partition table.</summary>
public sealed record MbrTable
{
    internal const int DiskIdOffset = 0x1B8, PartitionsOffset = 0x1BE, SignatureOffset = 0x1FE, SectorLength = 512;
    internal const int PrimaryCount = 4;

    /// <summary>The four bytes that identify the disk ("NT disk signature").</summary>
    public uint DiskId { get; init; }

    /// <summary>The used entries in the order of their numbers: primary ones, then logical ones.</summary>
    public ImmutableArray<MbrPartition> Partitions { get; init; } = [];

    /// <summary>Whether an entry says that the disk belongs to a GPT.</summary>
    public bool IsProtective => Partitions.Any(partition => partition.Type == MbrPartition.ProtectiveType);

    internal static bool HasSignature(ReadOnlySpan<byte> sector) =>
        sector[SignatureOffset] == 0x55 && sector[SignatureOffset + 1] == 0xAA;

    /// <summary>The primary partitions of a boot sector.</summary>
    internal static MbrTable Decode(ReadOnlySpan<byte> sector)
    {
        var partitions = ImmutableArray.CreateBuilder<MbrPartition>(PrimaryCount);
        for (int slot = 0; slot < PrimaryCount; slot++)
        {
            ReadOnlySpan<byte> record = sector.Slice(PartitionsOffset + (slot * MbrPartition.Size), MbrPartition.Size);
            if (MbrPartition.Decode(record, slot + 1) is { } partition)
                partitions.Add(partition);
        }
        return new()
        {
            DiskId = BinaryPrimitives.ReadUInt32LittleEndian(sector[DiskIdOffset..]),
            Partitions = partitions.ToImmutable(),
        };
    }

    /// <summary>Fills everything behind the boot code.</summary>
    internal void Encode(Span<byte> sector)
    {
        sector[DiskIdOffset..].Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(sector[DiskIdOffset..], DiskId);
        foreach (MbrPartition partition in Partitions)
            partition.Encode(sector[(PartitionsOffset + ((partition.Number - 1) * MbrPartition.Size))..]);
        (sector[SignatureOffset], sector[SignatureOffset + 1]) = (0x55, 0xAA);
    }
}
