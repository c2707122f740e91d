// `build` on a small device: the results by the field's own tools, the same bytes anywhere, and nothing left behind
// where the input is bad.
using System.Text.Json;
using JetsonCore.Formats.UBoot;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Cli.Tests.Build;

public sealed class BuildTests : IDisposable
{
    private readonly TinyDevice _device = new();

    public void Dispose() => _device.Dispose();

    [Fact]
    public void The_results_please_the_tools_of_the_field()
    {
        _device.Build("out").MustSucceed();
        Oracle.Run(new OracleCall("sha256sum") { Arguments = ["-c", "SHA256SUMS"], Folder = _device.File("out") })
            .MustSucceed();
        string image = _device.File("out", "tiny.img");
        Assert.Contains("No problems found", Oracle.Run("sgdisk", "-v", image).MustSucceed(), StringComparison.Ordinal);
        using (var table = JsonDocument.Parse(Oracle.Run("sfdisk", "-J", image).MustSucceed()))
        {
            JsonElement partitions = table.RootElement.GetProperty("partitiontable").GetProperty("partitions");
            Assert.Equal(["system-boot", "TBC", "LNX", "writable"],
                partitions.EnumerateArray().Select(partition => partition.GetProperty("name").GetString()));
            Assert.Equal(34, partitions[0].GetProperty("start").GetInt64());
        }
        foreach (string partition in (string[])["system-boot", "writable"])
            Oracle.Run("e2fsck", "-fn", _device.File("out", "partitions", $"{partition}.ext4")).MustSucceed();
        string listed = Oracle.Run("tar", "-tJf", _device.File("out", "core-18-tiny.tar.xz")).MustSucceed();
        Assert.Contains("bootloader/ubuntu-core/u-boot.bin\n", listed, StringComparison.Ordinal);
    }

    [Fact]
    public void The_partitions_of_the_image_are_the_files_beside_it()
    {
        _device.Build("out").MustSucceed();
        byte[] image = File.ReadAllBytes(_device.File("out", "tiny.img"));
        byte[] boot = File.ReadAllBytes(_device.File("out", "partitions", "system-boot.ext4"));
        Assert.True(image.AsSpan(17408, boot.Length).SequenceEqual(boot));
        byte[] raw = File.ReadAllBytes(_device.File("out", "partitions", "LNX.padded.img"));
        Assert.Equal(1 << 20, raw.Length);
        Assert.True(raw.AsSpan().StartsWith("u-boot, really\0"u8));
        Assert.True(image.AsSpan(17408 + boot.Length + 2097152, raw.Length).SequenceEqual(raw));
    }

    [Fact]
    public void The_boot_variables_are_set_as_snapd_sets_them()
    {
        _device.Build("out").MustSucceed();
        string copy = _device.File("copy.env");
        Oracle.Run("debugfs", "-R", $"dump /uboot.env {copy}",
            _device.File("out", "partitions", "system-boot.ext4")).MustSucceed();
        SortedDictionary<string, string> variables = UBootEnvironment.Decode(File.ReadAllBytes(copy));
        Assert.Equal("core18_x1.snap", variables["snap_core"]);
        Assert.Equal("tiny-kernel_x1.snap", variables["snap_kernel"]);
        Assert.Equal("tiny", variables["snap_menuentry"]);
        Assert.Equal("", variables["empty"]);
        Assert.False(variables.ContainsKey("snap_mode"));
    }

    [Fact]
    public void The_same_inputs_give_the_same_bytes_in_any_folder()
    {
        _device.Build("one").MustSucceed();
        _device.Build("far/away/two").MustSucceed();
        Assert.Equal(File.ReadAllText(_device.File("one", "SHA256SUMS")),
            File.ReadAllText(_device.File("far", "away", "two", "SHA256SUMS")));
    }

    /// <summary>On one processor or on many, fast or held up in the middle of its reads.</summary>
    [Fact]
    public void The_same_inputs_give_the_same_bytes_whoever_is_faster()
    {
        _device.Build("out").MustSucceed();
        string sums = File.ReadAllText(_device.File("out", "SHA256SUMS"));
        foreach (string processors in (string[])["1", "2", "7"])
        {
            _device.Program.RunBehind("env", [$"DOTNET_PROCESSOR_COUNT={processors}"],
                TinyDevice.BuildArguments($"on-{processors}")).MustSucceed();
            Assert.Equal(sums, File.ReadAllText(_device.File($"on-{processors}", "SHA256SUMS")));
        }
        foreach (string delay in (string[])["pread64:delay_enter=3000:when=3+5", "pwrite64:delay_enter=3000:when=2+3"])
        {
            _device.BuildWithFault(delay, "slow", "--force").Result.MustSucceed();
            Assert.Equal(sums, File.ReadAllText(_device.File("slow", "SHA256SUMS")));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_bundle_holds_the_files_of_the_partitions(bool sparse)
    {
        _device.Build("out", sparse ? ["--sparse"] : []).MustSucceed();
        _device.Write("bundle/.keep", "");
        Oracle.Run("tar", "-xf", _device.File("out", "core-18-tiny.tar.xz"), "-C", _device.File("bundle")).MustSucceed();
        foreach ((string packed, string partition) in ((string, string)[])
            [("system.img", "system-boot.ext4"), ("system-data.ext4", "writable.ext4")])
        {
            string path = _device.File("bundle", "bootloader", packed);
            if (sparse)
                Oracle.Run("simg2img", path, path = _device.File($"plain-{packed}")).MustSucceed();
            Oracle.Run("cmp", path, _device.File("out", "partitions", partition)).MustSucceed();
        }
        Oracle.Run("cmp", _device.File("bundle", "bootloader", "ubuntu-core", "u-boot.bin"),
            _device.File("gadget", "u-boot.bin")).MustSucceed();
    }

    [Theory]
    [InlineData("xz", ".tar.xz")]
    [InlineData("zstd", ".tar.zst")]
    [InlineData("gz", ".tar.gz")]
    [InlineData("none", ".tar")]
    public void A_bundle_is_compressed_as_wished_and_its_sums_are_right(string format, string ending)
    {
        _device.Build("out", "--tar-format", format).MustSucceed();
        _device.Write("bundle/.keep", "");
        Oracle.Run("tar", "-xf", _device.File("out", $"core-18-tiny{ending}"), "-C", _device.File("bundle")).MustSucceed();
        Oracle.Run(new OracleCall("sha256sum") { Arguments = ["-c", "SHA256SUMS"], Folder = _device.File("bundle") })
            .MustSucceed();
        Assert.Contains("sudo ./flash-ubuntu-core.sh", File.ReadAllText(_device.File("bundle", "README.md")),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Existing_results_stay_without_force()
    {
        _device.Build("out").MustSucceed();
        string before = File.ReadAllText(_device.File("out", "SHA256SUMS"));
        _device.WriteEnvironment(TinyDevice.EnvironmentText + "\nmore=1");
        OracleResult again = _device.Build("out");
        Assert.Equal(2, again.ExitCode);
        Assert.Contains("--force", again.Error, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllText(_device.File("out", "SHA256SUMS")));
        _device.Build("out", "--force").MustSucceed();
        Assert.NotEqual(before, File.ReadAllText(_device.File("out", "SHA256SUMS")));
    }

    [Fact]
    public void Json_names_every_file_and_stage()
    {
        using var document = JsonDocument.Parse(_device.Build("out", "--json").MustSucceed());
        JsonElement root = document.RootElement;
        Assert.Equal("jetson-core/build", root.GetProperty("schema").GetString());
        Assert.True(root.GetProperty("ok").GetBoolean());
        Assert.Contains("tiny.img", root.GetProperty("files").EnumerateArray()
            .Select(file => file.GetProperty("name").GetString()));
        Assert.Equal("JC4200", root.GetProperty("diagnostics")[0].GetProperty("code").GetString());
    }

    [Fact]
    public void A_given_image_size_goes_to_the_data()
    {
        _device.Build("out", "--image-size", "256M").MustSucceed();
        Assert.Equal(256L << 20, new FileInfo(_device.File("out", "tiny.img")).Length);
        Assert.Contains("No problems found",
            Oracle.Run("sgdisk", "-v", _device.File("out", "tiny.img")).MustSucceed(), StringComparison.Ordinal);
        Oracle.Run("e2fsck", "-fn", _device.File("out", "partitions", "writable.ext4")).MustSucceed();
    }

    /// <summary>A board like the Raspberry Pi on Ubuntu Core 18: MBR, boot files on FAT.</summary>
    [Fact]
    public void An_mbr_volume_with_fat_boots_files_too()
    {
        _device.Write("gadget/meta/gadget.yaml", """
            volumes:
              pi:
                bootloader: u-boot
                schema: mbr
                structure:
                  - name: system-boot
                    type: 0C
                    filesystem: vfat
                    filesystem-label: system-boot
                    size: 32M
                    content:
                      - source: boot-assets/
                        target: /
            """);
        _device.Write("gadget/boot-assets/overlays/a long name.dtbo", "overlay");
        _device.Build("out").MustSucceed();
        string image = _device.File("out", "pi.img"), boot = _device.File("out", "partitions", "system-boot.vfat");
        using (var table = JsonDocument.Parse(Oracle.Run("sfdisk", "-J", image).MustSucceed()))
        {
            JsonElement partitions = table.RootElement.GetProperty("partitiontable").GetProperty("partitions");
            Assert.Equal(["c", "83"],
                partitions.EnumerateArray().Select(partition => partition.GetProperty("type").GetString()));
        }
        Oracle.Run("fsck.vfat", "-n", boot).MustSucceed();
        string listed = Oracle.Run("mdir", "-i", boot, "-/", "-b", "::/").MustSucceed();
        foreach (string file in (string[])
            ["uboot.env", "overlays/a long name.dtbo", "tiny-kernel_x1.snap/kernel.img"])
        {
            Assert.Contains($"::/{file}\n", listed, StringComparison.Ordinal);
        }
        Oracle.Run("e2fsck", "-fn", _device.File("out", "partitions", "writable.ext4")).MustSucceed();
        Assert.False(File.Exists(_device.File("out", "core-18-tiny.tar.xz")));
    }
}
