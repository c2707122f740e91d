// kernel pack as a command: real packages of dpkg-deb in, a snap out, or an exit code and nothing at all.
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Cli.Tests;

public sealed class KernelPackTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    private string InitrdPath => _temp.Write("initrd.img", "");

    private CliRun Pack(string from) => CliRun.Of("kernel", "pack", Repository.PathOf("kernel"), "--from", from,
        "--base-initrd", InitrdPath, "-O", _temp.File("out"));

    private string MakePackage()
    {
        _temp.Write("tree/DEBIAN/control",
            "Package: linux-image-test\nVersion: 1\nArchitecture: arm64\nMaintainer: x <x@example.org>\nDescription: x\n");
        _temp.Write("tree/lib/firmware/x.bin", new string('x', 100_000));
        string package = _temp.File("linux.deb");
        Oracle.Run("dpkg-deb", "--build", "--root-owner-group", "-Zxz", _temp.File("tree"), package).MustSucceed();
        return package;
    }

    [Fact]
    public void A_package_without_a_kernel_is_refused_with_all_that_is_missing()
    {
        CliRun run = Pack(MakePackage());
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("error[JC5402]: cannot take the kernel: no input has a kernel", run.Error, StringComparison.Ordinal);
        CheckNothingIsLeft();
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.9)]
    [InlineData(0.01)]
    public void A_package_that_ends_early_is_refused(double part)
    {
        byte[] package = File.ReadAllBytes(MakePackage());
        string damaged = _temp.Write("damaged.deb", package.AsSpan(0, (int)(package.Length * part)));
        CliRun run = Pack(damaged);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"{damaged}: error[JC5412]: cannot read the package: at offset ", run.Error, StringComparison.Ordinal);
        CheckNothingIsLeft();
    }

    [Fact]
    public void A_package_with_a_flipped_bit_is_refused()
    {
        byte[] package = File.ReadAllBytes(MakePackage());
        package[^30] ^= 0x10;
        CliRun run = Pack(_temp.Write("damaged.deb", package));
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("error[JC5412]", run.Error, StringComparison.Ordinal);
        CheckNothingIsLeft();
    }

    [Fact]
    public void A_missing_package_is_named()
    {
        CliRun run = Pack(_temp.File("none.deb"));
        Assert.Equal(3, run.ExitCode);
        Assert.Contains("none.deb", run.Error, StringComparison.Ordinal);
        CheckNothingIsLeft();
    }

    private void CheckNothingIsLeft() =>
        Assert.Empty(Directory.Exists(_temp.File("out")) ? Directory.GetFileSystemEntries(_temp.File("out")) : []);
}
