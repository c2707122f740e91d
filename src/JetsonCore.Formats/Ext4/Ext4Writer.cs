// Makes ext2, ext3 and ext4 file systems: a plan first, in which every block is decided, then the bytes. The same tree
// and options give the same bytes. README.md draws the layout.
using JetsonCore.Formats.Trees;

namespace JetsonCore.Formats.Ext4;

/// <summary>Makes file systems from trees.</summary>
public static class Ext4Writer
{
    private const long Mebi = 1 << 20;

    /// <summary>Decides where everything goes. Contents are not read, unless zeros are to be looked for.</summary>
    /// <param name="root">The tree; its own metadata become the root directory's.</param>
    /// <param name="options">How to make it.</param>
    /// <param name="sizeBytes">
    /// The image's size; null: the smallest in whole MiB that leaves the margin free beside the reserved blocks.
    /// </param>
    /// <exception cref="ContentDoesNotFitException">The size is too small for the tree.</exception>
    /// <exception cref="UnstorableContentException">Something in the tree cannot be expressed.</exception>
    /// <exception cref="ArgumentException">The options contradict each other.</exception>
    public static Ext4Plan Plan(DirectoryNode root, Ext4Options options, long? sizeBytes)
    {
        ArgumentNullException.ThrowIfNull(root);
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        PlannedTree tree = TreePlanner.Plan(root, options);
        options = options.WithImpliedFeatures();
        return sizeBytes is { } size ? PlanSize(tree, options, size) : FindSize(tree, options);
    }

    /// <summary>Writes a plan's bytes; only blocks that hold something else than zeros are written.</summary>
    /// <param name="plan">What to write.</param>
    /// <param name="target">A seekable stream that reads as zeros where the file system will be.</param>
    /// <param name="targetOffset">Where in it the file system starts, in bytes.</param>
    /// <param name="cancellation">Ends the work early.</param>
    /// <exception cref="Binary.MalformedDataException">
    /// A content is shorter than it was when the plan was made.
    /// </exception>
    public static void Write(Ext4Plan plan, Stream target, long targetOffset, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(target);
        ArgumentOutOfRangeException.ThrowIfNegative(targetOffset);
        if (target.Length < targetOffset + plan.SizeBytes)
            target.SetLength(targetOffset + plan.SizeBytes);
        using var blocks = new BlockSink(target, targetOffset, plan.Options.BlockSize);
        using var moreBlocks = new BlockSink(target, targetOffset, plan.Options.BlockSize);
        WriteContents(plan, blocks, moreBlocks, cancellation);
        byte[] journalMap = new InodeWriter(plan, blocks, moreBlocks).Write(cancellation);
        new GroupWriter(plan, journalMap, blocks).Write(cancellation);
    }

    /// <summary>
    /// Opening, reading and closing a small file takes longer than writing it: two threads share the files, each with
    /// a sink of its own.
    /// </summary>
    private static void WriteContents(
        Ext4Plan plan, BlockSink blocks, BlockSink moreBlocks, CancellationToken cancellation)
    {
        PlannedInode[] inodes = [.. plan.InImageOrder];
        int middle = Array.TrueForAll(inodes, IsIndependent) ? MiddleOf(inodes) : inodes.Length;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task second = Task.Run(
            () => new ContentWriter(plan, moreBlocks).Write(inodes.Skip(middle), stop.Token), CancellationToken.None);
        try
        {
            var first = new ContentWriter(plan, blocks);
            first.WriteFirst(cancellation);
            first.Write(inodes.Take(middle), cancellation);
        }
        catch
        {
            stop.Cancel();
            throw;
        }
        finally
        {
            ((IAsyncResult)second).AsyncWaitHandle.WaitOne();       // or its sink would be closed under its hands
        }
        second.GetAwaiter().GetResult();
    }

    private static bool IsIndependent(PlannedInode inode) =>
        inode.Node is not RegularFileNode file || file.Content.IsIndependent;

    /// <summary>Where half of the work is done; opening a file counts like writing so many blocks.</summary>
    private static int MiddleOf(PlannedInode[] inodes)
    {
        const long OpeningBlocks = 16;
        long[] work = [.. inodes.Select(inode => inode.Runs.Sum(run => run.Count) + OpeningBlocks)];
        long left = work.Sum() / 2;
        int middle = 0;
        while (middle < work.Length && left > 0)
            left -= work[middle++];
        return middle;
    }

    private static Ext4Plan PlanSize(PlannedTree tree, Ext4Options options, long sizeBytes)
    {
        (Ext4Plan plan, long missing) = BlockPlacer.Place(tree, options, sizeBytes);
        if (missing == 0)
            return plan;
        long available = (plan.Geometry.BlockCount - plan.Geometry.MetadataBlocks) * options.BlockSize;
        long needed = available + missing * options.BlockSize;
        throw new ContentDoesNotFitException($"cannot place the content in {sizeBytes} bytes: it needs {needed} bytes "
            + $"(the journal among them), the file system has {available} beside its metadata")
        {
            NeededBytes = needed,
            AvailableBytes = available,
        };
    }

    /// <summary>
    /// Grows from the least size by what is missing each time; a larger one brings larger tables with it.
    /// </summary>
    private static Ext4Plan FindSize(PlannedTree tree, Ext4Options options)
    {
        long size = Binary.Alignment.Up(BlockPlacer.BlocksMin(options) * options.BlockSize, Mebi);
        while (true)
        {
            long missing = MissingBytes(tree, options, size, out Ext4Plan? plan);
            if (missing <= 0 && plan is not null)
            {
                plan.IsSizeChosen = true;
                return plan;
            }
            size = Binary.Alignment.Up(size + Math.Max(missing, 1), Mebi);
        }
    }

    private static long MissingBytes(PlannedTree tree, Ext4Options options, long size, out Ext4Plan? plan)
    {
        try
        {
            (plan, long missing) = BlockPlacer.Place(tree, options, size);
            return missing * options.BlockSize + plan.ReservedBytes + options.MarginBytes - plan.FreeBytes;
        }
        catch (ContentDoesNotFitException exception) when (exception.NeededInodes == 0 || options.InodeCount is null)
        {
            plan = null;        // not even the tables fit
            return exception.NeededBytes - exception.AvailableBytes;
        }
    }
}
