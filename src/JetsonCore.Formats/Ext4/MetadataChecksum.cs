// The checksums of ext4. With metadata_csum each is a CRC-32C without final inversion; most start with a seed made of
// the UUID, those of a file's own blocks with the file's seed:
//
//   seed of the file system     crc32c(~0, UUID)
//   seed of a file              crc32c(seed, inode number, generation)
//   superblock                  crc32c(~0, bytes 0-1019)
//   group descriptor            crc32c(seed, group number, descriptor with its field zero), low 16 bits
//   bitmaps                     crc32c(seed, bitmap): as many bytes as the group has blocks or inodes, over 8
//   inode, directory, extents   crc32c(seed of the file, what comes before the checksum)
//   attribute block             crc32c(seed, block number as 64 bits, block with its field zero)
//
// With uninit_bg only descriptors have one: crc16(~0, UUID, group number, descriptor without its field).
// Spec: Linux Documentation/filesystems/ext4/checksums.rst.
using System.Buffers.Binary;
using JetsonCore.Formats.Binary;

namespace JetsonCore.Formats.Ext4;

/// <summary>Computes the checksums of one file system.</summary>
internal sealed class MetadataChecksum
{
    private readonly bool _uninitBg;
    private readonly byte[] _uuid = new byte[16];

    public MetadataChecksum(Ext4Features features, Guid uuid, uint? storedSeed = null)
    {
        Enabled = features.HasFlag(Ext4Features.MetadataCsum);
        _uninitBg = features.HasFlag(Ext4Features.UninitBg);
        uuid.TryWriteBytes(_uuid, bigEndian: true, out _);
        Seed = storedSeed ?? Crc32C.Append(uint.MaxValue, _uuid);
    }

    /// <summary>Whether metadata_csum is on.</summary>
    public bool Enabled { get; }

    /// <summary>Whether group descriptors have a checksum of one kind or the other.</summary>
    public bool CoversDescriptors => Enabled || _uninitBg;

    /// <summary>What checksums of the file system's own blocks start with.</summary>
    public uint Seed { get; }

    /// <summary>What checksums of a file's inode and blocks start with.</summary>
    public uint FileSeed(uint inodeNumber, uint generation)
    {
        Span<byte> words = stackalloc byte[8];
        BinaryPrimitives.WriteUInt32LittleEndian(words, inodeNumber);
        BinaryPrimitives.WriteUInt32LittleEndian(words[4..], generation);
        return Crc32C.Append(Seed, words);
    }

    /// <summary>Of a superblock of 1024 bytes.</summary>
    public static uint OfSuperblock(ReadOnlySpan<byte> superblock) =>
        Crc32C.Append(uint.MaxValue, superblock[..Superblock.ChecksumOffset]);

    /// <summary>
    /// Of a group descriptor, as its 16-bit field wants it; whatever the field holds now is left out.
    /// </summary>
    public ushort OfDescriptor(uint group, ReadOnlySpan<byte> descriptor)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(number, group);
        ReadOnlySpan<byte> before = descriptor[..GroupDescriptor.ChecksumOffset];
        ReadOnlySpan<byte> after = descriptor[(GroupDescriptor.ChecksumOffset + 2)..];
        if (!Enabled)
        {
            ushort crc16 = Crc16.Append(Crc16.Append(ushort.MaxValue, _uuid), number);
            return Crc16.Append(Crc16.Append(crc16, before), after);
        }
        uint crc32 = Crc32C.Append(Crc32C.Append(Crc32C.Append(Seed, number), before), [0, 0]);
        return (ushort)(Crc32C.Append(crc32, after) & 0xFFFF);
    }

    /// <summary>Of an attribute block; whatever its field holds now is left out.</summary>
    public uint OfAttributeBlock(long block, ReadOnlySpan<byte> bytes)
    {
        Span<byte> number = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(number, block);
        uint crc = Crc32C.Append(Crc32C.Append(Seed, number), bytes[..AttributeBlock.ChecksumOffset]);
        crc = Crc32C.Append(crc, [0, 0, 0, 0]);
        return Crc32C.Append(crc, bytes[(AttributeBlock.ChecksumOffset + 4)..]);
    }
}
