// The xattr table, which XattrTableWriter draws: sets of attributes, read when a file has them.
using System.Buffers.Binary;
using System.Collections.Immutable;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Formats.SquashFs;

internal sealed class XattrTableReader
{
    private const int HeaderSize = 16, SetSize = 16, ValueMost = 64 << 10;

    private readonly MetadataReader _metadata;
    private readonly ReadBudget _budget;
    private readonly ulong _attributes;
    private readonly byte[] _sets;
    private readonly Dictionary<uint, ImmutableSortedDictionary<string, ImmutableArray<byte>>> _known = [];

    /// <exception cref="MalformedDataException">The table is not all there.</exception>
    public XattrTableReader(SquashFsSource source, MetadataReader metadata, ReadBudget budget, ulong table)
    {
        (_metadata, _budget) = (metadata, budget);
        Span<byte> header = stackalloc byte[HeaderSize];
        if (table > long.MaxValue - HeaderSize)
            throw new MalformedDataException(source.Length, $"the xattr table lies at {table}, behind the end");
        source.ReadAt((long)table, header);
        _attributes = BinaryPrimitives.ReadUInt64LittleEndian(header);
        uint count = BinaryPrimitives.ReadUInt32LittleEndian(header[8..]);
        _sets = metadata.ReadTable(table + HeaderSize, count, SetSize);
    }

    /// <summary>The attributes of a set.</summary>
    /// <exception cref="MalformedDataException">There is no such set, or it breaks the rules.</exception>
    public ImmutableSortedDictionary<string, ImmutableArray<byte>> Read(uint index)
    {
        if (_known.TryGetValue(index, out ImmutableSortedDictionary<string, ImmutableArray<byte>>? known))
            return known;
        int count = _sets.Length / SetSize;
        if (index >= count)
            throw new MalformedDataException(0, $"a file has xattr set {index} of {count}");
        ReadOnlySpan<byte> set = _sets.AsSpan((int)index * SetSize, SetSize);
        MetadataCursor cursor = _metadata.Seek(_attributes, BinaryPrimitives.ReadUInt64LittleEndian(set));
        var attributes = ImmutableSortedDictionary.CreateBuilder<string, ImmutableArray<byte>>(StringComparer.Ordinal);
        for (uint left = BinaryPrimitives.ReadUInt32LittleEndian(set[8..]); left > 0; left--)
        {
            (string name, ImmutableArray<byte> value) = ReadAttribute(cursor);
            attributes[name] = value;
        }
        return _known[index] = attributes.ToImmutable();
    }

    private (string Name, ImmutableArray<byte> Value) ReadAttribute(MetadataCursor cursor)
    {
        int type = cursor.UInt16(), nameLength = cursor.UInt16();
        int prefix = type & ~SquashFsFormat.XattrValueElsewhere;
        if (prefix >= SquashFsFormat.XattrPrefixes.Length)
            throw cursor.Malformed($"an xattr has the type {type:x}");
        _budget.TakeMetadata(cursor.Position, nameLength + sizeof(uint));
        string name = SquashFsFormat.XattrPrefixes[prefix] + NodeName.Decode(cursor.Bytes(nameLength));
        bool elsewhere = (type & SquashFsFormat.XattrValueElsewhere) != 0;
        if (!elsewhere)
            return (name, ReadValue(cursor));
        _ = cursor.UInt32();                                    // 8, the length of the reference
        return (name, ReadValue(_metadata.Seek(_attributes, cursor.UInt64())));
    }

    private ImmutableArray<byte> ReadValue(MetadataCursor cursor)
    {
        uint length = cursor.UInt32();
        if (length > ValueMost)
            throw cursor.Malformed($"an xattr has {length} bytes, Linux knows {ValueMost}");
        _budget.TakeMetadata(cursor.Position, length);
        return [.. cursor.Bytes((int)length)];
    }
}
