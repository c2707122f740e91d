// Initial RAM disks of those who make them, initramfs-tools and dracut: what `initrd ls` and `extract` say of them is what
// their own tools do, unmkinitramfs and lsinitrd.
using System.Text.Json.Nodes;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Cli.Tests;

public sealed class RealInitrdTests : IDisposable
{
    private const string Release = "9.9.9-none";

    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    /// <summary>With an archive of microcode in front, as the package intel-microcode adds one.</summary>
    [Theory]
    [InlineData("gzip")]
    [InlineData("zstd")]
    public void An_initrd_of_initramfs_tools(string compression)
    {
        // mkinitramfs asks /boot/config-RELEASE what the kernel unpacks, and nothing says where else that may be.
        Shell($$"""
            mkdir -p conf/hooks conf/scripts boot
            printf 'MODULES=list\nCOMPRESS={{compression}}\nBUSYBOX=n\nKEYMAP=n\n' >conf/initramfs.conf
            : >conf/modules
            printf 'CONFIG_RD_GZIP=y\nCONFIG_RD_ZSTD=y\n' >boot/config-{{Release}}
            cat >conf/hooks/early <<'END'
            #!/bin/sh
            [ "$1" != prereqs ] || exit 0
            . /usr/share/initramfs-tools/hook-functions
            early=$(mktemp -d); mkdir -p $early/kernel/x86/microcode; echo early >$early/kernel/x86/microcode/x.bin
            (cd $early; find . | cpio -o -H newc --quiet) >{{_temp.Path}}/early.cpio; rm -r $early
            prepend_earlyinitramfs {{_temp.Path}}/early.cpio
            END
            chmod +x conf/hooks/early
            sed "s,/boot/,$PWD/boot/,g" /usr/sbin/mkinitramfs >mkinitramfs
            sh mkinitramfs -d conf -o initrd.img {{Release}} 2>/dev/null
            unmkinitramfs initrd.img parts
            mkdir theirs; cp -a parts/early/. parts/main/. theirs
            """);
        Compare("initrd.img", ["none", compression]);
        string[] listed = [.. Oracle.Run("lsinitramfs", _temp.File("initrd.img")).MustSucceed().Split('\n')
            .Where(line => line is not ("" or "."))];
        Assert.Equal(listed.Distinct().Order(StringComparer.Ordinal), Paths("initrd.img"));
    }

    [Fact]
    [Trait("Runs", "soak")]
    public void An_initrd_of_dracut()
    {
        Oracle.Run("dracut", "--no-kernel", "--force", "--no-hostonly", "--no-hostonly-cmdline", "-m", "base",
            _temp.File("initrd.img")).MustSucceed();
        Shell("mkdir theirs; cd theirs; lsinitrd --unpack ../initrd.img");
        Compare("initrd.img", ["gzip"]);
    }

    private void Compare(string initrd, string[] compressions)
    {
        JsonNode json = JsonNode.Parse(CliRun.Succeed("initrd", "ls", "--json", _temp.File(initrd)))!;
        Assert.Equal(compressions, json["segments"]!.AsArray().Select(segment => (string?)segment!["compression"]));
        Assert.Empty(json["leftOut"]!.AsArray());
        CliRun.Succeed("initrd", "extract", _temp.File(initrd), _temp.File("ours"));
        Shell("find theirs -type b -delete -o -type c -delete; diff -r --no-dereference theirs ours");
        string theirs = Oracle.Run("sh", "-c", $"cd {_temp.File("theirs")}; find . -mindepth 1 -printf '%P\\n'").MustSucceed();
        Assert.Empty(theirs.Split('\n', StringSplitOptions.RemoveEmptyEntries).Except(Paths(initrd)));
    }

    private string[] Paths(string initrd) =>
    [
        .. JsonNode.Parse(CliRun.Succeed("initrd", "ls", "--json", _temp.File(initrd)))!["files"]!.AsArray()
            .Select(file => (string)file!["path"]!).Order(StringComparer.Ordinal),
    ];

    private void Shell(string script) =>
        Oracle.Run(new OracleCall("sh") { Arguments = ["-ec", script], Folder = _temp.Path }).MustSucceed();
}
