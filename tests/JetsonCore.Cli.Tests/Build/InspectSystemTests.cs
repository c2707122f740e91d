// inspect: the system in an image, in a partition, in a folder and in a tarball, as the tools of the field find it there.
using System.Text.Json.Nodes;
using JetsonCore.Cli.Tests.Boot;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Cli.Tests.Build;

public sealed class InspectSystemTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    private static string Folder => Path.GetDirectoryName(BootInputs.Image)!;

    [BootFact]
    public void The_image_of_the_TX1_tells_how_it_boots_and_what_is_in_it()
    {
        JsonNode image = Inspect(BootInputs.Image);
        Assert.Equal([.. ((string[])["LNX"]).Zip(Find("U-Boot 20[0-9.]* ([^)]*)", Path.Combine(Folder, "partitions", "LNX.padded.img")))],
            Rows(image, "uboot").Select(row => (row("place"), row("version"))));
        JsonNode? deep = image["kernels"]!.AsArray().Single(kernel => (string?)kernel!["format"] == "arm64-image");
        string kernel = (string)deep!["place"]!, systemBoot = Path.Combine(Folder, "partitions", "system-boot.ext4");
        Assert.StartsWith("system-boot/", kernel, StringComparison.Ordinal);
        Assert.Equal(Find("Linux version [0-9][^ ]*", Dump(systemBoot, kernel["system-boot".Length..]))[0]["Linux version ".Length..],
            (string?)deep["release"]);
        Assert.Contains(("system-boot/uboot.env", "snap_kernel"), Rows(image, "bootVariables").Select(row => (row("place"), row("name"))));
        Assert.Contains(("LNX", "built in"), Rows(image, "environments").Select(row => (row("place"), row("layout"))));
        Assert.NotEmpty(image["deviceTrees"]!.AsArray());
        foreach (Func<string, string> tree in Rows(image, "deviceTrees"))
        {
            string theirs = Oracle.Run("fdtget", Dump(systemBoot, tree("place")["system-boot".Length..]), "/", "model").MustSucceed();
            Assert.Equal(theirs.Trim(), tree("model"));
        }
        Assert.Equal(["1", "2", "3"], Rows(image, "initrdSegments").Select(row => row("number")));
        string[] model = File.ReadAllLines(Path.Combine(Folder, "jetson-tx1.model"));
        Func<string, string> ours = Assert.Single(Rows(image, "models"));
        foreach (string name in (string[])["model", "architecture", "base", "kernel", "gadget", "timestamp"])
            Assert.Contains($"{name}: {ours(name)}", model);
        string writable = Path.Combine(Folder, "partitions", "writable.ext4");
        Assert.Equal(4, image["snaps"]!.AsArray().Count);
        foreach (Func<string, string> snap in Rows(image, "snaps"))
        {
            string file = Dump(writable, $"{snap("seed")["writable".Length..]}/{snap("file")}");
            string[] yaml = Oracle.Run("unsquashfs", "-cat", file, "meta/snap.yaml").MustSucceed().Split('\n');
            Assert.Contains($"name: {snap("name")}", yaml);
            Assert.Contains(yaml, line => line.Replace("\"", "", StringComparison.Ordinal).Replace("'", "", StringComparison.Ordinal)
                == $"version: {snap("version")}");
            Assert.Equal($"{new FileInfo(file).Length}", snap("sizeBytes"));
        }
        // The same from each form of the build.
        foreach ((string place, string within) in ((string, string)[])[(Folder, "jetson.img:"), (Path.Combine(Folder, "partitions"), "")])
        {
            JsonNode other = Inspect(place);
            Assert.Equal(Names(image, "snaps", "name"), Names(other, "snaps", "name"));
            Assert.Equal(Names(image, "uboot", "version"), Names(other, "uboot", "version"));
            Assert.All(Names(other, "kernels", "place"), at => Assert.StartsWith(within, at, StringComparison.Ordinal));
        }
        Assert.Null(Inspect(BootInputs.Image, "--head")["snaps"]);
        string text = CliRun.Succeed("inspect", BootInputs.Image);
        Assert.All(text.Split('\n'), line => Assert.InRange(line.Length, 0, 160));
        Assert.Contains("\n    LNX    U-Boot 20", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Damage_to_what_lies_in_a_disk_leaves_the_rest_of_it()
    {
        string[] parts = ["boot", "root", "raw"];
        _temp.Write("boot/kernel.img", TinyDevice.Kernel(4096));
        Oracle.Run("dtc", "-q", "-O", "dtb", "-o", _temp.File("boot", "a.dtb"), _temp.Write("a.dts", "/dts-v1/; / { model = \"a board\"; };"))
            .MustSucceed();
        Oracle.Run(new OracleCall("sh") { Folder = _temp.File("boot"), Arguments = ["-c", "echo kernel.img | cpio -o -H newc --quiet | gzip > initrd"] })
            .MustSucceed();
        CliRun.Succeed("env", "make", _temp.Write("env.txt", "snap_kernel=a.snap\n"), _temp.File("boot", "uboot.env"), "--size", "4096");
        _temp.Write("snap/meta/snap.yaml", "name: one\nversion: 1\ntype: app\n");
        Oracle.Run("mksquashfs", _temp.File("snap"), _temp.File("one.snap"), "-quiet", "-no-progress").MustSucceed();
        _temp.Write("root/system-data/var/lib/snapd/seed/seed.yaml", "snaps:\n- {name: one, file: one_1.snap, unasserted: true}\n");
        _temp.Write("root/system-data/var/lib/snapd/seed/snaps/one_1.snap", File.ReadAllBytes(_temp.File("one.snap")));
        File.Copy(Repository.PathOf("tests", "JetsonCore.Tests", "Assertions", "golden", "jetson-tx1.model.golden.txt"),
            _temp.File(Directory.CreateDirectory(_temp.File("root/system-data/var/lib/snapd/seed/assertions")).FullName, "model"));
        foreach (string part in parts[..2])
            Oracle.Run("mke2fs", "-q", "-t", "ext4", "-b", "1024", "-d", _temp.File(part), _temp.File($"{part}.img"), "1M").MustSucceed();
        _temp.Write("raw.img", "\0\0U-Boot 2023.01 (Jan 01 2023)\0bootcmd=run snappy\0snap_mode=try\0\0");
        string disk = _temp.File("disk");
        Oracle.Run("truncate", "-s", "5M", disk).MustSucceed();
        Oracle.Run("sgdisk", "-a", "1", "-n", "1:64:2111", "-c", "1:boot", "-n", "2:2112:4159", "-c", "2:root", "-n", "3:4160:5000", "-c", "3:raw", disk)
            .MustSucceed();
        foreach ((string part, int start) in parts.Zip((int[])[64, 2112, 4160]))
            Oracle.Run("dd", $"if={_temp.File($"{part}.img")}", $"of={disk}", $"seek={start}", "conv=notrunc", "status=none").MustSucceed();
        JsonNode whole = Inspect(disk);
        Assert.Equal(["one"], Names(whole, "snaps", "name"));
        Assert.Equal(["boot/a.dtb"], Names(whole, "deviceTrees", "place"));
        Assert.Equal(["try"], Rows(whole, "bootVariables").Where(row => row("place") == "raw").Select(row => row("value")));
        Assert.Equal(["jetson-tx1"], Names(whole, "models", "model"));
        byte[] bytes = File.ReadAllBytes(disk);
        var random = new SeededRandom(16);
        for (int round = 0; round < 60; round++)
        {
            CliRun run = CliRun.Of("inspect", _temp.Write("damaged", Mutations.Mutate(bytes, random)));
            Assert.True(run.ExitCode is 0 or 1, run.Error);
        }
        bytes.AsSpan((2112 * 512) + 1024 + 0x20, 4).Fill(0xFF);         // the second file system's superblock
        JsonNode half = Inspect(_temp.Write("half", bytes));
        Assert.Contains("root: cannot be read", $"{half["problems"]}", StringComparison.Ordinal);
        Assert.Equal(["boot/kernel.img"], Names(half, "kernels", "place"));
    }

    private string Dump(string partition, string path)
    {
        string copy = _temp.File(Path.GetFileName(path));
        Oracle.Run("debugfs", "-R", $"dump {path} {copy}", partition).MustSucceed();
        return copy;
    }

    private static string[] Find(string pattern, string file) =>
        Oracle.Run("grep", "-a", "-o", pattern, file).MustSucceed().Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static JsonNode Inspect(params string[] arguments) =>
        Assert.Single(JsonNode.Parse(CliRun.Succeed(["inspect", "--json", .. arguments]))!["files"]!.AsArray())!;

    private static IEnumerable<Func<string, string>> Rows(JsonNode file, string table) =>
        (file[table]?.AsArray() ?? []).Select(row => (Func<string, string>)(name => $"{row![name]}"));

    private static IEnumerable<string> Names(JsonNode file, string table, string name) =>
        Rows(file, table).Select(row => row(name)).Order(StringComparer.Ordinal);
}
