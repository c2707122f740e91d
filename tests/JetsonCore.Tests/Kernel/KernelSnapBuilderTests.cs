// The tree of a kernel snap: everything in its place, and a finding for each input that cannot be used.
using System.Text;
using System.Text.RegularExpressions;
using JetsonCore.Files;
using JetsonCore.Formats.Cpio;
using JetsonCore.Formats.SquashFs;
using JetsonCore.Formats.Trees;
using JetsonCore.Kernel;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Tests.Kernel;

public sealed class KernelSnapBuilderTests
{
    private readonly SampleKernel _sample = new();

    [Fact]
    public void The_tree_has_everything_in_its_place()
    {
        DirectoryNode? snap = _sample.Build();
        Assert.Empty(_sample.Findings());
        // how well the initrd is compressed hangs on the machine's libraries
        string text = Regex.Replace(TreeText.Of(snap!), @"(initrd\S*) \d+ \w+", "$1");
        Golden.Matches(text, "tests", "JetsonCore.Tests", "Kernel", "golden", "snap.golden.txt");
        Assert.Equal(
            $"name: tx1-kernel\ntype: kernel\narchitectures: [arm64]\nversion: \"{SampleKernel.Release}\"\n",
            Encoding.UTF8.GetString(((RegularFileNode)snap!.Find("meta/snap.yaml")!).Content.ReadAll(1000)));
    }

    [Fact]
    public void Unsquashfs_finds_the_hard_links_that_booting_and_snapd_need()
    {
        using var temp = new TempFolder();
        string path = temp.File("kernel.snap");
        using (FileStream file = File.Create(path))
            SquashFsWriter.Write(_sample.Build()!, SquashFsOptions.Snap(SampleKernel.Time), file);
        Oracle.Run("unsquashfs", "-q", "-d", temp.File("tree"), path).MustSucceed();
        string Inode(string name) => Oracle.Run("stat", "-c", "%i %h", temp.File("tree", name)).MustSucceed();
        Assert.EndsWith(" 2\n", Inode("kernel.img"), StringComparison.Ordinal);
        Assert.Equal(Inode("kernel.img"), Inode($"Image-{SampleKernel.Release}"));
        Assert.Equal(Inode("initrd.img"), Inode($"initrd-{SampleKernel.Release}.img"));
        Assert.Equal(
            TreeText.Of(_sample.Build()!).Split('\n').Length,
            TreeText.Of(FolderTree.Read(temp.File("tree"))).Split('\n').Length);
    }

    [Fact]
    public void Two_checkouts_and_copies_of_a_build_give_the_same_snap()
    {
        string[] trees = [.. new[] { "umask 022; touch -h -d 2001-01-01", "umask 077; touch -h -d 2031-01-01" }.Select(ways =>
        {
            using var temp = new TempFolder();
            _sample.Package.SetPath("usr/bin", new DirectoryNode());     // not only files
            string source = temp.File("source"), build = temp.File("build"), initrd = temp.Write("initrd", BaseInitrd());
            TreeExtractor.Extract(_sample.Source, source, _sample.Diagnostics);
            TreeExtractor.Extract(_sample.Package, build, _sample.Diagnostics);
            string mask = ways.Split(';')[0], touch = ways.Split("; ")[1];
            Oracle.Run("sh", "-c", $"{mask}; chmod -R =rwX {source} {build}; find {temp.Path} -exec {touch} {{}} +").MustSucceed();
            var request = new KernelSnapRequest
            {
                SourceFolder = source,
                From = [build],
                BaseInitrd = initrd,
                Time = SampleKernel.Time,
            };
            KernelSnapInputs inputs = KernelSnapInputs.Open(request, MemorySpool.Keep, _sample.Diagnostics)!;
            DirectoryNode? snap = KernelSnapBuilder.Build(inputs, _sample.Diagnostics);
            Assert.Empty(_sample.Findings());
            return TreeText.Of(snap!);
        })];
        Assert.Equal(trees[0], trees[1]);
    }

    [Fact]
    public void A_compressed_kernel_is_unpacked()
    {
        SampleKernel.Set(_sample.Package, $"boot/vmlinuz-{SampleKernel.Release}", SampleKernel.Gzip(SampleKernel.Image()));
        DirectoryNode snap = _sample.Build()!;
        Assert.Equal(SampleKernel.Image(), ((RegularFileNode)snap.Find("kernel.img")!).Content.ReadAll(1 << 20));
    }

    [Fact]
    public void A_kernel_build_in_folders_is_understood_as_well()
    {
        var build = new DirectoryNode();
        SampleKernel.Set(build, "Image", SampleKernel.Image());
        SampleKernel.SetText(build, ".config", File.ReadAllText(SampleKernel.ConfigPath));
        build.SetPath("modules", _sample.Package.Find("lib/modules")!);
        SampleKernel.Set(build, "dtbs/vendor/board-b.dtb", SampleKernel.DeviceTree());
        build.SetPath("firmware", _sample.Package.Find("lib/firmware")!);
        foreach (string name in (string[])["boot", "usr", "lib"])
            _sample.Package.Remove(name);
        DirectoryNode? snap = _sample.Build(new KernelInput("build", build));
        Assert.Empty(_sample.Findings());
        Assert.NotNull(snap!.Find("dtbs/board-b.dtb"));
        Assert.NotNull(snap.Find("firmware/board/usb.bin"));
        Assert.NotNull(snap.Find($"modules/{SampleKernel.Release}/kernel/mmc.ko"));
    }

    [Fact]
    public void What_the_lists_name_and_no_input_has_is_reported_with_its_line()
    {
        SampleKernel.SetText(_sample.Source, "initrd-modules.list", "mmc\n  nowhere\n");
        SampleKernel.SetText(_sample.Source, "initrd-firmware.list", "# wanted\nno.bin # really\n");
        SampleKernel.SetText(_sample.Source, "firmware.list", "board/\nno-folder/\n");
        SampleKernel.SetText(_sample.Source, "dtbs.list", "\ntablet-*.dtb\n");
        Assert.Null(_sample.Build());
        Assert.Equal(
            [
                "kernel/dtbs.list:2: JC5405: cannot find the device tree \"tablet-*.dtb\": the inputs have 2 others",
                "kernel/firmware.list:2: JC5407: cannot find the firmware \"no-folder/\"",
                "kernel/initrd-modules.list:2: JC5404: cannot put \"nowhere\" into the initrd: "
                    + "no module has that name or alias, and it is not built in",
                "kernel/initrd-firmware.list:2: JC5407: cannot find the firmware \"no.bin\"",
            ],
            _sample.Findings());
    }

    [Fact]
    public void Kernels_that_cannot_boot_are_refused()
    {
        SampleKernel.Set(_sample.Package, $"boot/vmlinuz-{SampleKernel.Release}", SampleKernel.Image(magic: 0));
        SampleKernel.Set(
            _sample.Package, $"usr/lib/linux-image-{SampleKernel.Release}/vendor/board-a.dtb", new byte[100]);
        Assert.Null(_sample.Build());
        Assert.Equal(
            [
                "linux.deb: JC5403: cannot use the kernel: no uncompressed arm64 kernel",
                "board-a.dtb: JC5406: cannot use the device tree: no device tree",
            ],
            _sample.Findings());
    }

    [Fact]
    public void A_module_that_another_needs_and_nobody_has_is_told()
    {
        var kernel = new SampleKernel();
        kernel.AddModule("kernel/unused.ko", new() { Modinfo = ["depends=gone,mmc,built-in"] });
        kernel.AddModule("kernel/other.ko", new() { Modinfo = ["depends=gone"] });
        Assert.NotNull(kernel.Build());
        Assert.Equal(["kernel/unused.ko: JC5414: cannot be loaded, nor can other: module \"gone\", which it needs, is "
            + "neither there nor built in"], kernel.Findings());
    }

    [Fact]
    public void A_module_that_the_initrd_needs_and_nobody_has_is_refused()
    {
        var kernel = new SampleKernel();
        kernel.AddModule("kernel/bus.ko", new() { Exports = ["bus_add"], Modinfo = ["depends=clk-core"] });
        Assert.Null(kernel.Build());
        Assert.Equal(["kernel/bus.ko: JC5415: cannot be loaded: module \"clk_core\", which it needs, is neither there nor "
            + "built in, and the initrd loads it"], kernel.Findings());
    }

    [Fact]
    public void Modules_of_another_kernel_are_refused()
    {
        SampleKernel.Set(_sample.Package, $"lib/modules/{SampleKernel.Release}/kernel/foreign.ko",
            new SampleModule { Modinfo = ["vermagic=5.10.0-old SMP"] }.ToBytes());
        Assert.Null(_sample.Build());
        Assert.Equal(
            ["kernel/foreign.ko: JC5409: cannot use the module: it was built for kernel 5.10.0-old, the folder is of 6.1.0-test"],
            _sample.Findings());
    }

    [Fact]
    public void There_is_one_kernel_with_its_modules()
    {
        Assert.Null(_sample.Build(new KernelInput("again.deb", _sample.Package)));
        Assert.Equal(
            [
                ": JC5402: cannot take the kernel: 2 inputs have a kernel: linux.deb, again.deb",
                ": JC5402: cannot take the kernel: 2 inputs have a modules folder: "
                    + "linux.deb (6.1.0-test), again.deb (6.1.0-test)",
            ],
            _sample.Findings());
        var empty = new SampleKernel();
        foreach (string name in (string[])["boot", "lib"])
            empty.Package.Remove(name);
        Assert.Null(empty.Build());
        Assert.Equal(
            [
                ": JC5402: cannot take the kernel: no input has a kernel",
                ": JC5402: cannot take the kernel: no input has a modules folder",
            ],
            empty.Findings());
    }

    [Fact]
    public void A_source_folder_that_lacks_files_is_named_with_all_of_them()
    {
        foreach (string name in (string[])["snap.yaml", "dtbs.list"])
            _sample.Source.Remove(name);
        Assert.Null(_sample.Build());
        Assert.Equal(
            [
                "kernel: JC5401: cannot build a kernel snap: the file \"snap.yaml\" is missing",
                "kernel: JC5401: cannot build a kernel snap: the file \"dtbs.list\" is missing",
            ],
            _sample.Findings());
    }

    [Fact]
    public void Missing_options_of_the_configuration_are_told_by_purpose()
    {
        string config = File.ReadAllText(SampleKernel.ConfigPath)
            .Replace("CONFIG_SQUASHFS_XZ=y\n", "# CONFIG_SQUASHFS_XZ is not set\n", StringComparison.Ordinal)
            .Replace("CONFIG_BLK_DEV_LOOP=y\n", "", StringComparison.Ordinal)
            .Replace("CONFIG_OVERLAY_FS=y\n", "CONFIG_OVERLAY_FS=n\n", StringComparison.Ordinal);
        SampleKernel.SetText(_sample.Package, $"boot/config-{SampleKernel.Release}", config);
        Assert.Null(_sample.Build());
        Assert.Equal(
            [
                "config-6.1.0-test: JC7252: the kernel cannot mount snaps: "
                    + "it was built without CONFIG_SQUASHFS_XZ, CONFIG_BLK_DEV_LOOP",
                "config-6.1.0-test: JC7258: the kernel cannot layer file systems: it was built without CONFIG_OVERLAY_FS",
            ],
            _sample.Findings());
    }

    [Fact]
    public void Links_out_of_the_picked_firmware_become_copies_and_links_to_nowhere_are_left_out()
    {
        var link = (string target) => new SymbolicLinkNode(FileMetadata.Link, target);
        SampleKernel.SetText(_sample.Package, "lib/firmware/shared/real.bin", "real");
        _sample.Package.SetPath("lib/firmware/board/out.bin", link("../shared/real.bin"));
        _sample.Package.SetPath("lib/firmware/board/inside.bin", link("usb.bin"));
        _sample.Package.SetPath("lib/firmware/board/dead.bin", link("gone.bin"));
        _sample.Package.SetPath("lib/firmware/board/escape.bin", link("../../../etc/shadow"));
        var firmware = (DirectoryNode)_sample.Build()!.Find("firmware")!;
        Assert.Equal(4, ((RegularFileNode)firmware.Find("board/out.bin")!).Content.Length);
        Assert.Equal("usb.bin", ((SymbolicLinkNode)firmware.Find("board/inside.bin")!).Target);
        Assert.Equal("../board/usb.bin", ((SymbolicLinkNode)firmware.Find("alias/usb.bin")!).Target);
        Assert.Null(firmware.Find("alias/none.bin"));
        Assert.Equal(
            [
                "kernel/firmware.list: JC5411: left out \"board/dead.bin\": it leads nowhere",
                "kernel/firmware.list: JC5411: left out \"board/escape.bin\": it leads nowhere",
            ],
            _sample.Findings());
    }

    private byte[] BaseInitrd()
    {
        using var initrd = new MemoryStream();
        CpioWriter.Write(_sample.BaseInitrd, initrd);
        return initrd.ToArray();
    }
}
