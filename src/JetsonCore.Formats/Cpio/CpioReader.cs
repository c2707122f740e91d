// Reads cpio archives entry by entry, "newc" and the older forms: see README.md for the layout. Contents are windows
// onto the archive and are read when opened; nothing but names and link targets is kept in memory.
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Formats.Cpio;

/// <summary>A forward reader of one or more archives that lie one behind the other.</summary>
public sealed class CpioReader : IDisposable
{
    private const int NameLengthMax = 4096;         // PATH_MAX: the kernel passes over longer names and targets

    private readonly FileContent _archive;
    private readonly Stream _stream;
    private readonly byte[] _header = new byte[CpioOldHeader.RecogniseLength];
    private readonly ArchiveCounter _counter;

    /// <summary>Starts at <paramref name="position"/>, where an entry has to begin.</summary>
    public CpioReader(FileContent archive, ReadLimits limits, long position = 0)
    {
        ArgumentNullException.ThrowIfNull(archive);
        (_archive, _counter, Position) = (archive, new(limits), position);
        _stream = archive.Open();
    }

    internal ArchiveCounter Counter => _counter;

    /// <summary>Where the next entry begins, or the byte behind the trailer.</summary>
    public long Position { get; private set; }

    /// <summary>Bytes that are enough to recognise an archive.</summary>
    internal static int RecogniseLength => CpioOldHeader.RecogniseLength;

    /// <summary>Whether an archive may begin with these bytes.</summary>
    public static bool IsArchive(ReadOnlySpan<byte> start) => CpioOldHeader.FormOf(start) is not null;

    /// <summary>Whether an archive as the kernel takes it may begin with these bytes.</summary>
    public static bool IsNewArchive(ReadOnlySpan<byte> start) => CpioOldHeader.FormOf(start) == CpioForm.New;

    /// <summary>
    /// All of an archive as a tree. Several archives may follow one another, with zeros between; of a path that comes
    /// twice the last entry counts. Directories that no entry names are made as needed.
    /// <paramref name="see"/> is told of each entry, and of the end of each archive by null.
    /// </summary>
    /// <exception cref="MalformedDataException">The archive is damaged or exceeds a limit.</exception>
    public static DirectoryNode ReadTree(
        FileContent archive, ReadLimits limits, Action<CpioEntry?>? see = null)
    {
        using var reader = new CpioReader(archive, limits);
        var tree = new CpioTree(reader.Counter);
        do
        {
            while (reader.ReadEntry() is { } entry)
            {
                tree.Add(entry);
                see?.Invoke(entry);
            }
            tree.EndArchive();
            see?.Invoke(null);
        }
        while (!reader.SkipZeros());
        return tree.Root;
    }

    /// <summary>The next entry, or null at the archive's trailer.</summary>
    /// <exception cref="MalformedDataException">The entry is damaged or exceeds a limit.</exception>
    public CpioEntry? ReadEntry()
    {
        long offset = Position;
        CpioForm form = ReadForm(offset);
        int headerLength = CpioOldHeader.LengthOf(form), alignment = CpioOldHeader.AlignmentOf(form);
        CpioHeader header = CpioOldHeader.Parse(_header.AsSpan(0, headerLength), form, offset);
        string name = ReadName(header, offset + headerLength);
        long contentStart = Alignment.Up(offset + headerLength + header.NameLength, alignment);
        long contentEnd = contentStart + header.ContentLength;
        if (contentEnd > _archive.Length)
        {
            throw new MalformedDataException(offset,
                $"\"{name}\" needs {header.ContentLength} bytes at {contentStart} of {_archive.Length}");
        }
        // The last archive of a file may lack the padding behind its last content.
        Position = Math.Min(Alignment.Up(contentEnd, alignment), _archive.Length);
        if (name == CpioHeader.TrailerName)
            return null;
        string path = _counter.Normalize(name, offset);
        _counter.Count(header.ContentLength, headerLength + header.NameLength, offset);
        FileContent content = _archive.Slice(contentStart, header.ContentLength);
        if (header.HasSum && header.Kind == CpioHeader.RegularFile)      // others have none
            CheckSum(content, header.Sum, contentStart);
        CpioLinkIdentity? link = header.LinkCount > 1 && header.Kind != CpioHeader.Directory
            ? new(header.Inode, header.DeviceMajor, header.DeviceMinor)
            : null;
        return new(offset, path, Node(header, content, offset), link) { IsOld = form != CpioForm.New };
    }

    /// <summary>Passes over zero bytes; says whether the archive ends there.</summary>
    public bool SkipZeros()
    {
        Span<byte> buffer = stackalloc byte[512];
        while (Position < _archive.Length)
        {
            Span<byte> next = buffer[..(int)Math.Min(buffer.Length, _archive.Length - Position)];
            _stream.ReadExactlyAt(Position, next);
            int zeros = next.IndexOfAnyExcept((byte)0);
            Position += zeros < 0 ? next.Length : zeros;
            if (zeros >= 0)
                return false;
        }
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    private CpioForm ReadForm(long offset)
    {
        int length = (int)Math.Clamp(_archive.Length - offset, 0, _header.Length);
        int start = Math.Min(length, CpioHeader.Size);          // more is wanted for long names of binary archives only
        _stream.ReadExactlyAt(offset, _header.AsSpan(0, start));
        if (start < length && CpioOldHeader.FormOf(_header.AsSpan(0, start)) is null)
            _stream.ReadExactlyAt(offset, _header.AsSpan(0, length));
        else
            length = start;
        CpioForm form = CpioOldHeader.FormOf(_header.AsSpan(0, length))
            ?? throw new MalformedDataException(offset, length < 6
                ? $"an entry's header needs {CpioHeader.Size} bytes, {length} are left"
                : $"no entry starts with {Convert.ToHexString(_header.AsSpan(0, 6))}");
        return CpioOldHeader.LengthOf(form) <= length
            ? form
            : throw new MalformedDataException(offset,
                $"an entry's header needs {CpioOldHeader.LengthOf(form)} bytes, {length} are left");
    }

    private string ReadName(CpioHeader header, long offset)
    {
        if (header.NameLength is 0 or > NameLengthMax)
            throw new MalformedDataException(offset, $"name of {header.NameLength} bytes, not 1 to {NameLengthMax}");
        byte[] name = _stream.ReadBytesAt(offset, (int)header.NameLength);
        return name.AsSpan().IndexOf((byte)0) == name.Length - 1
            ? NodeName.Decode(name.AsSpan(..^1))
            : throw new MalformedDataException(offset, "name does not end at its NUL");
    }

    /// <summary>The kernel's own gen_init_cpio puts NUL behind it.</summary>
    private static string Target(FileContent content, long offset)
    {
        ReadOnlySpan<byte> target = content.ReadAll(NameLengthMax);
        return NodeName.DecodeTarget(target is [.., 0] ? target[..^1] : target, offset);
    }

    private static void CheckSum(FileContent content, uint expected, long offset)
    {
        uint sum = 0;
        var buffer = new byte[65536];
        using Stream stream = content.Open();
        while (stream.Read(buffer) is > 0 and int read)
        {
            foreach (byte value in buffer.AsSpan(0, read))
                sum = unchecked(sum + value);
        }
        if (sum != expected)
            throw new MalformedDataException(offset, $"content sums to {sum:x8}, its header says {expected:x8}");
    }

    private static FileNode Node(CpioHeader header, FileContent content, long offset)
    {
        var metadata = new FileMetadata
        {
            Permissions = (ushort)(header.Mode & 0xFFF),
            UserId = header.UserId,
            GroupId = header.GroupId,
            ModificationTime = new(header.ModificationSeconds),
        };
        return header.Kind switch
        {
            CpioHeader.RegularFile => new RegularFileNode(metadata, content),
            CpioHeader.Directory => new DirectoryNode(metadata),
            CpioHeader.SymbolicLink => new SymbolicLinkNode(metadata, Target(content, offset)),
            CpioHeader.CharacterDevice => Special(SpecialKind.CharacterDevice),
            CpioHeader.BlockDevice => Special(SpecialKind.BlockDevice),
            CpioHeader.Fifo => new SpecialNode(metadata, SpecialKind.Fifo),
            CpioHeader.Socket => new SpecialNode(metadata, SpecialKind.Socket),
            _ => throw new MalformedDataException(offset, $"mode {header.Mode:x} is no kind of file"),
        };

        SpecialNode Special(SpecialKind kind) => new(metadata, kind, header.NodeMajor, header.NodeMinor);
    }
}
