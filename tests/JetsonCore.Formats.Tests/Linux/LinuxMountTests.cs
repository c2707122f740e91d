// A real Linux mounts our ext4 and squashfs images, finds in them what was put in, writes to those of ext4, grows one
// while it is mounted and leaves one without unmounting; then e2fsck and our reader look at what it left. All of it in
// one run of QEMU.
using System.Globalization;
using System.Security.Cryptography;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Ext4;
using JetsonCore.Formats.SquashFs;
using JetsonCore.Formats.Tests.Ext4;
using JetsonCore.Formats.Trees;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Formats.Tests.Linux;

public sealed class LinuxMountTests
{
    private const int ManyNames = 3000, NewNames = 400;
    private const long HugeOffset = 5L << 30, GrownBytes = 64L << 30;

    private static readonly Dictionary<string, Ext4Options> Ext4Disks = new()
    {
        ["systemboot"] = Ext4Samples.SystemBoot,
        ["writable"] = Ext4Samples.Writable,
        ["writable1024"] = Ext4Samples.Writable with { BlockSize = 1024 },
        ["systemboot1024"] = Ext4Samples.SystemBoot with { BlockSize = 1024 },
        ["ext2"] = Ext4Samples.SystemBoot with { BlockSize = 2048, Features = Ext4Options.Ext2Features },
    };

    private static readonly Dictionary<string, SquashFsOptions> SquashFsDisks = new()
    {
        ["xz"] = new() { Compression = SquashFsCompression.Xz },
        ["gzip"] = new() { Compression = SquashFsCompression.Gzip, Fragments = true },
        ["zstd"] = new() { Compression = SquashFsCompression.Zstd, BlockSize = 1 << 20, Exports = false },
    };

    /// <summary>Left without unmounting when their small journals had gone round, with blocks revoked and escaped.</summary>
    private static readonly string[] PendingDisks = ["ordered", "journal"];

    /// <summary>New names, old ones gone, a file moved, one written over in place, one in a hole of another.</summary>
    private const string Script = LinuxListing.Describe + """
        change() {
          i=0
          while [ $i -lt 400 ]; do echo $i >"/mnt/many/a new name of Linux $i"; i=$((i+1)); done
          rm -r /mnt/many/*number*99 /mnt/tree
          mkdir -p /mnt/new/folder
          dd if=/dev/urandom of=/mnt/new/noise bs=5000 count=300 2>/dev/null
          mv /mnt/new/noise /mnt/new/folder/
          ln /mnt/new/folder/noise /mnt/new/linked
          ln -s "$(seq 30 | tr -d '\n')$(seq 30 | tr -d '\n')" /mnt/new/slow
          dd if=/dev/urandom of=/mnt/uboot.env bs=4096 count=32 conv=notrunc 2>/dev/null
          dd if=/dev/urandom of=/mnt/huge bs=4096 seek=1000 count=3 conv=notrunc 2>/dev/null
          echo more >>/mnt/huge
          sha256sum /mnt/new/linked /mnt/uboot.env
          stat -c %s /mnt/huge
        }
        for name in ${EXT4}; do
          mount -t ext4 $(disk $name) /mnt || mount -t ext2 $(disk $name) /mnt
          describe >/out/$name
          dd if=/mnt/huge bs=4096 skip=1310720 count=2 2>/dev/null | sha256sum >/out/$name-huge
          if [ $name = writable ]; then resize2fs $(disk $name) >/out/resize 2>&1; df /mnt >>/out/resize; fi
          change >/out/$name-changes
          umount /mnt
        done
        for name in ${SQUASHFS}; do
          mount -t squashfs $(disk $name) /mnt
          describe >/out/$name
          umount /mnt
        done
        mount -t ext4 $(disk verity) /mnt
        enable-verity /mnt/file
        echo $? >/out/verity
        umount /mnt
        mount -t ext4 $(disk dirty) /mnt
        dd if=/dev/urandom of=/mnt/new bs=1000 count=100 2>/dev/null
        sync
        sha256sum /mnt/new >/out/dirty
        mkdir /fast
        mount -t ext4 $(disk fast) /fast
        echo one >/fast/one
        sync
        dd if=/dev/urandom of=/fast/two bs=10 count=1 conv=fsync 2>/dev/null
        cat $(disk fast) >$(disk fastcopy)
        i=0
        for way in ordered journal; do
          mkdir -p /mnt-$way
          mount -t ext4 -o data=$way $(disk $way) /mnt-$way
        done
        while [ $i -lt 130 ]; do
          for at in /mnt-*; do
            mkdir $at/folder$i
            for file in 1 2 3 4 5; do echo $i >$at/folder$i/$file; done
            dd if=/dev/urandom of=$at/noise bs=1000 count=20 2>/dev/null
            printf '\300\073\071\230 %s' $i >$at/magic
            if [ $i -gt 4 ]; then rm -r $at/folder$((i - 5)); fi
          done
          i=$((i + 1))
          sync
        done
        for at in /mnt-*; do describe $at >/out/${at#/mnt-}; done
        sync
        dmesg | grep -iE 'ext4-fs.*(error|warn)|squashfs.*error|call trace' | grep -v data=journal >/out/complaints
        """;

    [DebianInputsFact]
    public void Linux_mounts_what_we_make_and_what_it_leaves_is_clean()
    {
        using var folder = new TempFolder();
        DirectoryNode tree = Tree(), plain = PlainTree();
        Dictionary<string, string> disks = MakeDisks(folder, tree, plain);
        string script = Script.Replace("${EXT4}", string.Join(' ', Ext4Disks.Keys), StringComparison.Ordinal)
            .Replace("${SQUASHFS}", string.Join(' ', SquashFsDisks.Keys), StringComparison.Ordinal);
        var machine = new LinuxMachine(folder);
        Dictionary<string, string> results = machine.Run(disks, script);

        Assert.True(results["complaints"].Length == 0, results["complaints"]);
        string expected = LinuxListing.Of(tree, ownFolders: 1);
        foreach (string name in Ext4Disks.Keys)
        {
            Assert.Equal(expected, LinuxListing.Sort(results[name]));
            Assert.StartsWith(Digest(HugeEnd(8192)), results[$"{name}-huge"], StringComparison.Ordinal);
            CheckLeft(disks[name], results[$"{name}-changes"]);
        }
        Assert.Contains($"is now {GrownBytes / 4096} (4k) blocks", results["resize"], StringComparison.Ordinal);
        expected = LinuxListing.Of(plain, ownFolders: 0);
        foreach (string name in SquashFsDisks.Keys)
            Assert.Equal(expected, LinuxListing.Sort(results[name]));
        Assert.Equal("0\n", results["verity"]);
        CheckVerity(disks["verity"]);
        CheckDirty(disks["dirty"], results["dirty"]);
        foreach (string name in PendingDisks)
            CheckPending(disks[name], results[name]);
        using FileStream fast = File.OpenRead(disks["fastcopy"]);
        var refusal = Assert.Throws<MalformedDataException>(() => Ext4Reader.Open(fast));
        Assert.Contains("fast commits", refusal.Message, StringComparison.Ordinal);
    }

    private static Dictionary<string, string> MakeDisks(TempFolder folder, DirectoryNode tree, DirectoryNode plain)
    {
        var disks = new Dictionary<string, string>();
        foreach ((string name, Ext4Options options) in Ext4Disks.Append(new("dirty", Ext4Samples.SystemBoot)))
        {
            disks[name] = folder.File($"{name}.img");
            using FileStream stream = new(disks[name], FileMode.Create, FileAccess.ReadWrite);
            Ext4Writer.Write(Ext4Writer.Plan(tree, options, 300 << 20), stream, 0);
            if (name == "writable")
                stream.SetLength(GrownBytes);
        }
        foreach (string name in PendingDisks)
        {
            disks[name] = folder.File($"{name}.img");
            Oracle.Run("mke2fs", "-q", "-F", "-t", "ext4", "-b", "1024", "-J", "size=1", disks[name], "32M").MustSucceed();
        }
        disks["verity"] = folder.File("verity.img");
        folder.Write("verity/file", HugeEnd(300_001));
        Oracle.Run("mke2fs", "-q", "-F", "-t", "ext4", "-b", "4096", "-O", "verity", "-d", folder.File("verity"),
            disks["verity"], "16M").MustSucceed();
        disks["fast"] = folder.File("fast.img");
        Oracle.Run("mke2fs", "-q", "-F", "-t", "ext4", "-O", "fast_commit", disks["fast"], "64M").MustSucceed();
        disks["fastcopy"] = folder.Write("fastcopy.img", new byte[64 << 20]);
        foreach ((string name, SquashFsOptions options) in SquashFsDisks)
        {
            disks[name] = folder.File($"{name}.img");
            using FileStream stream = new(disks[name], FileMode.Create, FileAccess.ReadWrite);
            SquashFsWriter.Write(plain, options, stream);
            stream.SetLength(Alignment.Up(stream.Length, 4096));
        }
        return disks;
    }

    private static DirectoryNode Tree()
    {
        DirectoryNode root = Ext4Samples.EveryKind();
        for (int index = 0; index < ManyNames; index++)
            root.SetPath($"many/a name with a number {index}", Ext4Samples.File(index % 100 == 0 ? [1] : []));
        root.Set("tree", new RandomTree(new(11)).Make(40));
        root.Set("uboot.env", Ext4Samples.File(new byte[131072]));
        byte[] end = HugeEnd(8192);
        root.Set("huge", new RegularFileNode(FileMetadata.File, new(HugeOffset + end.Length,
            () => new HugeStream(end), () => [new(HugeOffset, end.Length)])));
        return root;
    }

    /// <summary>Without what squashfs cannot say: times before 1970 and after 2106.</summary>
    private static DirectoryNode PlainTree()
    {
        DirectoryNode root = Ext4Samples.EveryKind();
        root.Remove("early");
        root.Remove("late");
        root.Set("tree", new RandomTree(new(12)).Make(60));
        root.Set("large", Ext4Samples.File([.. Enumerable.Range(0, 3_000_000).Select(at => (byte)(at / 7 % 256))]));
        for (int index = 0; index < 600; index++)
            root.SetPath($"many/{index}", Ext4Samples.File([(byte)(index % 256)]));
        return root;
    }

    /// <summary>After Linux has changed and unmounted a file system, or grown it.</summary>
    private static void CheckLeft(string image, string changes)
    {
        Ext4Samples.MustBeClean(image);
        using FileStream stream = File.OpenRead(image);
        var reader = Ext4Reader.Open(stream);
        Assert.True(reader.IsClean);
        DirectoryNode root = reader.ReadTree(ReadLimits.Default);
        Assert.Equal(ManyNames - ManyNames / 100 + NewNames, ((DirectoryNode)root.Find("many")!).Children.Count);
        Assert.NotNull(root.Find($"many/a new name of Linux {NewNames - 1}"));
        Assert.Null(root.Find("tree"));
        Assert.Same(root.Find("new/linked"), root.Find("new/folder/noise"));
        Assert.Equal(102, ((SymbolicLinkNode)root.Find("new/slow")!).Target.Length);
        string[] lines = changes.Split('\n');
        Assert.Equal(lines[0].Split(' ')[0], Digest(Content(root, "new/linked")));
        Assert.Equal(lines[1].Split(' ')[0], Digest(Content(root, "uboot.env")));
        Assert.Equal((HugeOffset + 8192 + 5).ToString(CultureInfo.InvariantCulture), lines[2]);
        FileContent huge = ((RegularFileNode)root.Find("huge")!).Content;
        Assert.Equal([1000L * 4096, HugeOffset], huge.DataRanges().Select(range => range.Start));
    }

    /// <summary>Linux keeps hashes behind a file's end, and their place in an attribute of its own.</summary>
    private static void CheckVerity(string image)
    {
        const uint isVerity = 0x100000;
        string stat = Oracle.Run("debugfs", "-R", "stat /file", image).MustSucceed();
        string flags = stat.Split("Flags: 0x")[1].Split('\n')[0];
        Assert.NotEqual(0u, uint.Parse(flags, NumberStyles.HexNumber, CultureInfo.InvariantCulture) & isVerity);
        using FileStream stream = File.OpenRead(image);
        DirectoryNode root = Ext4Reader.Open(stream).ReadTree(ReadLimits.Default);
        Assert.Equal(HugeEnd(300_001), Content(root, "file"));
        Assert.Empty(root.Find("file")!.Metadata.ExtendedAttributes);
    }

    /// <summary>After Linux was switched off: the journal has to be played back, which makes it whole.</summary>
    private static void CheckDirty(string image, string digest)
    {
        using (FileStream stream = File.OpenRead(image))
        {
            var reader = Ext4Reader.Open(stream);
            Assert.True(reader.NeedsRecovery);
            Assert.False(reader.IsClean);
            Assert.Equal(digest.Split(' ')[0], Digest(Content(reader.ReadTree(ReadLimits.Default), "new")));
        }
        Assert.InRange(Oracle.Run("e2fsck", "-fy", image).ExitCode, 0, 1);
        Ext4Samples.MustBeClean(image);
        using FileStream recovered = File.OpenRead(image);
        DirectoryNode root = Ext4Reader.Open(recovered).ReadTree(ReadLimits.Default);
        Assert.Equal(digest.Split(' ')[0], Digest(Content(root, "new")));
    }

    /// <summary>What Linux saw before it was switched off is what we read, before and after e2fsck.</summary>
    private static void CheckPending(string image, string seen)
    {
        using (FileStream stream = File.OpenRead(image))
        {
            var reader = Ext4Reader.Open(stream);
            Assert.True(reader.JournalledBlocks > 20, $"{reader.JournalledBlocks} blocks");
            Assert.Equal(LinuxListing.Sort(seen), Listing(reader));
        }
        Assert.InRange(Oracle.Run("e2fsck", "-fy", image).ExitCode, 0, 1);
        using FileStream recovered = File.OpenRead(image);
        Assert.Equal(LinuxListing.Sort(seen), Listing(Ext4Reader.Open(recovered)));

        static string Listing(Ext4Reader reader)
        {
            DirectoryNode root = reader.ReadTree(ReadLimits.Default);
            root.Remove("lost+found");
            return LinuxListing.Of(root, ownFolders: 1);
        }
    }

    private static byte[] Content(DirectoryNode root, string path) =>
        ((RegularFileNode)root.Find(path)!).Content.ReadAll(1 << 24);

    private static byte[] HugeEnd(int length) => new SeededRandom(13).Bytes(length);

    private static string Digest(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <summary>Zeros up to the offset, then the end.</summary>
    private sealed class HugeStream(byte[] end) : MemoryStream(end)
    {
        public override long Position
        {
            get => base.Position + HugeOffset;
            set => base.Position = value - HugeOffset;
        }
    }
}
