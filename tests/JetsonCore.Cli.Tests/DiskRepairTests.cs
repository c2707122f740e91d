// disk repair: tables that sgdisk made, of images that have grown or whose one copy is lost, please sgdisk again.
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Cli.Tests;

public sealed class DiskRepairTests : IDisposable
{
    private const int Sector = 512;

    private readonly TempFolder _temp = new();
    private readonly string _image;

    public DiskRepairTests()
    {
        _image = _temp.Write("disk.img", new byte[8 << 20]);
        Oracle.Run("sgdisk", "-n", "1:2048:4095", "-c", "1:boot", "-n", "2:4096:8191", "-c", "2:data", _image)
            .MustSucceed();
    }

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void A_grown_image_gets_its_backup_table_at_the_end()
    {
        using (FileStream file = File.OpenWrite(_image))
            file.SetLength(16 << 20);
        string output = CliRun.Succeed("disk", "repair", _image);
        Assert.Equal($"{_image}: 2 partitions; 32768 sectors, the last for the backup table\n", output);
        AssertWhole();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public void A_lost_header_comes_back(int sector)
    {
        using (FileStream file = File.OpenWrite(_image))
        {
            file.Seek(sector * Sector, sector < 0 ? SeekOrigin.End : SeekOrigin.Begin);
            file.Write(new byte[Sector]);
        }
        CliRun.Succeed("disk", "repair", _image);
        AssertWhole();
    }

    [Fact]
    public void What_is_no_disk_is_refused_and_stays()
    {
        byte[] bytes = new SeededRandom(1).Bytes(1 << 20);
        string path = _temp.Write("noise.img", bytes);
        CliRun run = CliRun.Of("disk", "repair", path);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains(path, run.Error, StringComparison.Ordinal);
        Assert.Equal(bytes, File.ReadAllBytes(path));
        Assert.Equal(3, CliRun.Of("disk", "repair", _temp.File("missing")).ExitCode);
    }

    private void AssertWhole()
    {
        string verdict = Oracle.Run("sgdisk", "-v", _image).MustSucceed();
        Assert.Contains("No problems found", verdict, StringComparison.Ordinal);
        string table = Oracle.Run("sgdisk", "-p", _image).MustSucceed();
        Assert.Contains("boot", table, StringComparison.Ordinal);
        Assert.Contains("data", table, StringComparison.Ordinal);
    }
}
