// Writes a tree as a tar archive: names in ordinal order, owners as numbers only, ustar headers, and a pax header in
// front of what ustar cannot say (long or non-ASCII names, large numbers, fractions of seconds, attributes). The same
// tree gives the same bytes, which System.Formats.Tar cannot promise: it puts the process id into pax headers.
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Formats.Tar;

/// <summary>Writes trees as tar archives.</summary>
public static class TarTreeWriter
{
    /// <summary>Archives are padded to whole records of 20 blocks, as every tar does.</summary>
    internal const int RecordLength = 20 * TarHeader.Size;

    private const int CopyBufferLength = 1 << 20;

    /// <summary>Writes what is below a directory and, if the options say so, the directory itself.</summary>
    /// <param name="output">Where to; need not be seekable.</param>
    /// <param name="tree">The content. A file under two names becomes a file and a hard link.</param>
    /// <param name="options">Without them: no entry for the root, holes as zeros, sockets refused.</param>
    /// <param name="cancellation">Ends the writing early.</param>
    /// <exception cref="UnstorableContentException">The tree has a socket.</exception>
    /// <exception cref="MalformedDataException">A content ends before its length.</exception>
    public static void Write(
        Stream output, DirectoryNode tree, TarOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(tree);
        var writing = new Writing(output, options ?? new(), cancellation);
        if (options is { RootEntry: true } && !tree.IsImplied)
            writing.Entry(".", tree);
        foreach ((string path, FileNode node) in tree.Walk())
            writing.Entry(path, node);
        writing.End();
    }

    private sealed class Writing(Stream output, TarOptions options, CancellationToken cancellation)
    {
        private static readonly byte[] ZeroBytes = new byte[64 << 10];

        private readonly Dictionary<FileNode, byte[]> _written = new(ReferenceEqualityComparer.Instance);
        private readonly byte[] _buffer = new byte[CopyBufferLength];
        private long _length;

        public void Entry(string path, FileNode node)
        {
            cancellation.ThrowIfCancellationRequested();
            if (node is SpecialNode { Kind: SpecialKind.Socket } && options.Remark is not null)
            {
                options.Remark(path, "left out: tar has no sockets");
                return;
            }
            byte[] name = NodeName.Encode(node is DirectoryNode ? path + "/" : path);
            TarHeader header = Describe(path, name, node);
            if (header.Type == TarType.File && node is RegularFileNode file)
                File(path, header, file);
            else
                Header(header, node.Metadata, []);
            if (node is not DirectoryNode)
                _written.TryAdd(node, name);
        }

        public void End()
        {
            long end = Alignment.UnitsFor(_length + (2 * TarHeader.Size), RecordLength) * RecordLength;
            Put(new byte[end - _length]);
        }

        private TarHeader Describe(string path, byte[] name, FileNode node)
        {
            var header = new TarHeader
            {
                Name = name,
                Type = TarType.File,
                Mode = node.Metadata.Permissions,
                UserId = node.Metadata.UserId,
                GroupId = node.Metadata.GroupId,
                ModificationSeconds = node.Metadata.ModificationTime.UnixSeconds,
            };
            if (_written.TryGetValue(node, out byte[]? twin))
                return header with { Type = TarType.HardLink, LinkTarget = twin };
            return node switch
            {
                DirectoryNode => header with { Type = TarType.Directory },
                RegularFileNode file => header with { SizeBytes = file.Content.Length },
                SymbolicLinkNode link => header with
                {
                    Type = TarType.SymbolicLink,
                    LinkTarget = NodeName.Encode(link.Target),
                },
                SpecialNode { Kind: SpecialKind.Fifo } => header with { Type = TarType.Fifo },
                SpecialNode { Kind: SpecialKind.Socket } =>
                    throw new UnstorableContentException(path, $"cannot store \"{path}\": tar has no sockets"),
                SpecialNode device => header with
                {
                    Type = device.Kind == SpecialKind.BlockDevice ? TarType.BlockDevice : TarType.CharacterDevice,
                    DeviceMajor = device.DeviceMajor,
                    DeviceMinor = device.DeviceMinor,
                },
                _ => throw new System.Diagnostics.UnreachableException(),
            };
        }

        private void File(string path, TarHeader header, RegularFileNode file)
        {
            TarHoles? holes = options.Sparse ? TarHoles.Of(file.Content) : null;
            if (holes is null)
            {
                Header(header, file.Metadata, []);
                Content(path, file.Content, file.Content.DataRanges(), holesAreStored: true);
                return;
            }
            var records = new List<byte>();
            holes.Encode(header.Name, records);
            Header(header with { Name = TarHoles.PlaceholderName(header.Name), SizeBytes = holes.StoredBytes },
                file.Metadata, records);
            Put(holes.Map);
            Content(path, file.Content, holes.Ranges, holesAreStored: false);
        }

        private void Header(TarHeader header, FileMetadata metadata, List<byte> records)
        {
            TarHeader plain = MoveToRecords(header, metadata, records);
            if (records.Count > 0)
            {
                Block(new()
                {
                    Name = "PaxHeader"u8.ToArray(),
                    Type = TarType.PaxNext,
                    Mode = 0x1A4,       // 0644
                    SizeBytes = records.Count,
                });
                Put([.. records]);
                Pad();
            }
            Block(plain);
        }

        /// <summary>Moves what ustar cannot say into records; what remains is as near as ustar comes.</summary>
        private static TarHeader MoveToRecords(TarHeader header, FileMetadata metadata, List<byte> records)
        {
            if (!Ascii.IsValid(header.Name) || TarHeader.SplitName(header.Name) is null)
            {
                TarPax.Encode("path", header.Name, records);
                header = header with { Name = Shorten(header.Name) };
            }
            if (!Ascii.IsValid(header.LinkTarget) || header.LinkTarget.Length > TarHeader.NameLengthMax)
            {
                TarPax.Encode("linkpath", header.LinkTarget, records);
                header = header with { LinkTarget = Shorten(header.LinkTarget) };
            }
            if (header.SizeBytes > TarHeader.LargeNumberMax)
            {
                Number("size", header.SizeBytes, records);
                header = header with { SizeBytes = 0 };
            }
            if (header.UserId > TarHeader.SmallNumberMax)
            {
                Number("uid", header.UserId, records);
                header = header with { UserId = 0 };
            }
            if (header.GroupId > TarHeader.SmallNumberMax)
            {
                Number("gid", header.GroupId, records);
                header = header with { GroupId = 0 };
            }
            FileTime time = metadata.ModificationTime;
            if (time.Nanoseconds != 0 || time.UnixSeconds is < 0 or > TarHeader.LargeNumberMax)
            {
                TarPax.Encode("mtime", Encoding.ASCII.GetBytes(TarPax.EncodeTime(time)), records);
                long nearest = Math.Clamp(time.UnixSeconds, 0, TarHeader.LargeNumberMax);
                header = header with { ModificationSeconds = nearest };
            }
            foreach ((string name, ImmutableArray<byte> value) in metadata.ExtendedAttributes)
            {
                if (TarAcl.KeyOf(name) is { } key && TarAcl.Encode(value.AsSpan()) is { } text)
                    TarPax.Encode(key, Encoding.ASCII.GetBytes(text), records);
                else
                    TarPax.Encode(TarPax.AttributePrefix + name, value.AsSpan(), records);
            }
            return header;
        }

        // For programs that know no pax headers: the end of the name, in ASCII.
        private static byte[] Shorten(byte[] name)
        {
            byte[] tail = name[Math.Max(0, name.Length - TarHeader.NameLengthMax)..];
            return [.. tail.Select(value => value < 0x80 ? value : (byte)'_')];
        }

        private static void Number(string key, long value, List<byte> records) =>
            TarPax.Encode(key, Encoding.ASCII.GetBytes(value.ToString(CultureInfo.InvariantCulture)), records);

        private void Content(
            string path, FileContent content, IEnumerable<ContentRange> ranges, bool holesAreStored)
        {
            using Stream source = content.Open();
            long at = 0;
            foreach (ContentRange range in ranges)
            {
                if (holesAreStored)
                    Zeros(range.Start - at);
                if (range.Start > at)
                    source.Position = range.Start;
                at = range.Start + range.Length;
                long end = range.Start + range.Length;
                for (long done = range.Start; done < end;)
                {
                    cancellation.ThrowIfCancellationRequested();
                    Span<byte> part = _buffer.AsSpan(0, (int)Math.Min(_buffer.Length, end - done));
                    int read = source.ReadAtLeast(part, part.Length, throwOnEndOfStream: false);
                    if (read < part.Length)
                        throw new MalformedDataException(done + read,
                            $"\"{path}\" ends after {done + read} of {content.Length} bytes");
                    Put(part);
                    done += read;
                }
            }
            if (holesAreStored)
                Zeros(content.Length - at);
            Pad();
        }

        private void Zeros(long length)
        {
            for (long left = length; left > 0; left -= ZeroBytes.Length)
            {
                cancellation.ThrowIfCancellationRequested();
                Put(ZeroBytes.AsSpan(0, (int)Math.Min(ZeroBytes.Length, left)));
            }
        }

        private void Block(TarHeader header)
        {
            Span<byte> block = stackalloc byte[TarHeader.Size];
            header.Encode(block);
            Put(block);
        }

        private void Pad() => Put(new byte[Alignment.Up(_length, TarHeader.Size) - _length]);

        private void Put(ReadOnlySpan<byte> bytes)
        {
            output.Write(bytes);
            _length += bytes.Length;
        }
    }
}
