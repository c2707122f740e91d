// Writes partitions as files and puts them together to the image of the disk. Blocks of zeros stay holes in both.
//
//   partitions/system-boot.ext4 ─┐
//   partitions/LNX.padded.img   ─┼─► jetson.img: MBR, GPT, partitions at their places, GPT again
//   partitions/writable.ext4    ─┘
using System.Buffers.Binary;
using System.Diagnostics;
using JetsonCore.Content;
using JetsonCore.Files;
using JetsonCore.Formats.Ext4;
using JetsonCore.Formats.Fat;
using JetsonCore.Formats.Gpt;
using JetsonCore.Formats.Mbr;
using JetsonCore.Layout;

namespace JetsonCore.Image;

/// <summary>Writes disk images.</summary>
internal static class DiskImageWriter
{
    /// <summary>Writes the file of one partition.</summary>
    /// <exception cref="Formats.Binary.MalformedDataException">A content cannot be read.</exception>
    public static void WritePartition(PartitionContent content, FileStream target, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(content);
        ArgumentNullException.ThrowIfNull(target);
        target.SetLength(content.Structure.SizeBytes);
        switch (content)
        {
            case RawContent raw:
                WritePieces(raw, target, cancellation);
                break;
            case Ext4Content ext4:
                Ext4Writer.Write(ext4.Plan, target, targetOffset: 0, cancellation);
                break;
            case VfatContent vfat:
                FatWriter.Write(target, vfat.Tree, vfat.Options, cancellation);
                target.SetLength(content.Structure.SizeBytes);
                break;
            default:
                throw new UnreachableException();
        }
    }

    /// <summary>Writes the image of a volume from the files of its partitions.</summary>
    /// <param name="volume">The volume.</param>
    /// <param name="partitions">Its partitions with content.</param>
    /// <param name="target">An empty file open for reading and writing.</param>
    /// <param name="ids">The GUID for a purpose.</param>
    /// <param name="cancellation">Ends the work early.</param>
    public static void WriteVolume(
        VolumePlan volume, IReadOnlyList<PartitionFile> partitions, FileStream target, Func<string, Guid> ids,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(volume);
        ArgumentNullException.ThrowIfNull(partitions);
        ArgumentNullException.ThrowIfNull(target);
        target.SetLength(volume.SizeBytes);
        foreach (PartitionFile partition in partitions)
        {
            target.Position = partition.Content.Structure.StartBytes;
            SparseCopy.CopyFile(partition.File.Stream, target, cancellation);
        }
        if (volume.Schema == VolumeSchema.Gpt)
            GptWriter.Write(target, PartitionTable.Gpt(volume, ids));
        else
            MbrWriter.Write(target, PartitionTable.Mbr(volume, ids));
        WriteOffsets(volume, target);
    }

    private static void WritePieces(RawContent raw, FileStream target, CancellationToken cancellation)
    {
        foreach (RawPiece piece in raw.Pieces)
        {
            using Stream source = piece.Content.Open();
            target.Position = piece.OffsetBytes;
            SparseCopy.Copy(source, target, piece.Content.Length, cancellation);
        }
    }

    /// <summary>offset-write: where a structure starts, in sectors, as four bytes for a first boot stage.</summary>
    private static void WriteOffsets(VolumePlan volume, FileStream target)
    {
        Span<byte> pointer = stackalloc byte[4];
        foreach (PlannedStructure structure in volume.Structures)
        {
            if (structure.OffsetWriteBytes is not { } place)
                continue;
            BinaryPrimitives.WriteUInt32LittleEndian(pointer, (uint)(structure.StartBytes / volume.SectorSize));
            target.Position = place;
            target.Write(pointer);
        }
    }
}
