// initrd ls, cat, extract, overlay: with archives of GNU cpio, cpio as judge of what comes out, and an initrd in a snap
// in an image.
using System.Text.Json.Nodes;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Cli.Tests;

public sealed class InitrdTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    /// <summary>Early microcode as dracut and initramfs-tools put it, then the system, compressed.</summary>
    private string Base(string compress = "zstd -qc")
    {
        string path = _temp.File("base.img");
        Shell($"""
            umask 022; rm -rf early base; mkdir -p early/kernel/x86/microcode base/usr/lib base/etc
            echo early >early/kernel/x86/microcode/x.bin; printf '#!/bin/sh\n' >base/init; echo theirs >base/etc/conf
            ln -s usr/lib base/lib; ln base/etc/conf base/etc/same
            find early base -exec touch -h -d @1600000000 '{"{}"}' +
            cd early; find . | sort | cpio -o -H newc --quiet >{path}
            cd ../base; find . | sort | cpio -o -H newc --quiet | {compress} >>{path}
            """);
        return path;
    }

    private string OverlayFolder()
    {
        Shell("mkdir -p over/etc over/lib; echo ours >over/etc/conf; echo lib >over/lib/x.so");
        return _temp.File("over");
    }

    private void Shell(string script) =>
        Oracle.Run(new OracleCall("sh") { Arguments = ["-ec", script], Folder = _temp.Path }).MustSucceed();

    [Fact]
    public void Ls_shows_archives_and_whose_each_file_is()
    {
        string text = CliRun.Succeed("initrd", "ls", Base());
        Assert.Matches("^segment 1: [0-9]+ bytes at 0, none, 4 files\nsegment 2: [0-9]+ bytes at [0-9]+, zstd, 7 files\n", text);
        Assert.Contains("\n  1 kernel/x86/microcode/x.bin\n", text, StringComparison.Ordinal);
        Assert.Contains("\n  2 init\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("dev/console", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Ls_tells_other_programs_the_same()
    {
        JsonNode json = JsonNode.Parse(CliRun.Succeed("initrd", "ls", "--json", Base()))!;
        Assert.Equal(("jetson-core/initrd", 1), ((string?)json["schema"], (int)json["version"]!));
        Assert.Equal(["none", "zstd"], json["segments"]!.AsArray().Select(segment => (string?)segment!["compression"]));
        JsonNode same = json["files"]!.AsArray().Single(file => (string?)file!["path"] == "etc/same")!;
        Assert.Equal((2, "etc/conf"), ((int)same["segment"]!, (string?)same["linkOf"]));
        Assert.Empty(json["leftOut"]!.AsArray());
    }

    [Theory]
    [InlineData("xz -c", "a check other than CRC32")]
    [InlineData("lz4 -qc", "lz4 in its frame format")]
    public void What_the_kernel_cannot_unpack_is_said(string compress, string words)
    {
        CliRun run = CliRun.Of("initrd", "ls", Base(compress));
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("error[JC7240]: the kernel cannot unpack segment 2", run.Error, StringComparison.Ordinal);
        Assert.Contains(words, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("odc")]
    [InlineData("bin")]
    public void An_older_form_of_cpio_is_shown_and_the_kernels_refusal_said(string form)
    {
        Shell($"mkdir old; echo x >old/init; cd old; find . | cpio -o -H {form} --quiet | gzip -nc >../old.img");
        CliRun run = CliRun.Of("initrd", "ls", _temp.File("old.img"));
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("  1 init\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("error[JC7240]: the kernel cannot unpack segment 1, at offset 0: it is a cpio archive of an older "
            + "form than newc", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("gzip")]
    [InlineData("xz")]
    [InlineData("lzma")]
    [InlineData("zstd")]
    public void Overlay_puts_a_further_archive_behind(string compression)
    {
        string first = Base("gzip -nc"), made = _temp.File("made.img"), again = _temp.File("again.img");
        CliRun.Succeed("initrd", "overlay", first, OverlayFolder(), made, "--compression", compression);
        Shell("touch -d @1500000000 over/etc/conf; chmod 600 over/etc/conf; chmod 700 over/etc; umask 077; cp -r over copy");
        CliRun.Succeed("initrd", "overlay", first, _temp.File("copy"), again, "--compression", compression);
        Assert.Equal(File.ReadAllBytes(made), File.ReadAllBytes(again));
        JsonNode json = JsonNode.Parse(CliRun.Succeed("initrd", "ls", "--json", made))!;
        Assert.Equal(["none", "gzip", compression],
            json["segments"]!.AsArray().Select(segment => (string?)segment!["compression"]));
        JsonNode conf = json["files"]!.AsArray().Single(file => (string?)file!["path"] == "etc/conf")!;
        Assert.Equal((3, 0, "2020-09-13T12:26:40Z"), ((int)conf["segment"]!, (int)conf["uid"]!, (string?)conf["time"]));
        // The link of the base stays, and the file goes where it leads.
        Assert.Contains(json["files"]!.AsArray(), file => (string?)file!["path"] == "usr/lib/x.so");
        Assert.Equal("ours\n"u8.ToArray(), CliRun.Of("initrd", "cat", made, "etc/conf").OutputBytes);
        // The field's tool reads the new archive.
        long offset = (long)json["segments"]![2]!["offset"]!;
        string tool = compression is "none" ? "cat" : compression is "lzma" ? "xz -dc --format=lzma" : $"{compression} -dc";
        Assert.Equal("etc\netc/conf\nusr\nusr/lib\nusr/lib/x.so\n",
            Oracle.Run("sh", "-c", $"tail -c +{offset + 1} {made} | {tool} | cpio -t --quiet").MustSucceed());
    }

    [Fact]
    public void Overlay_takes_archives_and_the_wanted_time()
    {
        OverlayFolder();
        Shell("cd over; find . | cpio -o -H newc --quiet >../over.cpio");
        CliRun.Succeed("initrd", "overlay", Base(), _temp.File("over.cpio"), _temp.File("made.img"));
        Assert.Equal("lib\n"u8.ToArray(), CliRun.Of("initrd", "cat", _temp.File("made.img"), "usr/lib/x.so").OutputBytes);
        CliRun refused = CliRun.Of("initrd", "overlay", Base(), _temp.File("over.cpio"), _temp.File("made.img"));
        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("made.img", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Extract_writes_what_is_in_memory()
    {
        string made = _temp.File("made.img"), folder = _temp.File("out");
        CliRun.Succeed("initrd", "overlay", Base(), OverlayFolder(), made);
        CliRun.Succeed("initrd", "extract", made, folder, "--exclude", "kernel");
        Assert.Equal("ours\n", File.ReadAllText(Path.Combine(folder, "etc", "conf")));
        Assert.Equal("lib\n", File.ReadAllText(Path.Combine(folder, "lib", "x.so")));
        Assert.Equal("usr/lib", new FileInfo(Path.Combine(folder, "lib")).LinkTarget);
        Assert.False(Directory.Exists(Path.Combine(folder, "kernel")) || Directory.Exists(Path.Combine(folder, "dev")));
        // Both names of the base's file have the new content: the kernel writes into it.
        Assert.Equal("ours\n", File.ReadAllText(Path.Combine(folder, "etc", "same")));
    }

    [Fact]
    public void An_initrd_in_a_snap_in_an_image_is_found()
    {
        string first = Base();
        Shell($"mkdir -p snap/meta disk/seed; cp {first} snap/initrd.img; echo name: k >snap/meta/snap.yaml");
        string snap = _temp.File("disk", "seed", "k.snap"), image = _temp.File("disk.img");
        Oracle.Run("mksquashfs", _temp.File("snap"), snap, "-quiet", "-no-progress").MustSucceed();
        Oracle.Run("mke2fs", "-q", "-t", "ext4", "-d", _temp.File("disk"), image, "4M").MustSucceed();
        string expected = CliRun.Succeed("initrd", "ls", first);
        Assert.Equal(expected, CliRun.Succeed("initrd", "ls", $"{snap}:initrd.img"));
        Assert.Equal(expected, CliRun.Succeed("initrd", "ls", $"{image}:@0/seed/k.snap/initrd.img"));
        Assert.Equal("theirs\n"u8.ToArray(), CliRun.Of("initrd", "cat", $"{image}:seed/k.snap/initrd.img", "etc/conf").OutputBytes);
        Assert.Equal("meta/snap.yaml\n", CliRun.Succeed("fs", "ls", $"{image}:seed/k.snap/meta"));
    }

    [Fact]
    public void What_is_no_initrd_is_refused()
    {
        CliRun run = CliRun.Of("initrd", "ls", _temp.Write("x", "no initrd at all, but a text"));
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("neither a cpio archive nor compressed data begins here", run.Error, StringComparison.Ordinal);
    }
}
