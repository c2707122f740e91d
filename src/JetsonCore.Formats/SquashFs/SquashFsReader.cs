// Reads a squashfs 4.0 with any of its compressors. Everything in it is untrusted: cycles, references to anywhere,
// sizes near 2^64 and bombs end in MalformedDataException, within the caller's limits.
//
// Spec: README.md of this folder.
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Formats.SquashFs;

/// <summary>Reads squashfs file systems.</summary>
public sealed class SquashFsReader : IDisposable
{
    private readonly SquashFsSource _source;

    private SquashFsReader(SquashFsSource source, SquashFsSuperblock superblock) =>
        (_source, Superblock) = (source, superblock);

    /// <summary>How blocks are compressed.</summary>
    public SquashFsCompression Compression => Superblock.Compression;

    /// <summary>Bytes of file content compressed together.</summary>
    public int BlockSize => Superblock.BlockSize;

    /// <summary>When the file system was made, in Unix seconds.</summary>
    public uint ModificationTime => Superblock.ModificationTime;

    /// <summary>Bytes of the file system without padding.</summary>
    public long BytesUsed => (long)Superblock.BytesUsed;

    /// <summary>What it is made of, in words: "deduplicated exportable no-fragments"; "" for nothing of it.</summary>
    public string Features => SquashFsSuperblock.NameOf(Superblock.Flags);

    internal SquashFsSuperblock Superblock { get; }

    /// <summary>Whether bytes begin like a squashfs; four are enough.</summary>
    public static bool Recognises(ReadOnlySpan<byte> head) => SquashFsSuperblock.IsMagic(head);

    /// <summary>Opens a file system.</summary>
    /// <param name="stream">Seekable; begins with the file system; must stay open as long as contents are read.</param>
    /// <exception cref="MalformedDataException">This is no squashfs 4.0, or it is cut off.</exception>
    public static SquashFsReader Open(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Span<byte> bytes = stackalloc byte[SquashFsSuperblock.Size];
        stream.ReadExactlyAt(0, bytes);
        SquashFsSuperblock superblock = SquashFsSuperblock.Parse(bytes);
        if (superblock.BytesUsed > (ulong)stream.Length)
        {
            throw new MalformedDataException(stream.Length,
                $"the file system has {superblock.BytesUsed} bytes, {stream.Length} are there");
        }
        return new(new SquashFsSource(stream, superblock.Compression), superblock);
    }

    /// <summary>Reads all names and metadata; contents are read later, by any number of threads.</summary>
    /// <exception cref="MalformedDataException">The file system breaks the rules, or a limit.</exception>
    public DirectoryNode ReadTree(ReadLimits? limits = null) =>
        new SquashFsTreeReader(_source, Superblock, limits ?? ReadLimits.Default).Read();

    /// <summary>What lies at a byte: "superblock", "contents of files", "inode table".</summary>
    /// <param name="offset">From the first byte of the file system.</param>
    public string StructureAt(long offset) => SquashFsStructures.At(Superblock, offset);

    /// <summary>Frees the decoders; contents cannot be read any more. The stream stays open.</summary>
    public void Dispose() => _source.Dispose();
}
