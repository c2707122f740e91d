// Two runs of the program at once that write the same result: one of them makes it, whole; the other one does so too
// before or behind it, or says that somebody else is at it, and leaves nothing.
using System.Security.Cryptography;
using JetsonCore.Cli.Tests.Build;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Cli.Tests;

public sealed class RunsTogetherTests : IDisposable
{
    private const int Rounds = 4, RunsAtOnce = 3;

    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void Builds()
    {
        using var device = new TinyDevice();
        AssertOneResult(device.Program, device.Folder, output => TinyDevice.BuildArguments(output));
    }

    [Theory]
    [InlineData("ext4", "out.img")]
    [InlineData("squashfs", "out.sq")]
    [InlineData("tar", "out.tar.xz", "--compression", "xz")]
    public void Images(string format, string name, params string[] more)
    {
        _temp.Write("tree/a", new SeededRandom(1).Bytes(3 << 20));
        AssertOneResult(Program(), _temp.Path, output => ["fs", "make", format, "tree", $"{output}/{name}", .. more]);
    }

    [Fact]
    public void Kernel_snaps()
    {
        SmallestKernel.Write(_temp);
        Program().Run("fs", "make", "cpio", "base", "base.img").MustSucceed();
        AssertOneResult(Program(), _temp.Path, output =>
            ["kernel", "pack", "source", "--from", "package", "--base-initrd", "base.img", "-O", output]);
    }

    private ProgramProcess Program() => new(
        new Dictionary<string, string> { ["SOURCE_DATE_EPOCH"] = "1573659600" }, _temp.Path);

    private static void AssertOneResult(ProgramProcess program, string folder, Func<string, string[]> arguments)
    {
        program.Run(arguments("alone")).MustSucceed();
        SortedDictionary<string, string> wanted = Digests(Path.Combine(folder, "alone"));
        for (int round = 0; round < Rounds * 2; round++)
        {
            string output = $"together-{round / 2}";            // each folder again: with --force, over what is there
            string[] force = round % 2 == 0 ? [] : ["--force"];
            OracleResult[] results = Task.WhenAll(Enumerable.Range(0, RunsAtOnce).Select(_ =>
                Task.Run(() => program.Run([.. arguments(output), .. force])))).GetAwaiter().GetResult();
            Assert.Contains(results, result => result.ExitCode == 0);
            foreach (OracleResult result in results.Where(result => result.ExitCode != 0))
            {
                string code = result.ExitCode == 3 ? "JC9140" : "JC9102";       // at it, or done with it
                Assert.Contains($"error[{code}]", result.Error, StringComparison.Ordinal);
            }
            Assert.Equal(wanted, Digests(Path.Combine(folder, output)));
        }
    }

    private static SortedDictionary<string, string> Digests(string folder)
    {
        var digests = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (string path in Directory.GetFiles(folder, "*", SearchOption.AllDirectories))
        {
            using FileStream file = File.OpenRead(path);
            digests[Path.GetRelativePath(folder, path)] = Convert.ToHexString(SHA256.HashData(file));
        }
        return digests;
    }
}
