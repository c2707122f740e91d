// Reads a finished image back with the readers and compares it with the plan: the partition table (both copies), the
// file systems with every file in them, raw images, the files of the partitions, and that there is nothing else.
// A difference is a bug of the writers or a disk that lies; either way the build must not succeed.
using JetsonCore.Content;
using JetsonCore.Files;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Ext4;
using JetsonCore.Formats.Fat;
using JetsonCore.Formats.Gpt;
using JetsonCore.Formats.Mbr;
using JetsonCore.Formats.Trees;
using JetsonCore.Image;
using JetsonCore.Layout;

namespace JetsonCore.Verify;

/// <summary>Verifies images.</summary>
internal sealed class ImageVerifier
{
    private const int BufferBytes = 1 << 20, BootCodeBytes = 440;

    private readonly VolumePlan _volume;
    private readonly OutputFile _image;
    private readonly CancellationToken _cancellation;
    private readonly byte[] _left = new byte[BufferBytes], _right = new byte[BufferBytes];

    private ImageVerifier(VolumePlan volume, OutputFile image, CancellationToken cancellation) =>
        (_volume, _image, _cancellation) = (volume, image, cancellation);

    /// <summary>Compares an image with its plan.</summary>
    /// <param name="volume">The plan.</param>
    /// <param name="partitions">The partitions with content.</param>
    /// <param name="image">The written image.</param>
    /// <param name="ids">The GUID for a purpose.</param>
    /// <param name="cancellation">Ends the work early.</param>
    /// <exception cref="VerificationException">Something is not as planned.</exception>
    public static void Verify(
        VolumePlan volume, IReadOnlyList<PartitionFile> partitions, OutputFile image, Func<string, Guid> ids,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(volume);
        ArgumentNullException.ThrowIfNull(partitions);
        ArgumentNullException.ThrowIfNull(image);
        var verifier = new ImageVerifier(volume, image, cancellation);
        try
        {
            verifier.CompareTable(ids);
            foreach (PartitionFile partition in partitions)
                verifier.ComparePartition(partition);
            verifier.FindForeignBytes(partitions);
        }
        catch (MalformedDataException exception)
        {
            throw new VerificationException($"at byte {exception.Offset}: {exception.Message}");
        }
    }

    private void CompareTable(Func<string, Guid> ids)
    {
        using Stream image = _image.OpenRead();
        Expect(image.Length == _volume.SizeBytes, $"it has {image.Length} bytes instead of {_volume.SizeBytes}");
        if (_volume.Schema == VolumeSchema.Mbr)
        {
            Expect(MbrReader.Read(image).Partitions.SequenceEqual(PartitionTable.Mbr(_volume, ids).Partitions),
                "the partition table differs");
            return;
        }
        GptDisk disk = GptReader.Read(image, _volume.SectorSize);
        GptTable wanted = PartitionTable.Gpt(_volume, ids);
        Expect(disk.Problems.IsEmpty, $"the partition table: {disk.Problems.FirstOrDefault()}");
        Expect(disk.Table.DiskGuid == wanted.DiskGuid && disk.Table.Entries.SequenceEqual(wanted.Entries),
            "the partition table differs");
    }

    private void ComparePartition(PartitionFile partition)
    {
        PartitionContent content = partition.Content;
        long start = content.Structure.StartBytes, size = content.Structure.SizeBytes;
        using Stream image = _image.OpenRead();
        CompareData(partition, image);
        using var place = new StreamWindow(image, start, size);
        switch (content)
        {
            case Ext4Content ext4:
                DirectoryNode tree = Ext4Reader.Open(place).ReadTree(ReadLimits.Default);
                tree.Remove("lost+found");
                CompareTrees(content, ext4.Tree, tree, ext4.Digests);
                break;
            case VfatContent vfat:
                CompareTrees(content, vfat.Tree, FatReader.Read(place).Root, null);
                break;
            case RawContent raw:
                ComparePieces(raw, place);
                break;
        }
    }

    /// <summary>
    /// Compares what the partition's file holds with its place in the image; that the image has nothing where the file
    /// has holes is seen with the other foreign bytes.
    /// </summary>
    private void CompareData(PartitionFile partition, Stream image)
    {
        using Stream file = partition.File.OpenRead();
        long start = partition.Content.Structure.StartBytes;
        foreach ((long offset, long length) in SparseCopy.DataRanges(partition.File.Stream))
        {
            using var wanted = new StreamWindow(file, offset, length);
            using var found = new StreamWindow(image, start + offset, length);
            long? difference = StreamComparison.FirstDifference(wanted, found, (_left, _right), _cancellation);
            Expect(difference is null,
                $"{partition.Content.FileName} and its place in the image differ at byte {offset + difference}");
        }
    }

    /// <param name="content">What is compared.</param>
    /// <param name="planned">Its tree.</param>
    /// <param name="actual">What was read back.</param>
    /// <param name="digests">Digests of contents; null for FAT, which keeps no owners, permissions and times.</param>
    private void CompareTrees(PartitionContent content, DirectoryNode planned, DirectoryNode actual,
        IReadOnlyDictionary<FileContent, string>? digests)
    {
        var comparison = new TreeComparison(digests ?? new Dictionary<FileContent, string>(), _cancellation);
        string? difference = comparison.FirstDifference(planned, actual, onlyContents: digests is null);
        Expect(difference is null, $"{content.FileName}: {difference}");
    }

    private void ComparePieces(RawContent raw, StreamWindow place)
    {
        foreach (RawPiece piece in raw.Pieces)
        {
            using Stream wanted = piece.Content.Open();
            using var written = new StreamWindow(place, piece.OffsetBytes, piece.Content.Length);
            long? difference = StreamComparison.FirstDifference(wanted, written, (_left, _right), _cancellation);
            Expect(difference is null, $"{raw.FileName}: the raw image differs at byte {difference}");
        }
    }

    /// <summary>Everything outside of the partitions' data, tables and pointers must read as zeros.</summary>
    private void FindForeignBytes(IReadOnlyList<PartitionFile> partitions)
    {
        List<(long Start, long End)> known =
        [
            (BootCodeBytes, VolumePlanner.FirstUsableByte(_volume.Schema, _volume.SectorSize)),
            (_volume.SizeBytes - VolumePlanner.BackupTableBytes(_volume.Schema, _volume.SectorSize), _volume.SizeBytes),
            .. partitions.SelectMany(partition => SparseCopy.DataRanges(partition.File.Stream).Select(range =>
                (partition.Content.Structure.StartBytes + range.Offset,
                    partition.Content.Structure.StartBytes + range.Offset + range.Length))),
            .. _volume.Structures.Where(structure => structure.OffsetWriteBytes is not null)
                .Select(structure => (structure.OffsetWriteBytes!.Value, structure.OffsetWriteBytes.Value + 4)),
        ];
        known.Sort();
        foreach ((long offset, long length) in SparseCopy.DataRanges(_image.Stream))
            ExpectZeros(offset, offset + length, known);
    }

    private void ExpectZeros(long start, long end, List<(long Start, long End)> known)
    {
        long at = start;
        foreach ((long knownStart, long knownEnd) in known)
        {
            if (knownEnd <= at)
                continue;
            if (knownStart >= end)
                break;
            ExpectZeros(at, Math.Min(knownStart, end));
            at = Math.Max(at, knownEnd);
        }
        ExpectZeros(at, end);
    }

    private void ExpectZeros(long start, long end)
    {
        if (start >= end)
            return;
        using Stream image = _image.OpenRead();
        image.Position = start;
        for (long at = start; at < end;)
        {
            _cancellation.ThrowIfCancellationRequested();
            Span<byte> part = _left.AsSpan(0, (int)Math.Min(_left.Length, end - at));
            image.ReadExactly(part);
            int foreign = part.IndexOfAnyExcept((byte)0);
            Expect(foreign < 0, $"byte {at + foreign} belongs to nothing and is not 0");
            at += part.Length;
        }
    }

    private static void Expect(bool holds, string otherwise)
    {
        if (!holds)
            throw new VerificationException(otherwise);
    }
}
