// Writes what files hold: directory blocks, attribute blocks, link targets, contents, and the journal's first block.
// All of it lies in ascending order, so that each writer goes from front to back; two share the files (Ext4Writer).
//
//   journal, first block (big-endian)   0 4 magic 0xC03B3998   4 4 kind 4 (superblock, version 2)   12 4 block size
//                                       16 4 blocks   20 4 first block of the log (1)   24 4 first sequence (1)
//                                       28 4 start (0: nothing to play back)   48 16 UUID   64 4 users (1)
//
// Spec: Linux Documentation/filesystems/ext4/journal.rst.
using System.Diagnostics;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Trees;
using static System.Buffers.Binary.BinaryPrimitives;

namespace JetsonCore.Formats.Ext4;

/// <summary>Writes the blocks that belong to files.</summary>
/// <param name="plan">What is decided.</param>
/// <param name="sink">Takes the blocks.</param>
internal sealed class ContentWriter(Ext4Plan plan, BlockSink sink)
{
    private const uint JournalMagic = 0xC03B3998, JournalSuperblockVersion2 = 4;

    private readonly MetadataChecksum _checksum = new(plan.Options.Features, plan.Options.Uuid);
    private readonly int _blockSize = plan.Options.BlockSize;

    /// <summary>Writes what is there once: the journal's first block, the root directory.</summary>
    public void WriteFirst(CancellationToken cancellation)
    {
        if (plan.Journal is { } journal)
            WriteJournal(journal);
        Write(plan.Tree.Root, cancellation);
    }

    /// <summary>Writes what some files hold, and sees it written.</summary>
    public void Write(IEnumerable<PlannedInode> inodes, CancellationToken cancellation)
    {
        foreach (PlannedInode inode in inodes)
            Write(inode, cancellation);
        sink.Flush();
    }

    private void Write(PlannedInode inode, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (inode.AttributeBlock != 0)
            WriteAttributes(inode);
        switch (inode.Node)
        {
            case DirectoryNode:
                WriteDirectory((PlannedDirectory)inode);
                break;
            case RegularFileNode file when inode.Runs.Count > 0:
                WriteContent(inode, file.Content, cancellation);
                break;
            case SymbolicLinkNode link when inode.Runs.Count > 0:
                var block = new byte[_blockSize];
                NodeName.Encode(link.Target).CopyTo(block, 0);
                sink.Write(inode.Runs[0].Physical, block);
                break;
            case RegularFileNode or SymbolicLinkNode or SpecialNode:
                break;
            default:
                throw new UnreachableException();
        }
    }

    private void WriteAttributes(PlannedInode inode)
    {
        var block = new byte[_blockSize];
        var attributes = new ExtendedAttributes(inode.Metadata, ExtendedAttributes.RoomInInode(plan.Options));
        attributes.WriteToBlock(block, inode.AttributeBlock, _checksum);
        sink.Write(inode.AttributeBlock, block);
    }

    private void WriteDirectory(PlannedDirectory directory)
    {
        using IEnumerator<long> blocks = directory.Runs
            .SelectMany(run => Numbers(new(run.Physical, run.Count))).GetEnumerator();
        new DirectoryLayout(directory, plan.Options).Write(_checksum, block =>
        {
            blocks.MoveNext();
            sink.Write(blocks.Current, block);
        });
    }

    private void WriteContent(PlannedInode inode, FileContent content, CancellationToken cancellation)
    {
        using var reader = new ContentReader(content);
        foreach (BlockRun run in inode.Runs)
        {
            long bytes = run.Count * _blockSize;
            for (long done = 0; done < bytes;)
            {
                cancellation.ThrowIfCancellationRequested();
                Span<byte> room = sink.Room(run.Physical + done / _blockSize, bytes - done);
                Read(reader, inode, run.Logical * _blockSize + done, room);
                done += room.Length;
            }
        }
    }

    private void Read(ContentReader reader, PlannedInode inode, long offset, Span<byte> room)
    {
        try
        {
            reader.Read(offset, room);
        }
        catch (MalformedDataException exception)
        {
            string path = ((DirectoryNode)plan.Tree.Root.Node!).Walk().First(step => step.Node == inode.Node).Path;
            throw new MalformedDataException(
                exception.Offset, $"cannot store \"{path}\": {exception.Message}", exception);
        }
    }

    private void WriteJournal(PlannedInode journal)
    {
        var block = new byte[_blockSize];
        WriteUInt32BigEndian(block, JournalMagic);
        WriteUInt32BigEndian(block.AsSpan(4), JournalSuperblockVersion2);
        WriteUInt32BigEndian(block.AsSpan(12), (uint)_blockSize);
        WriteUInt32BigEndian(block.AsSpan(16), (uint)(journal.Size / _blockSize));
        WriteUInt32BigEndian(block.AsSpan(20), 1);
        WriteUInt32BigEndian(block.AsSpan(24), 1);
        plan.Options.Uuid.TryWriteBytes(block.AsSpan(48), bigEndian: true, out _);
        WriteUInt32BigEndian(block.AsSpan(64), 1);
        sink.Write(journal.Runs[0].Physical, block);
    }

    private static IEnumerable<long> Numbers(BlockRange range)
    {
        for (long number = range.Start; number < range.End; number++)
            yield return number;
    }
}
