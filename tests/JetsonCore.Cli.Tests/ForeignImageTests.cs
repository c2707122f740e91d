// Images as others make them, whole, cut off and damaged: what can be read is shown, what is not understood is named, by
// the names of blkid and qemu-img; links and archives with odd names as debugfs, unsquashfs and tar take them.
using System.Text.Json.Nodes;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Cli.Tests;

public sealed class ForeignImageTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Theory]
    [InlineData("truncate -s 110M image; mkfs.btrfs -q -L MINE image", "btrfs")]
    [InlineData("truncate -s 300M image; mkfs.xfs -q -L MINE image", "xfs")]
    [InlineData("truncate -s 60M image; mkfs.f2fs -q image", "f2fs")]
    [InlineData("truncate -s 60M image; mkfs.exfat image", "exfat")]
    [InlineData("mkdir tree; xorriso -as mkisofs -quiet -V MINE -o image tree", "iso9660")]
    [InlineData("qemu-img create -q -f qcow2 image 8M", "qcow2")]
    [InlineData("qemu-img create -q -f vmdk image 8M", "vmdk")]
    [InlineData("qemu-img create -q -f vdi image 8M", "vdi")]
    [InlineData("qemu-img create -q -f vhdx image 8M", "vhdx")]
    public void What_is_not_read_is_named_alone_and_in_a_partition(string make, string name)
    {
        Shell(make + " > /dev/null");
        string image = _temp.File("image"), disk = _temp.File("disk");
        bool isDisk = make.StartsWith("qemu-img", StringComparison.Ordinal);
        Assert.Equal(name, isDisk
            ? (string?)JsonNode.Parse(Oracle.Run("qemu-img", "info", "--output=json", image).MustSucceed())!["format"]
            : Oracle.Run("blkid", "-p", "-o", "value", "-s", "TYPE", image).MustSucceed().Trim());
        JsonNode file = Inspect(image);
        Assert.Equal(name, (string?)file["format"]);
        if (make.Contains("MINE", StringComparison.Ordinal))
            Assert.Equal("MINE", (string?)file["label"]);
        Assert.Contains("which is only recognised", CliRun.Of("fs", "ls", image).Error, StringComparison.Ordinal);
        Shell($"truncate -s 400M disk; printf 'label: gpt\\nname=part\\n' | sfdisk -q disk; dd if=image of=disk seek=2048 conv=notrunc,sparse status=none");
        Assert.Equal(name, (string?)Inspect(disk)["partitions"]![0]!["content"]);
        CliRun list = CliRun.Of("fs", "ls", $"{disk}:part");
        Assert.Equal((0, "part\n"), (list.ExitCode, list.Output));
        Assert.Contains("recognised, not read", list.Error, StringComparison.Ordinal);
        Assert.Contains($"format {name} → ext4", CliRun.Of("diff", image, Ext4("plain", "x")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void An_image_of_a_cloud_tells_its_kernel_whole_and_cut_off()
    {
        _temp.Write("efi/EFI/BOOT/BOOTX64.EFI", File.ReadAllBytes("/boot/memtest86+x64.efi"));
        _temp.Write("root/boot/vmlinuz", File.ReadAllBytes("/boot/memtest86+x64.bin"));
        _temp.Write("root/etc/fstab", "# none\n");
        _temp.Write("root/usr/share/doc/kernel.img", Build.TinyDevice.Kernel(4096));       // no kernel that boots
        Shell("""
            mke2fs -q -t ext4 -d root root.img 24M
            truncate -s 4M efi.img; mkfs.vfat -n EFI efi.img > /dev/null; mcopy -s -i efi.img efi/EFI ::
            truncate -s 40M disk
            printf 'label: gpt\nstart=2048,size=8192,type=U,name=efi\nstart=10240,size=49152,name=root\n' | sfdisk -q disk
            dd if=efi.img of=disk seek=2048 conv=notrunc status=none; dd if=root.img of=disk seek=10240 conv=notrunc,sparse status=none
            head -c 20M disk > cut
            """);
        JsonNode whole = Inspect(_temp.File("disk")), cut = Inspect(_temp.File("cut"));
        Assert.Equal(["efi/EFI/BOOT/BOOTX64.EFI", "root/boot/vmlinuz"], whole["kernels"]!.AsArray().Select(kernel => (string?)kernel!["place"]));
        Assert.Contains("the disk is cut off: its table is of 81920 sectors, 40960 are there", (string?)cut["problems"]![0], StringComparison.Ordinal);
        Assert.Equal(2, cut["partitions"]!.AsArray().Count);
        Assert.Contains("efi/EFI/BOOT/BOOTX64.EFI", cut["kernels"]!.AsArray().Select(kernel => (string?)kernel!["place"]));
        Assert.Equal(File.ReadAllBytes("/boot/memtest86+x64.efi"), CliRun.Of("fs", "cat", $"{_temp.File("cut")}:efi/EFI/BOOT/BOOTX64.EFI").OutputBytes);

        // One bad entry in both copies, with sums that are right.
        byte[] bytes = File.ReadAllBytes(_temp.File("disk"));
        bytes.AsSpan(1024 + 128 + 32, 8).Fill(0xFF);
        JsonNode bad = Inspect(_temp.Write("bad", bytes.AsSpan(0, bytes.Length - 4096)));
        Assert.Contains("partition 2 (sectors -1 to", bad["problems"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal("efi", (string?)Assert.Single(bad["partitions"]!.AsArray())!["name"]);
        Assert.Contains("EFI/BOOT\n", CliRun.Succeed("fs", "ls", $"{_temp.File("bad")}:efi"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_of_a_PC_or_a_Raspberry_Pi_shows_what_is_there()
    {
        _temp.Write("boot/config.txt", "arm_64bit=1\n");
        _temp.Write("boot/kernel8.img", Build.TinyDevice.Kernel(4096));
        Shell("""
            truncate -s 8M boot.img; mkfs.vfat -n BOOTFS boot.img > /dev/null; mcopy -i boot.img boot/* ::
            truncate -s 40M disk; printf 'start=8192,size=16384,type=c\nstart=24576,size=49152,type=83\n' | sfdisk -q disk
            dd if=boot.img of=disk seek=8192 conv=notrunc status=none
            head -c 13M disk > cut
            """);
        foreach (string name in (string[])["disk", "cut"])
        {
            JsonNode file = Inspect(_temp.File(name));
            Assert.Equal(["c", "83"], file["partitions"]!.AsArray().Select(part => ((string)part!["type"]!).TrimStart('0')));
            Assert.Equal("1/kernel8.img", (string?)file["kernels"]![0]!["place"]);
            Assert.Equal(name == "cut", file["problems"]?.ToJsonString().Contains("the disk is cut off", StringComparison.Ordinal) ?? false);
        }
        JsonNode hybrid = Inspect("/usr/lib/memtest86+/memtest86+x64.iso");
        Assert.Equal(("mbr", "an ISO 9660: recognised, not read"), ((string?)hybrid["format"], (string?)hybrid["alsoHolds"]));
        Assert.Contains("ISO 9660", Oracle.Run("file", "-b", "/usr/lib/memtest86+/memtest86+x64.iso").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Links_on_the_way_are_followed_within_what_they_lie_in()
    {
        _temp.Write("tree/real/file", "there\n");
        Shell("""
            cd tree; ln -s real way; ln -s /way/../real/file absolute; ln -s ../../../../way/file outside; ln -s none dangling; ln -s loop loop
            mksquashfs . ../a.squashfs -quiet -no-progress; mke2fs -q -t ext4 -d . ../a.ext4 8M
            """);
        foreach (string path in (string[])["way/file", "absolute", "outside", "real/file"])
        {
            if (path.EndsWith("/file", StringComparison.Ordinal))           // at the end of a path it follows none
                Assert.Equal("there\n", Oracle.Run("debugfs", "-R", $"cat /{path}", _temp.File("a.ext4")).Output);
            foreach (string image in (string[])["a.ext4", "a.squashfs"])
            {
                Assert.Equal("there\n"u8.ToArray(), CliRun.Of("fs", "cat", _temp.File(image), path).OutputBytes);
                Assert.Equal("there\n"u8.ToArray(), CliRun.Of("fs", "cat", $"{_temp.File(image)}:{path}").OutputBytes);
            }
        }
        Assert.Contains("a link to \"none\", which is not there", CliRun.Of("fs", "cat", _temp.File("a.ext4"), "dangling").Error, StringComparison.Ordinal);
        Assert.Equal(1, CliRun.Of("fs", "cat", _temp.File("a.ext4"), "loop").ExitCode);
        Assert.Contains("way -> real\n", CliRun.Succeed("fs", "ls", "-l", $"{_temp.File("a.ext4")}:way"), StringComparison.Ordinal);
        Assert.Equal("real/file\n", CliRun.Succeed("fs", "ls", $"{_temp.File("a.ext4")}:way/file"));
    }

    [Fact]
    public void An_archive_with_bad_entries_and_a_folder_are_listed()
    {
        Shell("""
            python3 - <<'END'
            import io, tarfile
            with tarfile.open("a.tar", "w") as archive:
                for name, link in (("good", None), ("a/../b", None), ("hard", "absent"), ("last", None)):
                    entry = tarfile.TarInfo(name)
                    entry.size = 0 if link else 2
                    if link:
                        entry.type, entry.linkname = tarfile.LNKTYPE, link
                    archive.addfile(entry, None if link else io.BytesIO(b"x\n"))
            END
            mkdir -p folder/sub; cp a.tar folder/sub
            """);
        CliRun list = CliRun.Of("fs", "ls", _temp.File("a.tar"));
        Assert.Equal((0, "good\nlast\n"), (list.ExitCode, list.Output));
        Assert.Contains("a/../b: warning[JC5603]: is left out: ", list.Error, StringComparison.Ordinal);
        Assert.Contains("hard: warning[JC5603]: is left out: ", list.Error, StringComparison.Ordinal);
        Assert.Equal(2, Inspect(_temp.File("a.tar"))["problems"]!.AsArray().Count);
        Assert.Equal("sub\nsub/a.tar\n", CliRun.Succeed("fs", "ls", _temp.File("folder")));
        Assert.Equal($"{_temp.File("folder")}/sub/a.tar:last\n", CliRun.Succeed("fs", "find", _temp.File("folder"), "last"));
        Assert.Equal("x\n"u8.ToArray(), CliRun.Of("fs", "cat", $"{_temp.File("folder")}/sub/a.tar:last").OutputBytes);
    }

    private string Ext4(string name, string content)
    {
        _temp.Write($"{name}.tree/file", content);
        Oracle.Run("mke2fs", "-q", "-t", "ext4", "-d", _temp.File($"{name}.tree"), _temp.File(name), "4M").MustSucceed();
        return _temp.File(name);
    }

    private void Shell(string script) =>
        Oracle.Run(new OracleCall("sh") { Folder = _temp.Path, Arguments = ["-ec", script] }).MustSucceed();

    private static JsonNode Inspect(string path) =>
        Assert.Single(JsonNode.Parse(CliRun.Succeed("inspect", "--json", path))!["files"]!.AsArray())!;
}
