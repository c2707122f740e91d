// The TX1's image as scripts/build-tx1 made it, by the tools of the field: table, file systems, seed, environment,
// kernel assets, bundle.
using System.Globalization;
using System.Text.Json;
using JetsonCore.Cli.Tests.Boot;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Cli.Tests.Build;

public sealed class BuiltImageTests : IDisposable
{
    private const string SystemBootFeatures = "has_journal ext_attr resize_inode dir_index filetype extent flex_bg "
        + "sparse_super large_file huge_file dir_nlink extra_isize";

    private const string WritableFeatures = "has_journal ext_attr resize_inode dir_index filetype extent 64bit flex_bg "
        + "sparse_super large_file huge_file dir_nlink extra_isize metadata_csum";

    private readonly TempFolder _temp = new();

    private static string Folder => Path.GetDirectoryName(BootInputs.Image)!;

    public void Dispose() => _temp.Dispose();

    private static string Partition(string name) => Path.Combine(Folder, "partitions", $"{name}.ext4");

    private static JsonElement Manifest()
    {
        using var manifest = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "manifest.json")));
        return manifest.RootElement.Clone();
    }

    private static string DebugFs(string partition, string command) =>
        Oracle.Run("debugfs", "-R", command, Partition(partition)).MustSucceed();

    private string Dump(string partition, string path)
    {
        string copy = _temp.File(Path.GetFileName(path));
        DebugFs(partition, $"dump {path} {copy}");
        return copy;
    }

    [BootFact]
    public void The_table_pleases_sgdisk_and_says_what_the_manifest_says()
    {
        Assert.Contains("No problems found", Oracle.Run("sgdisk", "-v", BootInputs.Image).MustSucceed(),
            StringComparison.Ordinal);
        using var table = JsonDocument.Parse(Oracle.Run("sfdisk", "-J", BootInputs.Image).MustSucceed());
        IEnumerable<(string?, long, long)> found = table.RootElement.GetProperty("partitiontable")
            .GetProperty("partitions").EnumerateArray()
            .Select(partition => (partition.GetProperty("name").GetString(),
                partition.GetProperty("start").GetInt64() * 512, partition.GetProperty("size").GetInt64() * 512));
        IEnumerable<(string?, long, long)> planned = Manifest().GetProperty("volumes")[0].GetProperty("structures")
            .EnumerateArray()
            .Select(structure => (structure.GetProperty("name").GetString(),
                structure.GetProperty("startBytes").GetInt64(), structure.GetProperty("sizeBytes").GetInt64()));
        Assert.Equal(planned, found);
        Assert.Equal(19, found.Count());
    }

    [BootFact]
    public void The_file_systems_are_clean_and_have_the_features_they_need()
    {
        foreach ((string name, string features) in
            new[] { ("system-boot", SystemBootFeatures), ("writable", WritableFeatures) })
        {
            Oracle.Run("e2fsck", "-fn", Partition(name)).MustSucceed();
            string[] header = Oracle.Run("dumpe2fs", "-h", Partition(name)).MustSucceed().Split('\n');
            string Field(string key) => header.First(line => line.StartsWith(key, StringComparison.Ordinal))
                .Split(':', 2)[1].Trim();
            Assert.Equal(features, Field("Filesystem features"));
            Assert.Equal(name, Field("Filesystem volume name"));
            Assert.Equal("4096", Field("Block size"));
        }
    }

    [BootFact]
    public void Writable_grows_to_the_whole_device()
    {
        string copy = _temp.File("writable.ext4");
        Oracle.Run("cp", "--sparse=always", Partition("writable"), copy).MustSucceed();
        Oracle.Run("resize2fs", copy, "14G").MustSucceed();
        Oracle.Run("e2fsck", "-fn", copy).MustSucceed();
        Assert.Contains("Block count:              3670016",
            Oracle.Run("dumpe2fs", "-h", copy).MustSucceed(), StringComparison.Ordinal);
    }

    [BootFact]
    public void The_seed_lies_where_snapd_looks_for_it()
    {
        Assert.Equal(
            """
            40755 0:0 system-data
            40755 0:0 system-data/boot
            40755 0:0 system-data/var
            40755 0:0 system-data/var/lib
            40755 0:0 system-data/var/lib/snapd
            40755 0:0 system-data/var/lib/snapd/seed
            40755 0:0 system-data/var/lib/snapd/seed/assertions
            100644 0:0 system-data/var/lib/snapd/seed/assertions/model
            100644 0:0 system-data/var/lib/snapd/seed/seed.yaml
            40755 0:0 system-data/var/lib/snapd/seed/snaps
            100644 0:0 system-data/var/lib/snapd/seed/snaps/core18_x1.snap
            100644 0:0 system-data/var/lib/snapd/seed/snaps/jetson-tx1-kernel_x1.snap
            100644 0:0 system-data/var/lib/snapd/seed/snaps/jetson-tx1_x1.snap
            100644 0:0 system-data/var/lib/snapd/seed/snaps/snapd_x1.snap
            40755 0:0 system-data/var/lib/snapd/snaps
            120777 0:0 system-data/var/lib/snapd/snaps/core18_x1.snap
            120777 0:0 system-data/var/lib/snapd/snaps/jetson-tx1-kernel_x1.snap

            """, string.Concat(List("writable", "/system-data").Prepend("40755 0:0 system-data\n")));
        foreach (string snap in (string[])["core18_x1.snap", "jetson-tx1-kernel_x1.snap"])
        {
            Assert.Contains($"Fast link dest: \"../seed/snaps/{snap}\"",
                DebugFs("writable", $"stat /system-data/var/lib/snapd/snaps/{snap}"), StringComparison.Ordinal);
        }
    }

    [BootFact]
    public void The_snaps_in_the_seed_have_the_digests_of_the_manifest()
    {
        foreach (JsonElement snap in Manifest().GetProperty("snaps").EnumerateArray())
        {
            string name = $"{snap.GetProperty("name").GetString()}_{snap.GetProperty("revision").GetString()}.snap";
            string copy = Dump("writable", $"/system-data/var/lib/snapd/seed/snaps/{name}");
            byte[] digest = Oracle.Run("openssl", "dgst", "-sha3-384", "-binary", copy).OutputBytes;
            Assert.Equal(snap.GetProperty("sha3-384").GetString(),
                Convert.ToBase64String(digest).TrimEnd('=').Replace('+', '-').Replace('/', '_'));
        }
    }

    [BootFact]
    public void System_boot_has_the_kernel_that_unsquashfs_finds_in_the_snap()
    {
        string snap = Dump("writable", "/system-data/var/lib/snapd/seed/snaps/jetson-tx1-kernel_x1.snap");
        Oracle.Run("unsquashfs", "-q", "-n", "-d", _temp.File("snap"), snap, "kernel.img", "initrd.img", "dtbs")
            .MustSucceed();
        Directory.CreateDirectory(_temp.File("boot"));
        DebugFs("system-boot", $"rdump /jetson-tx1-kernel_x1.snap {_temp.File("boot")}");
        Oracle.Run("diff", "-r", _temp.File("snap"), _temp.File("boot", "jetson-tx1-kernel_x1.snap")).MustSucceed();
        Assert.True(File.Exists(_temp.File("snap", "dtbs", "tegra210-p2371-2180.dtb")));
    }

    [BootFact]
    public void The_environment_is_what_mkenvimage_makes_of_its_text()
    {
        string environment = Dump("system-boot", "/uboot.env");
        byte[] ours = File.ReadAllBytes(environment);
        string text = _temp.Write("text", CliRun.Succeed("env", "show", environment));
        string theirs = _temp.File("theirs.env");
        Oracle.Run("mkenvimage", "-r", "-s", "131072", "-p", "0xff", "-o", theirs, text).MustSucceed();
        byte[] made = File.ReadAllBytes(theirs);
        made[4] = ours[4];      // mkenvimage writes 1, snapd 0
        Assert.Equal(made, ours);

        string configuration = _temp.Write("fw_env.config", $"{environment} 0x0 0x20000\n{environment} 0x0 0x20000\n");
        string printed = Oracle.Run("fw_printenv", "-c", configuration, "snap_core", "snap_kernel", "bootcmd")
            .MustSucceed();
        Assert.Contains("snap_core=core18_x1.snap\n", printed, StringComparison.Ordinal);
        Assert.Contains("snap_kernel=jetson-tx1-kernel_x1.snap\n", printed, StringComparison.Ordinal);
        Assert.Contains("bootcmd=run snappy_boot\n", printed, StringComparison.Ordinal);
    }

    [BootFact]
    public void The_bundle_has_the_partitions_byte_by_byte()
    {
        string bundle = Path.Combine(Folder, "core-18-jetson-tx1.tar.xz");
        Assert.Equal(
            [
                "MANIFEST.json", "README.md", "SHA256SUMS", "bootloader/", "bootloader/system-data.ext4",
                "bootloader/system.img", "bootloader/ubuntu-core/", "bootloader/ubuntu-core/bundle.conf",
                "bootloader/ubuntu-core/u-boot.bin", "flash-ubuntu-core.sh",
            ],
            Oracle.Run("tar", "-tJf", bundle).MustSucceed().Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Oracle.Run("tar", "-xJSf", bundle, "-C", _temp.Path).MustSucceed();
        Oracle.Run("cmp", Partition("system-boot"), _temp.File("bootloader", "system.img")).MustSucceed();
        Oracle.Run("cmp", Partition("writable"), _temp.File("bootloader", "system-data.ext4")).MustSucceed();
        string loader = _temp.File("bootloader", "ubuntu-core", "u-boot.bin");
        Oracle.Run("cmp", "-n", new FileInfo(loader).Length.ToString(CultureInfo.InvariantCulture), loader,
            Path.Combine(Folder, "partitions", "LNX.padded.img")).MustSucceed();
    }

    [BootFact]
    public void The_sums_are_right() =>
        Oracle.Run(new OracleCall("sha256sum") { Arguments = ["-c", "SHA256SUMS"], Folder = Folder }).MustSucceed();

    /// <summary>"mode uid:gid path" of everything below a folder, as debugfs lists it, names in ordinal order.</summary>
    private static IEnumerable<string> List(string partition, string folder)
    {
        // one line an entry: /inode/mode/uid/gid/name/size/
        string[][] entries =
        [
            .. DebugFs(partition, $"ls -p {folder}").Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => line.Split('/'))
                .Where(fields => fields.Length > 6 && fields[5] is not ("." or ".."))
                .OrderBy(fields => fields[5], StringComparer.Ordinal),
        ];
        foreach (string[] fields in entries)
        {
            string path = $"{folder}/{fields[5]}", mode = fields[2].TrimStart('0');
            yield return $"{mode} {fields[3]}:{fields[4]} {path.TrimStart('/')}\n";
            if (!mode.StartsWith("40", StringComparison.Ordinal))
                continue;
            foreach (string below in List(partition, path))
                yield return below;
        }
    }
}
