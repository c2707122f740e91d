// The header of a flattened device tree (.dtb), big-endian:
//
//   0x00 4 magic D00DFEED           0x14 4 version
//   0x04 4 totalsize                0x18 4 last_comp_version
//   0x08 4 off_dt_struct            0x1C 4 boot_cpuid_phys
//   0x0C 4 off_dt_strings           0x20 4 size_dt_strings
//   0x10 4 off_mem_rsvmap           0x24 4 size_dt_struct
//
// Spec: Devicetree Specification 0.4, 5.2 "Header".
using System.Buffers.Binary;
using JetsonCore.Formats.Binary;

namespace JetsonCore.Formats.Fdt;

/// <summary>The header of a device tree.</summary>
/// <param name="TotalSize">Bytes of the whole tree.</param>
/// <param name="Version">Version of the format: 17 today.</param>
/// <param name="LastCompatibleVersion">The oldest version that a reader may know.</param>
public readonly record struct FdtHeader(uint TotalSize, uint Version, uint LastCompatibleVersion)
{
    /// <summary>Where nodes and properties lie.</summary>
    public uint StructureOffset { get; private init; }

    /// <summary>Their bytes.</summary>
    public uint StructureSize { get; private init; }

    /// <summary>Where names of properties lie.</summary>
    public uint StringsOffset { get; private init; }

    /// <summary>Their bytes.</summary>
    public uint StringsSize { get; private init; }

    /// <summary>Where the regions lie that the kernel must leave alone (/memreserve/).</summary>
    public uint ReservationsOffset { get; private init; }

    /// <summary>Length of the header in bytes.</summary>
    public const int Size = 40;

    private const uint Magic = 0xD00DFEED, KnownVersion = 17, OldestVersion = 16;
    private const int VersionOffset = 0x14;

    /// <summary>Reads the header of a tree, and checks that its parts lie within the file.</summary>
    /// <exception cref="MalformedDataException">No device tree, a damaged one, or one of another version.</exception>
    public static FdtHeader Read(Stream tree)
    {
        ArgumentNullException.ThrowIfNull(tree);
        var cursor = new SpanCursor(tree.ReadBytesAt(0, Size));
        if (cursor.ReadUInt32BigEndian() != Magic)
            throw new MalformedDataException(0, "no device tree");
        uint totalSize = cursor.ReadUInt32BigEndian();
        uint structOffset = cursor.ReadUInt32BigEndian(), stringsOffset = cursor.ReadUInt32BigEndian();
        uint reservationsOffset = cursor.ReadUInt32BigEndian();
        uint version = cursor.ReadUInt32BigEndian(), lastCompatible = cursor.ReadUInt32BigEndian();
        cursor.Skip(4);
        uint stringsSize = cursor.ReadUInt32BigEndian(), structSize = cursor.ReadUInt32BigEndian();
        if (totalSize > tree.Length)
            throw new MalformedDataException(4, $"device tree of {totalSize} bytes in a file of {tree.Length}");
        if (version < OldestVersion || lastCompatible > KnownVersion)
            throw new MalformedDataException(VersionOffset, $"device tree of version {version}, not {KnownVersion}");
        if (Exceeds(structOffset, structSize) || Exceeds(stringsOffset, stringsSize) || Exceeds(reservationsOffset, 0))
            throw new MalformedDataException(8, $"parts of the device tree lie outside of its {totalSize} bytes");
        return new(totalSize, version, lastCompatible)
        {
            StructureOffset = structOffset,
            StructureSize = structSize,
            StringsOffset = stringsOffset,
            StringsSize = stringsSize,
            ReservationsOffset = reservationsOffset,
        };

        bool Exceeds(uint offset, uint size) => offset + (ulong)size > totalSize;
    }

    /// <summary>The regions of memory that the kernel must leave alone: addresses and lengths in bytes.</summary>
    /// <exception cref="MalformedDataException">The list has no end within the tree.</exception>
    public IReadOnlyList<(ulong Address, ulong Length)> ReadReservations(Stream tree)
    {
        const int EntrySize = 16, EntriesMax = 4096;
        ArgumentNullException.ThrowIfNull(tree);
        var found = new List<(ulong, ulong)>();
        for (long offset = ReservationsOffset; offset <= TotalSize - EntrySize; offset += EntrySize)
        {
            byte[] entry = tree.ReadBytesAt(offset, EntrySize);
            ulong address = BinaryPrimitives.ReadUInt64BigEndian(entry);
            ulong length = BinaryPrimitives.ReadUInt64BigEndian(entry.AsSpan(8));
            if ((address | length) == 0)
                return found;
            if (found.Count == EntriesMax)
                break;
            found.Add((address, length));
        }
        throw new MalformedDataException(ReservationsOffset, "the list of reserved memory has no end");
    }
}
