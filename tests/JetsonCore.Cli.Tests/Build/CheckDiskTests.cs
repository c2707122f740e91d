// `check --disk`: a gadget against a disk, which was built from it and then changed by sgdisk.
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Cli.Tests.Build;

public sealed class CheckDiskTests : IDisposable
{
    private readonly TinyDevice _device = new();

    public CheckDiskTests() => _device.Build("out").MustSucceed();

    private string Image => _device.File("out", "tiny.img");

    public void Dispose() => _device.Dispose();

    [Fact]
    public void The_disk_that_was_built_from_a_gadget_fits_it() => Check().MustSucceed();

    [Fact]
    public void A_missing_partition()
    {
        Oracle.Run("sgdisk", "--delete=2", Image).MustSucceed();
        Finds("JC2206", "has no partition for structure \"TBC\" at 16794624");
    }

    [Fact]
    public void A_structure_of_another_size()
    {
        _device.Write("gadget/meta/gadget.yaml",
            TinyDevice.GadgetYaml.Replace("size: 2097152", "size: 1048576", StringComparison.Ordinal));
        Finds("JC2207", "structure \"TBC\" has the size 1048576, and its partition");
    }

    [Fact]
    public void A_disk_without_a_table()
    {
        using (FileStream image = File.OpenWrite(Image))
        {
            image.Write(new byte[17408]);
            image.Position = image.Length - 17408;
            image.Write(new byte[17408]);
        }
        OracleResult result = Check();
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("tiny.img", result.Output + result.Error, StringComparison.Ordinal);
    }

    private void Finds(string code, string message)
    {
        OracleResult result = Check();
        Assert.Equal(1, result.ExitCode);
        Assert.Contains($"error[{code}]", result.Output, StringComparison.Ordinal);
        Assert.Contains(message, result.Output, StringComparison.Ordinal);
    }

    private OracleResult Check() => _device.Program.Run("check", "--as", "uc18", "--disk", Image, "gadget");
}
