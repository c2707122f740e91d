// What is read by an address in an image is what is read of the host: every verb says and makes the same.
using JetsonCore.Cli.Tests.Build;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Cli.Tests;

public sealed class AddressedInputTests(AddressedInputTests.Inputs inputs) : IClassFixture<AddressedInputTests.Inputs>
{
    private TinyDevice Device => inputs.Device;

    [Theory]
    [InlineData("check {gadget}")]
    [InlineData("check {gadget/meta/gadget.yaml}")]
    [InlineData("check {gadget.snap}")]
    [InlineData("check {gadget.snap} {u-boot.bin}")]
    [InlineData("check gadget --against {gadget/meta/gadget.yaml}")]
    [InlineData("check {kernel}")]
    [InlineData("check {kernel.snap}")]
    [InlineData("check gadget --kernel {kernel}")]
    [InlineData("check gadget --kernel {kernel.snap}")]
    [InlineData("check gadget --model {tiny.model}")]
    [InlineData("check gadget --model {model.json}")]
    [InlineData("check gadget --disk {tiny.img}")]
    [InlineData("layout {gadget}")]
    [InlineData("layout {gadget.snap} --json")]
    [InlineData("verify {tiny.model}")]
    [InlineData("verify {u-boot.bin}")]
    [InlineData("inspect {tiny.img}")]
    [InlineData("env show {gadget/uboot.env}")]
    [InlineData("env lint {gadget/uboot.env}")]
    [InlineData("seed check {seed}")]
    [InlineData("snap pack {gadget} . --check")]
    public void Verbs_say_the_same(string line)
    {
        OracleResult host = Run(line, "held/"), inside = Run(line, "held.img:@0/");
        Assert.Equal(host.ExitCode, inside.ExitCode);
        Assert.Equal(Plain(host.Output), Plain(inside.Output));
        Assert.Equal(Plain(host.Error), Plain(inside.Error));
    }

    [Fact]
    public void A_seed_in_a_partition_is_the_one_of_the_disk()
    {
        OracleResult disk = Run("seed check held/tiny.img", "");
        OracleResult partition = Run("seed check held/tiny.img:writable", "");
        Assert.Equal(disk.ExitCode, partition.ExitCode);
        Assert.Equal(disk.Error.Replace("held/tiny.img:writable", "held/tiny.img", StringComparison.Ordinal),
            partition.Error.Replace("held/tiny.img:writable", "held/tiny.img", StringComparison.Ordinal));
    }

    [Fact]
    public void An_image_built_of_inputs_in_an_image_is_the_same()
    {
        foreach ((string output, string held) in new[] { ("of-host", "held/"), ("of-image", "held.img:@0/") })
        {
            Run("build --model {tiny.model} --gadget {gadget.snap} --kernel {kernel} --snap {core18} --snap {snapd} "
                + $"--allow-unvouched -O {output} --force", held).MustSucceed();
        }
        Oracle.Run("diff", Device.File("of-host", "SHA256SUMS"), Device.File("of-image", "SHA256SUMS")).MustSucceed();
    }

    [Fact]
    public void A_snap_packed_from_an_image_is_the_same()
    {
        Run("snap pack {gadget} . --filename host.snap --force", "held/").MustSucceed();
        Run("snap pack {gadget} . --filename image.snap --force", "held.img:@0/").MustSucceed();
        Oracle.Run("cmp", Device.File("host.snap"), Device.File("image.snap")).MustSucceed();
    }

    private OracleResult Run(string line, string held) =>
        Device.Program.Run([.. line.Replace("{", held, StringComparison.Ordinal)
            .Replace("}", "", StringComparison.Ordinal).Split(' ')]);

    /// <summary>Without the places; what is missing at all is missing in different ways.</summary>
    private static string Plain(string text) => string.Join('\n', text.Split('\n')
        .Where(line => !line.Contains("there is no", StringComparison.Ordinal)
            && !line.StartsWith("  hint", StringComparison.Ordinal))
        .Select(line => line.Replace("held.img:@0/", "held/", StringComparison.Ordinal)));

    public sealed class Inputs : IDisposable
    {
        public Inputs()
        {
            Device.Build("made").MustSucceed();
            Shell("mkdir held && cp -a gadget kernel core18 snapd model.json gadget/u-boot.bin made/tiny.* held");
            Device.Program.Run("snap", "pack", "gadget", "held", "--filename", "gadget.snap").MustSucceed();
            Device.Program.Run("snap", "pack", "kernel", "held", "--filename", "kernel.snap").MustSucceed();
            Device.Program.Run("fs", "extract", "made/tiny.img:writable", "writable").MustSucceed();
            Shell("cp -r writable/system-data/var/lib/snapd/seed held/seed");
            Device.Program.Run("fs", "make", "ext4", "held", "held.img").MustSucceed();
        }

        internal TinyDevice Device { get; } = new();

        public void Dispose() => Device.Dispose();

        private void Shell(string script) => Oracle.Run(
            new OracleCall("sh") { Folder = Device.Folder, Arguments = ["-c", script] }).MustSucceed();
    }
}
