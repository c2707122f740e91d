// The tarball for the flash tool against tar -cJ: partitions as a build of the TX1 makes them, of which one holds a
// real uncompressed kernel, and most of the rest is packed already (here: noise) or zeros.
using JetsonCore.Files;
using JetsonCore.Formats.Compression;
using JetsonCore.Formats.Ext4;
using JetsonCore.Formats.Tar;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Benchmarks;

internal static class TarballBenchmark
{
    private const int KernelSnapBytes = 83 << 20, InitrdBytes = 4 << 20, PeakMebibytesMax = 200;
    private const long SystemBootBytes = 256 << 20, WritableBytes = 99 << 20;
    private const double RatioMin = 20, SizeRatioMax = 1.02;

    public static Race Race(BenchmarkFolder folder)
    {
        string input = folder.File("tarball"), ours = folder.File("ours.tar.xz"), theirs = folder.File("theirs.tar.xz");
        return new("tarball", () => MakeInput(folder.File("kernel"), input))
        {
            Ours = ["tarball", input, ours],
            Theirs = ["tar", "-cJf", theirs, "-C", input, "."],
            Outputs = [ours, theirs],
            Rounds = 1,
            RatioMin = RatioMin,
            SizeRatioMax = SizeRatioMax,
            PeakMebibytesMax = PeakMebibytesMax,
        };
    }

    /// <summary>Our side.</summary>
    public static void MakeTarball(string from, string into)
    {
        using FileStream target = new(into, FileMode.Create, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        using CompressionStream compressed = Compressor.OpenWriteXzBlocks(target);
        TarTreeWriter.Write(compressed, FolderTree.Read(from));
    }

    private static void MakeInput(string kernelFolder, string into)
    {
        KernelPackage.Extract(kernelFolder, path => path.StartsWith("boot/vmlinuz", StringComparison.Ordinal));
        string kernel = Directory.EnumerateFiles(Path.Combine(kernelFolder, "boot")).First();
        Directory.CreateDirectory(into);
        var boot = new DirectoryNode();
        boot.SetPath("kernel/kernel.img", new RegularFileNode(FileMetadata.File, FolderTree.FileContent(kernel)));
        boot.SetPath("kernel/initrd.img", new RegularFileNode(FileMetadata.File, Noise(1, InitrdBytes)));
        WriteImage(Path.Combine(into, "system-boot.ext4"), boot, SystemBootBytes);
        var writable = new DirectoryNode();
        writable.SetPath("seed/snaps/kernel.snap", new RegularFileNode(FileMetadata.File, Noise(2, KernelSnapBytes)));
        WriteImage(Path.Combine(into, "writable.ext4"), writable, WritableBytes);
    }

    private static void WriteImage(string path, DirectoryNode tree, long sizeBytes)
    {
        Ext4Options options = Ext4Options.Writable("bench", Guid.Empty, Guid.Empty, new(1_573_659_600));
        using FileStream target = new(path, FileMode.Create, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        Ext4Writer.Write(Ext4Writer.Plan(tree, options, sizeBytes), target, 0);
    }

    private static FileContent Noise(int seed, int length)
    {
        var noise = new byte[length];
        new Random(seed).NextBytes(noise);
        return FileContent.Of(noise);
    }
}
