// Reads initial RAM disks as the kernel does: archives one behind the other, each plain or compressed, zeros between
// them. What a compressed member unpacks to may be several archives too; they count as one segment.
//
// Spec: Linux Documentation/driver-api/early-userspace/buffer-format.rst; peer: unmkinitramfs.
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Compression;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Formats.Cpio;

/// <summary>Reads chains of archives.</summary>
public static class CpioSegmentReader
{
    private const int SegmentsMax = 256;

    /// <summary>All archives, in their order.</summary>
    /// <param name="chain">The file.</param>
    /// <param name="spool">Keeps what compressed archives unpack to, of which contents are parts.</param>
    /// <param name="limits">What is accepted of all archives together.</param>
    /// <param name="cancellation">Ends the reading early.</param>
    /// <exception cref="MalformedDataException">An archive is damaged, or exceeds a limit.</exception>
    /// <exception cref="MissingLibraryException">A compression's native library is not installed.</exception>
    public static IReadOnlyList<CpioSegment> Read(
        FileContent chain, ContentSpool spool, ReadLimits limits, CancellationToken cancellation = default) =>
        Read(chain, spool, limits, (_, _) => { }, cancellation);

    /// <summary>The same, and hands on each entry with its archive's number; null at the end of an archive.</summary>
    internal static IReadOnlyList<CpioSegment> Read(
        FileContent chain, ContentSpool spool, ReadLimits limits, Action<int, CpioEntry?> see,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(chain);
        ArgumentNullException.ThrowIfNull(spool);
        ArgumentNullException.ThrowIfNull(limits);
        var segments = new List<CpioSegment>();
        using Stream stream = chain.Open();
        for (long offset = 0; (offset = SkipZeros(stream, offset, chain.Length)) < chain.Length;)
        {
            cancellation.ThrowIfCancellationRequested();
            if (segments.Count == SegmentsMax)
                throw new MalformedDataException(offset, $"holds more than {SegmentsMax} archives");
            byte[] head = stream.ReadBytesAt(offset,
                (int)Math.Min(CpioReader.RecogniseLength, chain.Length - offset));
            int number = segments.Count + 1;
            bool hasOld = false;
            CpioSegment segment = CpioReader.IsArchive(head)
                ? ReadPlain(chain, offset, CpioReader.IsNewArchive(head), limits, See)
                : ReadCompressed(stream, offset, spool, limits, See);
            limits = Remaining(limits, segment);
            segments.Add(segment with { HasOldEntries = hasOld });

            void See(CpioEntry? entry)
            {
                hasOld |= entry is { IsOld: true };
                see(number, entry);
            }

            offset = segment.Offset + segment.LengthBytes;
        }
        return segments;
    }

    /// <summary>
    /// One tree of all archives, as the kernel unpacks them: of two files with one path the later wins.
    /// </summary>
    /// <exception cref="MalformedDataException">A file lies below what is no directory.</exception>
    public static DirectoryNode Merge(IEnumerable<CpioSegment> segments)
    {
        ArgumentNullException.ThrowIfNull(segments);
        var tree = new ArchiveTree();
        foreach (CpioSegment segment in segments)
        {
            if (!segment.Root.IsImplied)
                tree.Place("", new DirectoryNode(segment.Root.Metadata), segment.Offset);
            foreach ((string path, FileNode node) in segment.Root.Walk())
            {
                // One that no entry names must not take the place of a link: what lies in it goes behind that.
                if (node is not DirectoryNode { IsImplied: true })
                    tree.Place(path, node is DirectoryNode ? new DirectoryNode(node.Metadata) : node, segment.Offset);
            }
        }
        return tree.Root;
    }

    private static CpioSegment ReadPlain(
        FileContent chain, long offset, bool isNew, ReadLimits limits, Action<CpioEntry?> see)
    {
        if (isNew && !Alignment.IsAligned(offset, CpioHeader.Alignment))
            throw new MalformedDataException(offset, "an archive begins at no multiple of four: the kernel misses it");
        using var reader = new CpioReader(chain, limits, offset);
        var tree = new CpioTree(reader.Counter);
        while (reader.ReadEntry() is { } entry)
        {
            tree.Add(entry);
            see(entry);
        }
        see(null);
        return new(offset, reader.Position - offset, CompressionFormat.None, tree.Root);
    }

    private static CpioSegment ReadCompressed(
        Stream stream, long offset, ContentSpool spool, ReadLimits limits, Action<CpioEntry?> see)
    {
        stream.Position = offset;
        CompressionFormat format = Decompression.Detect(stream);
        if (format == CompressionFormat.None)
            throw new MalformedDataException(offset, "neither a cpio archive nor compressed data begins here");
        stream.Position = offset;
        using DecompressionStream plain = Decompression.OpenMember(stream, format);
        FileContent archive = spool(plain, limits.ContentBytes);
        return new(offset, plain.CompressedBytesConsumed, format, CpioReader.ReadTree(archive, limits, see));
    }

    private static ReadLimits Remaining(ReadLimits limits, CpioSegment segment)
    {
        int entries = 0;
        long contentBytes = 0;
        foreach ((_, FileNode node) in segment.Root.Walk())
        {
            entries++;
            contentBytes += node is RegularFileNode file ? file.Content.Length : 0;
        }
        return limits with
        {
            Entries = limits.Entries - entries,
            ContentBytes = Math.Max(0, limits.ContentBytes - contentBytes),
        };
    }

    private static long SkipZeros(Stream stream, long offset, long end)
    {
        Span<byte> buffer = stackalloc byte[512];
        while (offset < end)
        {
            Span<byte> next = buffer[..(int)Math.Min(buffer.Length, end - offset)];
            stream.ReadExactlyAt(offset, next);
            int zeros = next.IndexOfAnyExcept((byte)0);
            if (zeros >= 0)
                return offset + zeros;
            offset += next.Length;
        }
        return end;
    }
}
