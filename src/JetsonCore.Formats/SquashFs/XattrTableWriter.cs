// Extended attributes: sets of names and values, each different set stored once.
//
//   metadata:   prefix (2)  name length (2)  name without prefix  value length (4)  value      for each attribute
//   index:      reference to the first (8)  attributes (4)  bytes they take for listxattr and getxattr (4)
//   header:     start of the metadata (8)  sets (4)  0 (4)  positions of the index's metadata blocks (8 each)
//
// The bytes count full names with a closing NUL, and values (measured on mksquashfs 4.5.1).
using System.Collections.Immutable;
using JetsonCore.Formats.Compression;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Formats.SquashFs;

internal sealed class XattrTableWriter(Func<BlockEncoder> makeEncoder) : IDisposable
{
    private readonly BlockEncoder _encoder = makeEncoder();
    private readonly Dictionary<string, uint> _indices = new(StringComparer.Ordinal);
    private readonly List<(ulong Reference, uint Count, uint Bytes)> _sets = [];
    private MetadataWriter? _attributes;

    /// <summary>Whether squashfs has attributes that begin so.</summary>
    public static bool CanStore(string name) => PrefixOf(name) >= 0;

    /// <summary>The number of the set that a file has; <see cref="SquashFsFormat.None"/> for no attributes.</summary>
    public uint IndexOf(FileMetadata metadata)
    {
        if (metadata.ExtendedAttributes.IsEmpty)
            return SquashFsFormat.None;
        var record = new RecordBuilder();
        uint bytes = 0;
        foreach ((string name, ImmutableArray<byte> value) in metadata.ExtendedAttributes)
        {
            AppendAttribute(record, name, value.AsSpan());
            bytes += (uint)(NodeName.Encode(name).Length + 1 + value.Length);
        }
        string key = Convert.ToHexString(record.Written);
        if (_indices.TryGetValue(key, out uint index))
            return index;
        _attributes ??= new MetadataWriter(_encoder);
        _sets.Add((_attributes.Reference, (uint)metadata.ExtendedAttributes.Count, bytes));
        _attributes.Write(record.Written);
        return _indices[key] = (uint)_indices.Count;
    }

    /// <summary>Writes the table; its position, or "no table" if no file has any.</summary>
    public ulong WriteTo(SquashFsTarget target)
    {
        if (_attributes is null)
            return SquashFsSuperblock.NoTable;
        long start = target.Position;
        _attributes.CopyTo(target.Stream);
        var record = new RecordBuilder();
        foreach ((ulong reference, uint count, uint bytes) in _sets)
            record.UInt64(reference).UInt32(count).UInt32(bytes);
        var index = new MetadataWriter(_encoder);
        index.Write(record.Written);
        long indexStart = target.Position;
        index.CopyTo(target.Stream);
        long header = target.Position;
        record.Clear();
        record.UInt64((ulong)start).UInt32((uint)_sets.Count).UInt32(0);
        foreach (long block in index.BlockStarts)
            record.UInt64((ulong)(indexStart + block));
        target.Stream.Write(record.Written);
        return (ulong)header;
    }

    public void Dispose() => _encoder.Dispose();

    private static int PrefixOf(string name) =>
        Array.FindIndex(SquashFsFormat.XattrPrefixes, prefix => name.StartsWith(prefix, StringComparison.Ordinal));

    private static void AppendAttribute(RecordBuilder record, string name, ReadOnlySpan<byte> value)
    {
        int prefix = PrefixOf(name);
        byte[] rest = NodeName.Encode(name[SquashFsFormat.XattrPrefixes[prefix].Length..]);
        record.UInt16((uint)prefix).UInt16((uint)rest.Length).Bytes(rest).UInt32((uint)value.Length).Bytes(value);
    }
}
