// inspect: what is only named, and not read: made by the real tools, with what these say of it.
using System.Text.Json.Nodes;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Cli.Tests;

public sealed class InspectFormatsTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Theory]
    [InlineData("script", "uboot-script")]
    [InlineData("kernel", "uboot-image")]
    [InlineData("ramdisk", "uboot-image")]
    public void Images_of_mkimage_are_named(string kind, string format)
    {
        string image = _temp.File("image");
        Oracle.Run("mkimage", "-A", "arm64", "-O", "linux", "-T", kind, "-C", "gzip", "-a", "0x80080000", "-e", "0x80080040",
            "-n", "a name", "-d", _temp.Write("data", "echo hello\n"), image).MustSucceed();
        JsonNode file = Inspect(image);
        Assert.Equal((format, kind, "arm64", "linux", "gzip", "a name", "right"), ((string?)file["format"],
            (string?)file["kind"], (string?)file["architecture"], (string?)file["os"], (string?)file["dataCompression"],
            (string?)file["name"], (string?)file["dataChecksum"]));
        if (format == "uboot-image")
            Assert.Equal(("0x80080000", "0x80080040"), ((string?)file["loadAddress"], (string?)file["entryPoint"]));
        byte[] bytes = File.ReadAllBytes(image);
        bytes[^1] ^= 1;
        Assert.Equal("wrong", (string?)Inspect(_temp.Write("changed", bytes))["dataChecksum"]);
        bytes[10] ^= 1;
        Assert.Equal(1, CliRun.Of("inspect", _temp.Write("changed", bytes)).ExitCode);
    }

    [Fact]
    public void Device_trees_say_model_and_what_they_are_compatible_with()
    {
        string source = _temp.Write("a.dts",
            "/dts-v1/; / { model = \"NVIDIA Jetson TX1\"; compatible = \"nvidia,p2371-2180\", \"nvidia,tegra210\"; a { b = <1>; }; };");
        Oracle.Run("dtc", "-q", "-O", "dtb", "-o", _temp.File("a.dtb"), source).MustSucceed();
        JsonNode file = Inspect(_temp.File("a.dtb"));
        Assert.Equal(("device-tree", "NVIDIA Jetson TX1", "nvidia,p2371-2180 nvidia,tegra210"),
            ((string?)file["format"], (string?)file["model"], (string?)file["compatible"]));
        string fit = _temp.Write("fit.its", """
            /dts-v1/;
            / {
              description = "a fit";
              images { kernel { data = /incbin/("a.dts"); type = "kernel"; arch = "arm64"; os = "linux"; compression = "none"; }; };
              configurations { default = "one"; one { kernel = "kernel"; }; };
            };
            """);
        Oracle.Run("mkimage", "-f", fit, _temp.File("fit.itb")).MustSucceed();
        file = Inspect(_temp.File("fit.itb"));
        Assert.Equal(("fit", "a fit"), ((string?)file["format"], (string?)file["description"]));
    }

    [Fact]
    public void Libraries_list_their_members()
    {
        string archive = _temp.File("a.a"), longName = new string('n', 40) + ".o";
        Oracle.Run("ar", "rc", archive, _temp.Write("short.o", "1"), _temp.Write(longName, "22")).MustSucceed();
        JsonNode file = Inspect(archive);
        Assert.Equal("ar", (string?)file["format"]);
        Assert.Equal(["short.o", longName], file["files"]!.AsArray().Select(member => (string?)member!["path"]));
        Assert.Contains($"{longName}\n", CliRun.Succeed("fs", "ls", archive), StringComparison.Ordinal);
    }

    [Fact]
    public void Bmaps_say_what_they_copy()
    {
        string image = _temp.File("image"), bmap = _temp.File("image.bmap");
        Oracle.Run("truncate", "-s", "1M", image).MustSucceed();
        Oracle.Run("dd", "if=/dev/urandom", $"of={image}", "bs=4096", "count=3", "conv=notrunc", "status=none").MustSucceed();
        Oracle.Run("bmaptool", "create", "-o", bmap, image).MustSucceed();
        JsonNode file = Inspect(bmap);
        Assert.Equal(("bmap", 1 << 20, 4096, 3), ((string?)file["format"], (int)file["imageBytes"]!,
            (int)file["blockSize"]!, (int)file["mappedBlocks"]!));
    }

    [Fact]
    public void An_erofs_is_named()
    {
        _temp.Write("tree/a", "x");
        string image = _temp.File("image");
        Oracle.Run("mkfs.erofs", "-T", "1600000000", "-U", "01234567-89ab-cdef-0123-456789abcdef", image, _temp.File("tree")).MustSucceed();
        JsonNode file = Inspect(image);
        Assert.Equal(("erofs", "01234567-89ab-cdef-0123-456789abcdef", 4096, 2), ((string?)file["format"],
            (string?)file["uuid"], (int)file["blockSize"]!, (int)file["inodes"]!));
        Assert.Contains("EROFS", CliRun.Of("fs", "ls", image).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(4096)]
    [InlineData(8192)]
    [InlineData(16384)]
    [InlineData(65536)]
    public void A_swap_area_is_described_as_mkswap_and_blkid_do(int pageSize)
    {
        string area = _temp.File("swap");
        Oracle.Run("truncate", "-s", "1000k", area).MustSucceed();
        string made = Oracle.Run("mkswap", "-p", $"{pageSize}", "-L", "my swap", area).MustSucceed();
        string[] theirs = Oracle.Run("blkid", "-p", "-o", "export", area).MustSucceed().Split('\n');
        JsonNode file = Inspect(area);
        Assert.Equal(("swap", pageSize, 0), ((string?)file["format"], (int)file["pageSize"]!, (int)file["badPages"]!));
        Assert.Contains($"({file["capacityBytes"]} bytes)", made, StringComparison.Ordinal);
        Assert.Contains($"UUID={file["uuid"]}", theirs);
        Assert.Contains($"LABEL={file["label"]}", theirs.Select(line => line.Replace("\\", "", StringComparison.Ordinal)));
        Assert.Contains("a Linux swap area", CliRun.Of("fs", "ls", area).Error, StringComparison.Ordinal);
        Oracle.Run("gzip", area).MustSucceed();
        Assert.Equal(("swap", "gzip"), ((string?)Inspect($"{area}.gz")["format"], (string?)Inspect($"{area}.gz")["compression"]));
    }

    [Fact]
    public void What_was_made_over_a_swap_area_is_no_swap_area()
    {
        string area = _temp.File("swap");
        Oracle.Run("truncate", "-s", "8M", area).MustSucceed();
        Oracle.Run("mkswap", area).MustSucceed();
        Oracle.Run(new OracleCall("sfdisk") { Arguments = ["-q", "--wipe", "never", area], Input = "2048 1024 83\n"u8.ToArray() })
            .MustSucceed();
        Assert.Equal("mbr", (string?)Inspect(area)["format"]);
        Oracle.Run("mke2fs", "-q", "-F", "-t", "ext4", area).MustSucceed();
        Assert.Equal("ext4", (string?)Inspect(area)["format"]);
    }

    [Theory]
    [InlineData(0x400, 2, "version 2")]
    [InlineData(0x404, 0, "no page to swap to")]
    [InlineData(0x408, 638, "there is room for 637")]
    public void A_header_of_swap_that_contradicts_itself_is_refused(int offset, int value, string reason)
    {
        string area = _temp.File("swap");
        Oracle.Run("truncate", "-s", "1M", area).MustSucceed();
        Oracle.Run("mkswap", area).MustSucceed();
        byte[] bytes = File.ReadAllBytes(area);
        BitConverter.TryWriteBytes(bytes.AsSpan(offset), value);
        CliRun run = CliRun.Of("inspect", _temp.Write("changed", bytes));
        Assert.Equal(1, run.ExitCode);
        Assert.Contains(reason, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Compressed_bytes_of_nothing_known_are_said_to_be_so()
    {
        string file = _temp.Write("x", "Hello");
        Oracle.Run("gzip", file).MustSucceed();
        JsonNode json = Inspect($"{file}.gz");
        Assert.Equal(("gzip", "unknown"), ((string?)json["format"], (string?)json["content"]));
        Assert.Contains("this is gzip of something unknown", CliRun.Of("fs", "ls", $"{file}.gz").Error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_environment_may_be_larger_than_a_mebibyte()
    {
        string environment = _temp.File("uboot.env");
        CliRun.Succeed("env", "make", _temp.Write("env.txt", "a=1\n"), environment, "--size", "0x400000");
        Assert.Equal(("uboot-environment", 4 << 20), ((string?)Inspect(environment)["format"], (int)Inspect(environment)["sizeBytes"]!));
        Oracle.Run("mkenvimage", "-s", "0x200000", "-o", environment, _temp.File("env.txt")).MustSucceed();
        Assert.Equal(("uboot-environment", "single"), ((string?)Inspect(environment)["format"], (string?)Inspect(environment)["layout"]));
    }

    /// <summary>blkid says "dos" of each: what fdisk makes, with an id and without, and a signature alone.</summary>
    [Theory]
    [InlineData("echo 'label: dos' | sfdisk -q disk", true)]
    [InlineData("printf 'label: dos\nlabel-id: 0' | sfdisk -q disk", true)]
    [InlineData("printf '\\125\\252' | dd of=disk bs=1 seek=510 conv=notrunc status=none", true)]
    [InlineData("head -c 440 /bin/sh | dd of=disk conv=notrunc status=none; echo 'label: dos' | sfdisk -q disk", true)]
    [InlineData("printf '\\353\\122\\220NTFS    ' | dd of=disk conv=notrunc status=none; "
        + "printf '\\125\\252' | dd of=disk bs=1 seek=510 conv=notrunc status=none", false)]
    [InlineData("printf '\\125\\252' | dd of=disk bs=1 seek=510 conv=notrunc status=none; truncate -s 512 disk", false)]
    public void A_table_without_partitions_is_one(string make, bool isTable)
    {
        string disk = _temp.File("disk");
        Oracle.Run("truncate", "-s", "8M", disk).MustSucceed();
        Oracle.Run(new OracleCall("sh") { Folder = _temp.Path, Arguments = ["-c", make] }).MustSucceed();
        if (!isTable)
        {
            CliRun run = CliRun.Of("inspect", disk);
            Assert.Contains(make.Contains("NTFS", StringComparison.Ordinal) ? $"{disk}: ntfs" : "no known format",
                run.Output + run.Error, StringComparison.Ordinal);
            return;
        }
        Assert.Contains("PTTYPE=\"dos\"", Oracle.Run("blkid", "-p", disk).MustSucceed(), StringComparison.Ordinal);
        JsonNode file = Inspect(disk);
        Assert.Equal("mbr", (string?)file["format"]);
        Assert.Empty(file["partitions"]!.AsArray());
    }

    [Fact]
    public void A_first_sector_that_was_kept_aside_shows_its_partitions()
    {
        string disk = _temp.File("disk");
        Oracle.Run("truncate", "-s", "8M", disk).MustSucceed();
        Oracle.Run(new OracleCall("sfdisk") { Arguments = ["-q", disk], Input = "2048,4096,c\n"u8.ToArray() }).MustSucceed();
        JsonNode file = Inspect(_temp.Write("first", File.ReadAllBytes(disk).AsSpan(0, 512)));
        Assert.Equal("not here: a table without its disk", (string?)file["disk"]);
        Assert.Equal(1 << 20, (int)Assert.Single(file["partitions"]!.AsArray())!["startBytes"]!);
    }

    [Fact]
    public void Damage_to_what_is_named_ends_in_a_message()
    {
        Oracle.Run("mkimage", "-A", "arm64", "-T", "script", "-d", _temp.Write("data", "echo\n"), _temp.File("image")).MustSucceed();
        Oracle.Run("ar", "rc", _temp.File("a.a"), _temp.Write(new string('n', 40), "22")).MustSucceed();
        Oracle.Run("dtc", "-q", "-O", "dtb", "-o", _temp.File("a.dtb"), _temp.Write("a.dts", "/dts-v1/; / { model = \"x\"; a { b = <1>; }; };"))
            .MustSucceed();
        Directory.CreateDirectory(_temp.File("tree"));
        Oracle.Run("mkfs.erofs", _temp.File("erofs"), _temp.File("tree")).MustSucceed();
        Oracle.Run("truncate", "-s", "64k", _temp.File("swap")).MustSucceed();
        Oracle.Run("mkswap", _temp.File("swap")).MustSucceed();
        foreach (string name in (string[])["image", "a.a", "a.dtb", "erofs", "swap"])
        {
            byte[] whole = File.ReadAllBytes(_temp.File(name));
            var random = new SeededRandom((ulong)whole.Length);
            for (int round = 0; round < 40; round++)
            {
                CliRun run = CliRun.Of("inspect", _temp.Write("damaged", Mutations.Mutate(whole, random)));
                Assert.True(run.ExitCode is 0 or 1, run.Error);
            }
        }
    }

    private static JsonNode Inspect(string path) =>
        Assert.Single(JsonNode.Parse(CliRun.Succeed("inspect", "--json", path))!["files"]!.AsArray())!;
}
