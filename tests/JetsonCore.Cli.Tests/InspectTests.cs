// inspect: what the real tools say of the same files, a stable shape for programs, and damage that ends in a message.
using System.Text.Json.Nodes;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Cli.Tests;

public sealed class InspectTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    private string Tree()
    {
        _temp.Write("tree/meta/snap.yaml", "name: my-snap\nversion: '1.10'\ntype: base\narchitectures: [arm64, amd64]\n");
        _temp.Write("tree/bin/tool", "#!/bin/sh\n");
        Oracle.Run("chmod", "-R", "u=rwX,go=rX", _temp.File("tree")).MustSucceed();
        return _temp.File("tree");
    }

    private JsonNode Inspect(string path)
    {
        JsonNode json = JsonNode.Parse(CliRun.Succeed("inspect", "--json", path))!;
        Assert.Equal(("jetson-core/inspect", 1), ((string?)json["schema"], (int)json["version"]!));
        JsonNode file = Assert.Single(json["files"]!.AsArray())!;
        Assert.Equal(path, (string?)file["path"]);
        Assert.Equal(new FileInfo(path).Length, (long)file["sizeBytes"]!);
        return file;
    }

    [Fact]
    public void An_ext4_is_described_as_dumpe2fs_does()
    {
        string image = _temp.File("image");
        Oracle.Run("mke2fs", "-q", "-t", "ext4", "-L", "my-label", "-d", Tree(), image, "8M").MustSucceed();
        JsonNode file = Inspect(image);
        Dictionary<string, string> theirs = Oracle.Run("dumpe2fs", "-h", image).MustSucceed().Split('\n')
            .Select(line => line.Split(':', 2)).Where(parts => parts.Length == 2)
            .ToDictionary(parts => parts[0], parts => parts[1].Trim());
        Assert.Equal("ext4", (string?)file["format"]);
        Assert.Equal(theirs["Filesystem volume name"], (string?)file["label"]);
        Assert.Equal(theirs["Filesystem UUID"], (string?)file["uuid"]);
        Assert.Equal(theirs["Filesystem state"], (string?)file["state"]);
        Assert.Equal(theirs["Block size"], $"{file["blockSize"]}");
        Assert.Equal(theirs["Free inodes"], $"{file["freeInodes"]}");
        Assert.Equal(
            theirs["Filesystem features"].Split(' ').Order(StringComparer.Ordinal),
            ((string)file["features"]!).Split(' ').Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_snap_is_told_from_another_squashfs()
    {
        string snap = _temp.File("x.snap"), plain = _temp.File("plain");
        Oracle.Run("mksquashfs", Tree(), snap, "-comp", "xz", "-no-progress", "-quiet").MustSucceed();
        JsonNode file = Inspect(snap);
        Assert.Equal(("snap", "my-snap", "1.10", "base", "arm64 amd64", "xz"), ((string?)file["format"],
            (string?)file["name"], (string?)file["version"], (string?)file["type"], (string?)file["architectures"],
            (string?)file["compressor"]));
        byte[] digest = Convert.FromHexString(
            Oracle.Run("openssl", "dgst", "-sha3-384", "-r", snap).MustSucceed().Split(' ')[0]);
        Assert.Equal(Convert.ToBase64String(digest).Replace('+', '-').Replace('/', '_'), (string?)file["sha3-384"]);

        Oracle.Run("mksquashfs", _temp.File("tree", "bin"), plain, "-no-progress", "-quiet").MustSucceed();
        Assert.Equal(("squashfs", "gzip"), ((string?)Inspect(plain)["format"], (string?)Inspect(plain)["compressor"]));
    }

    [Fact]
    public void A_disk_has_the_partitions_of_sfdisk()
    {
        string disk = _temp.File("disk");
        Oracle.Run("truncate", "-s", "16M", disk).MustSucceed();
        Oracle.Run("sgdisk", "-n", "1:2048:8191", "-c", "1:first", "-n", "3:8192:12287", "-c", "3:ünd third", disk).MustSucceed();
        Oracle.Run("mke2fs", "-q", "-L", "inner", "-E", $"offset={2048 * 512}", disk, "3072k").MustSucceed();
        JsonNode theirs = JsonNode.Parse(Oracle.Run("sfdisk", "-J", disk).MustSucceed())!["partitiontable"]!;
        JsonNode file = Inspect(disk);
        Assert.Equal((string?)theirs["id"], ((string)file["diskId"]!).ToUpperInvariant());
        Assert.Equal(
            theirs["partitions"]!.AsArray().Select(entry =>
                ((string?)entry!["name"], (long)entry["start"]! * 512, (long)entry["size"]! * 512, (string?)entry["uuid"])),
            file["partitions"]!.AsArray().Select(entry => ((string?)entry!["name"], (long)entry["startBytes"]!,
                (long)entry["sizeBytes"]!, ((string?)entry["id"])?.ToUpperInvariant())));
        Assert.Equal(("ext4", "inner", ""), ((string?)file["partitions"]![0]!["content"],
            (string?)file["partitions"]![0]!["label"], (string?)file["partitions"]![1]!["content"]));
    }

    [Fact]
    public void Text_is_for_people()
    {
        string environment = _temp.File("uboot.env");
        CliRun.Succeed("env", "make", _temp.Write("env.txt", "a=1\nlong_name=\u001b[31mred\n"), environment, "--size", "64");
        Assert.Equal(
            $"""
            {environment}: uboot-environment
              size bytes  64
              layout      redundant
              used bytes  29
              variables
                name       value
                a          1
                long_name  \x1b[31mred

            """,
            CliRun.Succeed("inspect", environment));
        string model = Repository.PathOf("tests", "JetsonCore.Tests", "Assertions", "golden", "jetson-tx1.model.golden.txt");
        string[] lines = CliRun.Succeed("inspect", model, environment).Split('\n');
        Assert.Equal($"{model}: assertions", lines[0]);
        Assert.Contains(lines, line => line is "    key            16/my-brand/jetson-tx1");
        Assert.Contains($"{environment}: uboot-environment", lines);
    }

    [Fact]
    public void Compressed_archives_are_seen_through()
    {
        string archive = _temp.File("x.tar.xz");
        Oracle.Run("tar", "-cJf", archive, "-C", Tree(), ".").MustSucceed();
        JsonNode file = Inspect(archive);
        Assert.Equal(("tar", "xz"), ((string?)file["format"], (string?)file["compression"]));
        Assert.Equal(["bin/tool", "meta/snap.yaml"], file["files"]!.AsArray().Select(entry => (string?)entry!["path"]));
    }

    [Fact]
    public void What_is_nothing_known_is_refused_with_what_is_known()
    {
        CliRun run = CliRun.Of("inspect", _temp.Write("x", "Hello"));
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("error[JC5002]: cannot inspect: no known format starts this way\n  hint: known are ext4, ",
            run.Error, StringComparison.Ordinal);
        Assert.Equal(3, CliRun.Of("inspect", _temp.File("none")).ExitCode);
    }

    [Fact]
    public void Damage_ends_in_a_message()
    {
        foreach (byte[] whole in Samples())
        {
            var random = new SeededRandom((ulong)whole.Length);
            for (int round = 0; round < 60; round++)
            {
                CliRun run = CliRun.Of("inspect", _temp.Write("damaged", Mutations.Mutate(whole, random)));
                Assert.True(run.ExitCode is 0 or 1, run.Error);
            }
        }
    }

    private IEnumerable<byte[]> Samples()
    {
        string tree = Tree();
        foreach (string format in (string[])["ext4", "vfat", "squashfs", "cpio", "tar"])
        {
            string made = _temp.File($"made.{format}");
            CliRun.Succeed("fs", "make", format, tree, made);
            yield return File.ReadAllBytes(made);
        }
        CliRun.Succeed("env", "make", _temp.Write("env.txt", "a=1\n"), _temp.File("env"), "--size", "64");
        yield return File.ReadAllBytes(_temp.File("env"));
        yield return File.ReadAllBytes(
            Repository.PathOf("tests", "JetsonCore.Tests", "Assertions", "golden", "jetson-tx1.model.golden.txt"));
    }
}
