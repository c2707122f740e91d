// The SD card of the emulated board: a copy of an image, its length a power of two as QEMU wants, with QEMU's own
// device tree in the place of the board's. The tree's file keeps its length and its blocks; only their bytes
// change, and the file system is read again afterwards to see that it has them.
using System.Buffers.Binary;
using System.Numerics;
using JetsonCore.Boot.Commands;
using JetsonCore.Boot.Scenarios;
using JetsonCore.Diagnostics;
using JetsonCore.Files;

namespace JetsonCore.Boot.Emulation;

internal static class EmulatorDisk
{
    private const int BlockBytes = 4096, SectorBytes = 512, TreeMax = 16 << 20;
    private const int TotalSizeOffset = 4, StringsOffset = 12, StringsSizeOffset = 32;

    /// <summary>Copies an image.</summary>
    public static void Copy(string imagePath, string copyPath)
    {
        if (!HostFile.Exists(imagePath))
        {
            throw new UserErrorException(FailureKind.Environment, EmulationRules.Image, imagePath,
                "cannot boot it: there is no such file", "name a disk image");
        }
        using FileStream source = HostFile.OpenRead(imagePath);
        using FileStream target = File.Create(copyPath);
        SparseCopy.CopyFile(source, target);
        target.SetLength((long)BitOperations.RoundUpToPowerOf2((ulong)source.Length));
    }

    /// <summary>Puts a device tree into the file that the board's boot script loads.</summary>
    /// <param name="diskPath">The copied image.</param>
    /// <param name="name">The file's path in the first partition.</param>
    /// <param name="tree">The tree, as QEMU dumps it.</param>
    /// <exception cref="UserErrorException">The image has no such file, or no room in it.</exception>
    public static void ReplaceTree(string diskPath, string name, byte[] tree)
    {
        byte[] trimmed = Trim(tree);
        using (BoardDisk disk = BoardDisk.OfImage(FolderTree.FileContent(diskPath)))
        {
            UBootPartition? boot = disk.Disk.Find(1);
            if (boot?.FileSystem?.FindFile(name) is not { Length: <= TreeMax } file || file.Length < trimmed.Length)
            {
                throw new UserErrorException(FailureKind.Input, EmulationRules.Image, diskPath,
                    $"cannot boot it: system-boot has no file {name} of {trimmed.Length} to {TreeMax} bytes",
                    "name an image that jetson-core build has made");
            }
            byte[] old = file.ReadAll(TreeMax);
            long place = Locate(diskPath, boot, old);
            using var target = new FileStream(diskPath, FileMode.Open, FileAccess.ReadWrite) { Position = place };
            target.Write(trimmed);
            target.Write(new byte[old.Length - trimmed.Length]);
        }
        using BoardDisk written = BoardDisk.OfImage(FolderTree.FileContent(diskPath));
        byte[]? read = written.Disk.Find(1)?.FileSystem?.FindFile(name)?.ReadAll(TreeMax);
        if (read is null || !read.AsSpan().StartsWith(trimmed))
        {
            throw new UserErrorException(FailureKind.Input, EmulationRules.Image, diskPath,
                $"cannot boot it: {name} does not lie in one piece", "name an image that jetson-core build has made");
        }
    }

    // QEMU leaves a mebibyte of room behind the tree.
    private static byte[] Trim(byte[] tree)
    {
        uint end = BinaryPrimitives.ReadUInt32BigEndian(tree.AsSpan(StringsOffset))
            + BinaryPrimitives.ReadUInt32BigEndian(tree.AsSpan(StringsSizeOffset));
        byte[] trimmed = tree[..(int)Math.Min(end, tree.Length)];
        BinaryPrimitives.WriteUInt32BigEndian(trimmed.AsSpan(TotalSizeOffset), (uint)trimmed.Length);
        return trimmed;
    }

    private static long Locate(string diskPath, UBootPartition boot, byte[] content)
    {
        using FileStream disk = File.OpenRead(diskPath);
        long start = boot.FirstBlock * SectorBytes, end = start + (boot.BlockCount * SectorBytes);
        var block = new byte[BlockBytes];
        ReadOnlySpan<byte> first = content.AsSpan(0, Math.Min(BlockBytes, content.Length));
        var whole = new byte[content.Length];
        for (long at = start; at + content.Length <= end; at += BlockBytes)
        {
            disk.Position = at;
            disk.ReadExactly(block);
            if (!block.AsSpan().StartsWith(first))
                continue;
            disk.Position = at;
            disk.ReadExactly(whole);
            if (whole.AsSpan().SequenceEqual(content))
                return at;
        }
        throw new UserErrorException(FailureKind.Input, EmulationRules.Image, diskPath,
            "cannot boot it: the device tree does not lie in one piece",
            "name an image that jetson-core build has made");
    }
}
