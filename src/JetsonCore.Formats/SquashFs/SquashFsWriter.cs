// Writes a file tree as a squashfs 4.0. The order of the file is the order of the work:
//
//   superblock (written last)  [compressor options]  contents  inodes  directories  fragments  [exports]  owners
//   [xattrs]
//
// The same tree and options give the same bytes, whatever the number of processors.
// Spec: README.md of this folder. Peer: mksquashfs of squashfs-tools 4.5.1.
using System.Diagnostics;
using System.Numerics;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Compression;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Formats.SquashFs;

/// <summary>Writes squashfs file systems.</summary>
public sealed class SquashFsWriter
{
    private const int PaddedTo = 4096;      // loop devices have whole blocks, and mksquashfs pads so
    private const int XzPreset = 6, GzipLevel = 9, ZstdLevel = 15;

    private readonly SquashFsOptions _options;
    private readonly SquashFsTarget _target;
    private readonly CancellationToken _cancellation;
    private readonly BlockEncoder _metadataEncoder;
    private readonly MetadataWriter _inodes;
    private readonly MetadataWriter _directories;
    private readonly IdTableWriter _ids = new();

    private SquashFsWriter(SquashFsOptions options, SquashFsTarget target, CancellationToken cancellation)
    {
        (_options, _target, _cancellation) = (options, target, cancellation);
        _metadataEncoder = MakeEncoder();
        (_inodes, _directories) = (new(_metadataEncoder), new(_metadataEncoder));
    }

    /// <summary>Writes a tree.</summary>
    /// <param name="root">The tree; a node under two names becomes a hard link.</param>
    /// <param name="options">How.</param>
    /// <param name="target">Seekable; the file system begins where it stands and ends where it is left.</param>
    /// <param name="taken">Told how many bytes of the files' contents were taken, each time; null for nobody.</param>
    /// <param name="cancellation">Ends the work early; the target then holds no file system.</param>
    /// <exception cref="ArgumentException">
    /// Something in the tree or the options cannot be; of attributes, what <see cref="CanStore"/> denies.
    /// </exception>
    /// <exception cref="MissingLibraryException">The compressor's library is not installed.</exception>
    public static void Write(
        DirectoryNode root, SquashFsOptions options, Stream target, Action<long>? taken = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(root);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(target);
        Check(options);
        if (options.Xattrs && root.Walk().Prepend(("", root)).Any(HasUnstorable))
            throw new ArgumentException("an extended attribute is none of squashfs: take it away first", nameof(root));
        var writer = new SquashFsWriter(options, new(target) { Taken = taken }, cancellation);
        using (writer._metadataEncoder)
            writer.WriteAll(root);
    }

    private void WriteAll(DirectoryNode root)
    {
        var plan = new InodePlan(root);
        _target.Stream.Write(new byte[SquashFsSuperblock.Size]);
        bool hasCompressorOptions = WriteCompressorOptions();
        IReadOnlyList<(long Start, uint Size)> fragments = WriteContents(plan);
        using XattrTableWriter? xattrs = _options.Xattrs ? new XattrTableWriter(MakeEncoder) : null;
        WriteDirectory(plan, plan.Root, plan.Root.Number + 1, new(_inodes, _ids, xattrs, _options));

        ulong inodeTable = Append(_inodes), directoryTable = Append(_directories);
        ulong fragmentTable = WriteTable(fragments, (record, fragment) =>
            record.UInt64((ulong)fragment.Start).UInt32(fragment.Size).UInt32(0));
        ulong exportTable = _options.Exports
            ? WriteTable(plan.All, (record, inode) => record.UInt64(Written(inode)))
            : SquashFsSuperblock.NoTable;
        ulong idTable = WriteTable(_ids.Ids, (record, id) => record.UInt32(id));
        ulong xattrTable = xattrs?.WriteTo(_target) ?? SquashFsSuperblock.NoTable;
        long used = _target.Position;
        _target.Stream.Write(new byte[Alignment.Up(used, PaddedTo) - used]);
        WriteSuperblock(new()
        {
            InodeCount = (uint)plan.Count,
            ModificationTime = _options.ModificationTime,
            BlockSize = _options.BlockSize,
            FragmentCount = (uint)fragments.Count,
            Compression = _options.Compression,
            Flags = FlagsOf(hasCompressorOptions),
            IdCount = _ids.Count,
            RootReference = Written(plan.Root),
            BytesUsed = (ulong)used,
            IdTable = idTable,
            XattrTable = xattrTable,
            InodeTable = inodeTable,
            DirectoryTable = directoryTable,
            FragmentTable = fragmentTable,
            ExportTable = exportTable,
        });
    }

    private IReadOnlyList<(long Start, uint Size)> WriteContents(InodePlan plan)
    {
        var contents = new ContentIndex();
        List<PlannedInode> files = [.. plan.All.Where(inode => inode.Node is RegularFileNode)];
        foreach (PlannedInode file in files)
            contents.Announce(((RegularFileNode)file.Node).Content.Length);
        using var data = new DataWriter(_options, contents, MakeEncoder, _target, _cancellation);
        foreach (PlannedInode file in files)
            file.Content = data.Store(((RegularFileNode)file.Node).Content);
        data.Finish();
        return data.Fragments;
    }

    // Children first: a listing says where its inodes are, and an inode of a directory where its listing is.
    private void WriteDirectory(InodePlan plan, PlannedInode directory, uint parentNumber, InodeTableWriter inodes)
    {
        _cancellation.ThrowIfCancellationRequested();
        IReadOnlyList<NamedInode> entries = plan.ListingOf(directory.Node);
        foreach (NamedInode entry in entries)
        {
            if (entry.Inode.Type == SquashFsInodeType.Directory)
                WriteDirectory(plan, entry.Inode, directory.Number, inodes);
            else if (entry.Inode.Reference is null)
                inodes.WriteOther(entry.Inode);
        }
        StoredListing listing = new DirectoryTableWriter(_directories).Write(entries);
        inodes.WriteDirectory(directory, listing, parentNumber);
    }

    private static ulong Written(PlannedInode inode) =>
        inode.Reference ?? throw new UnreachableException("an inode is not written yet");

    private ulong Append(MetadataWriter table)
    {
        long start = _target.Position;
        table.CopyTo(_target.Stream);
        return (ulong)start;
    }

    // Records in metadata blocks, then the list of the blocks' positions, to which the superblock points.
    private ulong WriteTable<T>(IEnumerable<T> items, Action<RecordBuilder, T> append)
    {
        var table = new MetadataWriter(_metadataEncoder);
        var record = new RecordBuilder();
        foreach (T item in items)
        {
            append(record, item);
            table.Write(record.Written);
            record.Clear();
        }
        ulong start = Append(table);
        ulong pointers = (ulong)_target.Position;
        foreach (long block in table.BlockStarts)
            record.UInt64(start + (ulong)block);
        _target.Stream.Write(record.Written);
        return pointers;
    }

    // Only where they differ from the compressor's usual ones, as mksquashfs does; readers need none of them.
    private bool WriteCompressorOptions()
    {
        var record = new RecordBuilder();
        if (_options.Compression == SquashFsCompression.Lz4)            // which always has them: version, high effort
            record.UInt32(1).UInt32(Level >= BlockEncoder.Lz4HighLevel ? 1u : 0);
        else if (_options.Compression == SquashFsCompression.Lzo)       // lzo1x_1, which has no levels
            record.UInt32(0).UInt32(0);
        else if (_options.Compression == SquashFsCompression.Xz && _options.Filter != SquashFsFilter.None)
            record.UInt32((uint)XzDictionaryBytes).UInt32((uint)_options.Filter);
        else if (_options.Compression == SquashFsCompression.Gzip && Level != GzipLevel)
            record.UInt32((uint)Level).UInt16(15).UInt16(0);            // window bits; strategies: default
        else if (_options.Compression == SquashFsCompression.Zstd && Level != ZstdLevel)
            record.UInt32((uint)Level);
        if (record.Written.IsEmpty)
            return false;
        uint header = (uint)record.Written.Length | SquashFsFormat.MetadataStored;
        _target.Stream.Write(new RecordBuilder().UInt16(header).Bytes(record.Written).Written);
        return true;
    }

    private void WriteSuperblock(SquashFsSuperblock superblock)
    {
        long end = _target.Position;
        Span<byte> bytes = stackalloc byte[SquashFsSuperblock.Size];
        superblock.WriteTo(bytes);
        _target.Position = 0;
        _target.Stream.Write(bytes);
        _target.Position = end;
    }

    private SquashFsFlags FlagsOf(bool hasCompressorOptions) =>
        SquashFsFlags.Deduplicated
        | (_options.Fragments ? SquashFsFlags.None : SquashFsFlags.NoFragments)
        | (_options.Exports ? SquashFsFlags.Exportable : SquashFsFlags.None)
        | (_options.Xattrs ? SquashFsFlags.None : SquashFsFlags.NoXattrs)
        | (hasCompressorOptions ? SquashFsFlags.CompressorOptions : SquashFsFlags.None);

    private int Level => _options.Level ?? _options.Compression switch
    {
        SquashFsCompression.Xz => XzPreset,
        SquashFsCompression.Lzma => XzPreset,
        SquashFsCompression.Gzip => GzipLevel,
        SquashFsCompression.Lz4 or SquashFsCompression.Lzo => 0,
        _ => ZstdLevel,
    };

    private int XzDictionaryBytes => Math.Max(_options.BlockSize, SquashFsFormat.MetadataBlockSize);

    private BlockEncoder MakeEncoder() => _options.Compression switch
    {
        SquashFsCompression.Xz =>
            BlockEncoder.Xz(Level, XzDictionaryBytes, _options.Filter switch
            {
                SquashFsFilter.X86 => XzFilter.X86,
                SquashFsFilter.Arm => XzFilter.Arm,
                SquashFsFilter.ArmThumb => XzFilter.ArmThumb,
                SquashFsFilter.Arm64 => XzFilter.Arm64,
                _ => XzFilter.None,
            }),
        SquashFsCompression.Lzma => BlockEncoder.Lzma(Level, XzDictionaryBytes),
        SquashFsCompression.Lz4 => BlockEncoder.Lz4(Level),
        SquashFsCompression.Lzo => BlockEncoder.Lzo(),
        SquashFsCompression.Gzip => BlockEncoder.ZLib(Level),
        SquashFsCompression.Zstd => BlockEncoder.Zstd(Level),
        _ => throw new UnreachableException(),
    };

    /// <summary>Whether an extended attribute of a name can be stored: the one place that decides it.</summary>
    public static bool CanStore(string attributeName) => XattrTableWriter.CanStore(attributeName);

    private static bool HasUnstorable((string Path, FileNode Node) file) =>
        !file.Node.Metadata.ExtendedAttributes.Keys.All(CanStore);

    private static void Check(SquashFsOptions options)
    {
        bool sizeIsKnown = BitOperations.IsPow2(options.BlockSize)
            && options.BlockSize is >= SquashFsOptions.BlockSizeLeast and <= SquashFsOptions.BlockSizeMost;
        if (!sizeIsKnown)
        {
            throw new ArgumentException($"cannot write blocks of {options.BlockSize} bytes: "
                + $"a power of two from {SquashFsOptions.BlockSizeLeast} to {SquashFsOptions.BlockSizeMost} is needed",
                nameof(options));
        }
        if (options.Filter != SquashFsFilter.None && options.Compression != SquashFsCompression.Xz)
            throw new ArgumentException(
                $"cannot filter with {options.Compression}: only xz has filters", nameof(options));
        (int least, int most) = options.Compression switch
        {
            SquashFsCompression.Xz or SquashFsCompression.Lzma => (0, 9),
            SquashFsCompression.Lz4 => (0, 12),
            SquashFsCompression.Lzo => (0, 0),
            SquashFsCompression.Gzip => (1, 9),
            SquashFsCompression.Zstd => (1, 22),
            _ => throw new ArgumentException($"cannot write {options.Compression}: it is only read", nameof(options)),
        };
        if (options.Level < least || options.Level > most)
        {
            throw new ArgumentException(
                $"cannot use level {options.Level}: {options.Compression} has {least} to {most}", nameof(options));
        }
    }
}
