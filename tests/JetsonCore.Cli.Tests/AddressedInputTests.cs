// What is read by an address in an image is what is read of the host: every verb says and makes the same.
using System.Text;
using System.Text.Json.Nodes;
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
    [InlineData("verify --trust {signer.assert} {signed.assert}")]
    [InlineData("sign -k tester {signed.json}")]
    [InlineData("sign -k tester --chain --assertion {signer.assert} {signed.json}")]
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

    [Fact]
    public void A_kernel_packed_of_a_package_in_an_image_is_the_same()
    {
        const string pack = "kernel pack kernel-parts/source --from {linux.deb} --base-initrd {base.img} -O ";
        Run(pack + "kernel-of-host", "kernel-parts/").MustSucceed();
        Run(pack + "kernel-of-image", "kernel.img:@0/").MustSucceed();
        string name = Path.GetFileName(Assert.Single(Directory.GetFiles(Device.File("kernel-of-host"), "*.snap")));
        Oracle.Run("cmp", Device.File("kernel-of-host", name), Device.File("kernel-of-image", name)).MustSucceed();
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
            WriteStatements();
            Device.Program.Run("fs", "make", "ext4", "held", "held.img").MustSucceed();
            WriteKernelParts();
        }

        internal TinyDevice Device { get; } = new();

        public void Dispose() => Device.Dispose();

        /// <summary>The key's account and account-key, which nobody vouches for but the key itself.</summary>
        private void WriteStatements()
        {
            const string since = "2018-01-01T00:00:00Z";
            string key = Device.Program.Run("key", "export", "tester").MustSucceed();
            string id = Device.Program.Run("key", "list").MustSucceed()
                .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Single(word => word.Length == 64);
            string account = Sign(new()
            {
                ["type"] = "account",
                ["authority-id"] = "brand",
                ["account-id"] = "brand",
                ["display-name"] = "Brand",
                ["username"] = "brand",
                ["validation"] = "unproven",
                ["timestamp"] = since,
            });
            string accountKey = Sign(new()
            {
                ["type"] = "account-key",
                ["authority-id"] = "brand",
                ["account-id"] = "brand",
                ["name"] = "default",
                ["since"] = since,
                ["public-key-sha3-384"] = id,
                ["body"] = key.Trim(),
            });
            Device.Write("held/signer.assert", $"{account}\n{accountKey}");
            JsonObject model = JsonNode.Parse(File.ReadAllText(Device.File("model.json")))!.AsObject();
            model["timestamp"] = since;
            Device.Write("held/signed.json", model.ToJsonString());
            Device.Write("held/signed.assert", Sign(model));
        }

        private string Sign(JsonObject headers) => Device.Program.RunWithInput(
            Encoding.UTF8.GetBytes(headers.ToJsonString()), "sign", "-k", "tester").MustSucceed();

        private void WriteKernelParts()
        {
            using var temp = new TempFolder();
            SmallestKernel.Write(temp);
            Oracle.Run("cp", "-r", temp.Path, Device.File("kernel-parts")).MustSucceed();
            Device.Program.Run("fs", "make", "cpio", "kernel-parts/base", "kernel-parts/base.img").MustSucceed();
            Device.Write("kernel-parts/package/DEBIAN/control", "Package: linux-image-test\nVersion: 1\n"
                + "Architecture: arm64\nMaintainer: x <x@example.org>\nDescription: x\n");
            Shell("dpkg-deb --build --root-owner-group -Zxz kernel-parts/package kernel-parts/linux.deb");
            Device.Program.Run("fs", "make", "ext4", "kernel-parts", "kernel.img").MustSucceed();
        }

        private void Shell(string script) => Oracle.Run(
            new OracleCall("sh") { Folder = Device.Folder, Arguments = ["-c", script] }).MustSucceed();
    }
}
