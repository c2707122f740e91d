// The GPT header, one sector long, of which 92 bytes are used.
//
//   offset  size  field
//    0x00      8  signature        "EFI PART"
//    0x08      4  revision         0x00010000
//    0x0C      4  header size      92; at most a sector
//    0x10      4  header crc32     of the header size, with this field as 0
//    0x14      4  reserved         0
//    0x18      8  my LBA           where this copy lies
//    0x20      8  alternate LBA    where the other copy lies
//    0x28      8  first usable LBA
//    0x30      8  last usable LBA  inclusive
//    0x38     16  disk GUID        mixed-endian
//    0x48      8  entries LBA
//    0x50      4  slot count
//    0x54      4  entry size       128 × 2^n
//    0x58      4  entries crc32    of slot count × entry size bytes
//    0x5C         reserved         0 to the end of the sector
//
// Spec: UEFI 2.10, section 5.3.2 (GPT Header).
using System.Buffers.Binary;
using JetsonCore.Formats.Binary;

namespace JetsonCore.Formats.Gpt;

internal sealed record GptHeader
{
    public const int Size = 92;

    private const uint Revision1 = 0x00010000;
    private const int RevisionOffset = 0x08, HeaderSizeOffset = 0x0C, HeaderCrcOffset = 0x10, MyLbaOffset = 0x18;
    private const int AlternateLbaOffset = 0x20, FirstUsableOffset = 0x28, LastUsableOffset = 0x30;
    private const int DiskGuidOffset = 0x38, EntriesLbaOffset = 0x48, SlotCountOffset = 0x50;
    private const int EntrySizeOffset = 0x54, EntriesCrcOffset = 0x58;
    private const uint EntrySizeMax = 1024;

    public required long MyLba { get; init; }

    public required long AlternateLba { get; init; }

    public required long FirstUsableLba { get; init; }

    public required long LastUsableLba { get; init; }

    public required Guid DiskGuid { get; init; }

    public required long EntriesLba { get; init; }

    public required int SlotCount { get; init; }

    public int EntrySize { get; init; } = GptEntry.Size;

    public required uint EntriesCrc { get; init; }

    public int EntryArrayLength => SlotCount * EntrySize;

    public static ReadOnlySpan<byte> Signature => "EFI PART"u8;

    public long EntryArraySectors(int sectorSize) => Alignment.UnitsFor(EntryArrayLength, sectorSize);

    /// <summary>Reads the header in a sector at <paramref name="lba"/> and checks what it says about itself.</summary>
    public static GptHeader Decode(ReadOnlySpan<byte> sector, long lba)
    {
        long start = lba * sector.Length;
        if (!sector.StartsWith(Signature))
            throw new MalformedDataException(start, "no GPT header: the signature \"EFI PART\" is missing");
        CheckIntegrity(sector, start);
        uint slotCount = BinaryPrimitives.ReadUInt32LittleEndian(sector[SlotCountOffset..]);
        uint entrySize = BinaryPrimitives.ReadUInt32LittleEndian(sector[EntrySizeOffset..]);
        if (entrySize is < GptEntry.Size or > EntrySizeMax || !uint.IsPow2(entrySize))
            throw new MalformedDataException(start + EntrySizeOffset,
                $"entries of {entrySize} bytes are not possible");
        if (slotCount is 0 or > GptTable.SlotCountMax)
            throw new MalformedDataException(start + SlotCountOffset,
                $"a table of {slotCount} slots is not possible");
        var header = new GptHeader
        {
            MyLba = BinaryPrimitives.ReadInt64LittleEndian(sector[MyLbaOffset..]),
            AlternateLba = BinaryPrimitives.ReadInt64LittleEndian(sector[AlternateLbaOffset..]),
            FirstUsableLba = BinaryPrimitives.ReadInt64LittleEndian(sector[FirstUsableOffset..]),
            LastUsableLba = BinaryPrimitives.ReadInt64LittleEndian(sector[LastUsableOffset..]),
            DiskGuid = new Guid(sector.Slice(DiskGuidOffset, 16)),
            EntriesLba = BinaryPrimitives.ReadInt64LittleEndian(sector[EntriesLbaOffset..]),
            SlotCount = (int)slotCount,
            EntrySize = (int)entrySize,
            EntriesCrc = BinaryPrimitives.ReadUInt32LittleEndian(sector[EntriesCrcOffset..]),
        };
        if (header.MyLba != lba)
            throw new MalformedDataException(start + MyLbaOffset,
                $"the header at {lba} says that it lies at {header.MyLba}");
        return header;
    }

    /// <summary>Fills a whole sector.</summary>
    public void Encode(Span<byte> sector)
    {
        sector.Clear();
        Signature.CopyTo(sector);
        BinaryPrimitives.WriteUInt32LittleEndian(sector[RevisionOffset..], Revision1);
        BinaryPrimitives.WriteUInt32LittleEndian(sector[HeaderSizeOffset..], Size);
        BinaryPrimitives.WriteInt64LittleEndian(sector[MyLbaOffset..], MyLba);
        BinaryPrimitives.WriteInt64LittleEndian(sector[AlternateLbaOffset..], AlternateLba);
        BinaryPrimitives.WriteInt64LittleEndian(sector[FirstUsableOffset..], FirstUsableLba);
        BinaryPrimitives.WriteInt64LittleEndian(sector[LastUsableOffset..], LastUsableLba);
        DiskGuid.TryWriteBytes(sector[DiskGuidOffset..]);
        BinaryPrimitives.WriteInt64LittleEndian(sector[EntriesLbaOffset..], EntriesLba);
        BinaryPrimitives.WriteInt32LittleEndian(sector[SlotCountOffset..], SlotCount);
        BinaryPrimitives.WriteInt32LittleEndian(sector[EntrySizeOffset..], EntrySize);
        BinaryPrimitives.WriteUInt32LittleEndian(sector[EntriesCrcOffset..], EntriesCrc);
        BinaryPrimitives.WriteUInt32LittleEndian(sector[HeaderCrcOffset..], Crc32.Of(sector[..Size]));
    }

    private static void CheckIntegrity(ReadOnlySpan<byte> sector, long start)
    {
        uint revision = BinaryPrimitives.ReadUInt32LittleEndian(sector[RevisionOffset..]);
        if (revision != Revision1)
            throw new MalformedDataException(start + RevisionOffset, $"GPT revision 0x{revision:x8} is not known");
        uint headerSize = BinaryPrimitives.ReadUInt32LittleEndian(sector[HeaderSizeOffset..]);
        if (headerSize < Size || headerSize > sector.Length)
            throw new MalformedDataException(start + HeaderSizeOffset,
                $"a header of {headerSize} bytes is not possible");
        uint stored = BinaryPrimitives.ReadUInt32LittleEndian(sector[HeaderCrcOffset..]);
        uint actual = Crc32.Of(sector[..HeaderCrcOffset]);
        actual = Crc32.Append(actual, [0, 0, 0, 0]);
        actual = Crc32.Append(actual, sector[(HeaderCrcOffset + 4)..(int)headerSize]);
        if (stored != actual)
            throw new MalformedDataException(start + HeaderCrcOffset,
                $"the header's crc32 is {stored:x8}, its bytes sum to {actual:x8}");
    }
}
