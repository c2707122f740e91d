// The files of an archive, one after the other: each header joined with the pax and GNU headers in front of it.
using System.Collections.Immutable;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Formats.Tar;

/// <summary>Reads the files of an archive.</summary>
/// <param name="archive">The archive.</param>
/// <param name="stream">The same, opened.</param>
/// <param name="remark">Takes what is said of files that are taken all the same.</param>
internal sealed class TarInput(FileContent archive, Stream stream, TreeRemark? remark)
{
    private const int MetadataLengthMax = 1 << 20;      // PATH_MAX and all attributes of a file are far below
    private const int PermissionMask = 0xFFF;

    private readonly Dictionary<string, byte[]> _global = new(StringComparer.Ordinal);
    private readonly TarOwners _owners = new();
    private readonly byte[] _header = new byte[TarHeader.Size];
    private bool _hasSolarisAcl;
    private long _offset;

    /// <summary>The next file; null at the end of the archive.</summary>
    public TarEntry? Next()
    {
        Dictionary<string, byte[]>? own = null;
        byte[]? longName = null, longLink = null;
        while (true)
        {
            long offset = _offset;
            if (ReadHeader() is not { } header)
            {
                return own is null && longName is null && longLink is null
                    ? null
                    : throw new MalformedDataException(offset, "the archive ends behind the header of a long name");
            }
            switch (header.Type)
            {
                case TarType.PaxGlobal:
                    TarPax.Decode(ReadMetadata(header, offset), offset, _global);
                    break;
                case TarType.PaxNext or TarType.SolarisPax:
                    own = new(_global, StringComparer.Ordinal);         // of two, the last counts, as in tar
                    TarPax.Decode(ReadMetadata(header, offset), offset, own);
                    break;
                case TarType.GnuLongName:
                    longName = ReadText(header, offset);
                    break;
                case TarType.GnuLongLink:
                    longLink = ReadText(header, offset);
                    break;
                case TarType.GnuVolumeLabel:
                    break;
                case TarType.SolarisAcl:
                    _hasSolarisAcl = true;
                    Skip(header.SizeBytes);
                    break;
                case TarType.GnuContinuation:
                    throw new MalformedDataException(offset,
                        "the archive is a later part of several, and begins within a file: parts are not read");
                default:
                    header = header with { Name = longName ?? header.Name, LinkTarget = longLink ?? header.LinkTarget };
                    return Join(header, own ?? _global, offset);
            }
        }
    }

    private TarEntry Join(TarHeader header, Dictionary<string, byte[]> records, long offset)
    {
        string name = NodeName.Decode(records.GetValueOrDefault(TarSparseMap.NameKey)
            ?? records.GetValueOrDefault("path") ?? header.Name);
        TarType type = header.Type switch
        {
            TarType.OldFile or TarType.File when name.EndsWith('/') => TarType.Directory,     // so in v7 archives
            TarType.GnuDumpDirectory => TarType.Directory,
            TarType.OldFile or TarType.ContiguousFile or TarType.GnuSparse => TarType.File,
            _ => header.Type,
        };
        long size = Number(records, "size", header.SizeBytes, offset);
        (FileContent content, long mapBytes) = type == TarType.File
            ? TakeContent(header, size, records, offset)
            : (FileContent.Empty, 0);
        if (header.Type == TarType.GnuDumpDirectory)
            Skip(size);                                 // names of what lay in it, for incremental restoring
        (uint userId, uint groupId) = Owners(header, records, offset);
        long metadataBytes = mapBytes + TarHeader.Size + records.Sum(record => (long)record.Value.Length) + name.Length;
        return new()
        {
            Offset = offset,
            Type = type,
            Name = name,
            LinkTarget = type is TarType.SymbolicLink or TarType.HardLink
                ? NodeName.DecodeTarget(records.GetValueOrDefault("linkpath") ?? header.LinkTarget, offset)
                : "",
            Metadata = new()
            {
                Permissions = (ushort)(header.Mode & PermissionMask),
                UserId = userId,
                GroupId = groupId,
                ModificationTime = records.TryGetValue("mtime", out byte[]? time)
                    ? TarPax.DecodeTime(time, offset)
                    : new(header.ModificationSeconds),
                ExtendedAttributes = Attributes(records, name),
            },
            Content = content,
            MetadataBytes = metadataBytes,
            DeviceMajor = ToUInt32(header.DeviceMajor, offset),
            DeviceMinor = ToUInt32(header.DeviceMinor, offset),
        };
    }

    private static long Number(Dictionary<string, byte[]> records, string key, long usual, long offset) =>
        records.TryGetValue(key, out byte[]? value) ? TarPax.DecodeNumber(value, offset) : usual;

    private static uint ToUInt32(long value, long offset) => value is >= 0 and <= uint.MaxValue
        ? (uint)value
        : throw new MalformedDataException(offset, $"an owner or device number is {value}");

    private (uint UserId, uint GroupId) Owners(TarHeader header, Dictionary<string, byte[]> records, long offset)
    {
        uint userId = ToUInt32(Number(records, "uid", header.UserId, offset), offset);
        uint groupId = ToUInt32(Number(records, "gid", header.GroupId, offset), offset);
        _owners.Remember(records.GetValueOrDefault("uname") ?? header.UserName, userId,
            records.GetValueOrDefault("gname") ?? header.GroupName, groupId);
        return (userId, groupId);
    }

    private ImmutableSortedDictionary<string, ImmutableArray<byte>> Attributes(
        Dictionary<string, byte[]> records, string path)
    {
        var attributes = FileMetadata.File.ExtendedAttributes;
        if (_hasSolarisAcl)
            remark?.Invoke(path, "its access control list, in the form of Solaris, is left out");
        _hasSolarisAcl = false;
        foreach ((string key, byte[] value) in records)
        {
            if (key.StartsWith(TarPax.AttributePrefix, StringComparison.Ordinal))
                attributes = attributes.SetItem(key[TarPax.AttributePrefix.Length..], [.. value]);
        }
        foreach ((string key, string name) in TarAcl.Keys)      // the text says numbers for names, where both are there
        {
            if (!records.TryGetValue(key, out byte[]? text))
                continue;
            (byte[]? list, string? problem) = TarAcl.Decode(text, _owners);
            if (problem is not null)
                remark?.Invoke(path, $"its access control list is left out: {problem}");
            else if (list is not null && (name == TarAcl.DefaultName || !TarAcl.IsMode(list)))
                attributes = attributes.SetItem(name, [.. list]);
        }
        return attributes;
    }

    // An archive ends with a block of zeros; one that was cut at a block's end is accepted, as tar does.
    private TarHeader? ReadHeader()
    {
        if (_offset >= archive.Length)
            return null;
        long offset = _offset;
        ReadExactly(_header);
        return TarHeader.Decode(_header, offset);
    }

    private byte[] ReadText(TarHeader header, long offset)
    {
        byte[] bytes = ReadMetadata(header, offset);
        int end = bytes.AsSpan().IndexOf((byte)0);
        return end < 0 ? bytes : bytes[..end];
    }

    private byte[] ReadMetadata(TarHeader header, long offset)
    {
        if (header.SizeBytes is < 0 or > MetadataLengthMax)
            throw new MalformedDataException(offset,
                $"a pax or GNU header of {header.SizeBytes} bytes, {MetadataLengthMax} are the most");
        var bytes = new byte[header.SizeBytes];
        ReadExactly(bytes);
        _offset = Alignment.Up(_offset, TarHeader.Size);
        return bytes;
    }

    private (FileContent Content, long MapBytes) TakeContent(
        TarHeader header, long size, Dictionary<string, byte[]> records, long offset)
    {
        var map = new TarSparseMap(offset);
        long start = _offset, realSize;
        if (header.Type == TarType.GnuSparse)
        {
            realSize = map.ReadHeader(_header, ReadBlock);
            start = _offset;                                    // these blocks of the map are not counted in the size
        }
        else if (records.ContainsKey(TarSparseMap.MajorKey))
        {
            map.ReadLines(ReadBlock);
            realSize = Number(records, TarSparseMap.RealSizeKey, -1, offset);
        }
        else if (records.TryGetValue(TarSparseMap.MapKey, out byte[]? record))
        {
            map.ReadRecord(record);
            realSize = Number(records, TarSparseMap.SizeKey, -1, offset);
        }
        else
        {
            return (TakeContent(size), 0);
        }
        FileContent stored = TakeContent(Math.Max(0, size - (_offset - start)));
        return (map.Expand(stored, realSize), map.MetadataBytes);
    }

    private byte[] ReadBlock()
    {
        var block = new byte[TarHeader.Size];
        ReadExactly(block);
        return block;
    }

    private void Skip(long size) => TakeContent(size);

    private FileContent TakeContent(long size)
    {
        FileContent content = size == 0 ? FileContent.Empty : archive.Slice(_offset, size);
        _offset += Alignment.Up(size, TarHeader.Size);      // what lies beyond the end is seen at the next read
        return content;
    }

    private void ReadExactly(Span<byte> target)
    {
        stream.ReadExactlyAt(_offset, target);
        _offset += target.Length;
    }
}
