// A build whose system calls fail, one at a time, or that is killed in one: results are those of before or those of
// after, never some of each, and the exit code says which. Here are the calls that differ; FaultSweepTests goes through
// all of them.
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Cli.Tests.Build;

public sealed class FaultTests(FaultResults results) : IClassFixture<FaultResults>, IDisposable
{
    private readonly TinyDevice _device = results.Device;
    private readonly string _before = results.Before, _after = results.After;

    public void Dispose() => Oracle.Run("rm", "-rf", _device.File("out")).MustSucceed();

    private string Folder(bool isThere) => results.Folder("out", isThere);

    private string? Sums(string folder) => results.Sums(folder);

    private string[] Hidden(string folder) => results.Hidden(folder);

    [Theory]
    [InlineData("fsync:error=EIO:when=2")]              // a file
    [InlineData("fsync:error=EIO:when=10")]             // the list of files
    [InlineData("fsync:error=EIO:when=16")]             // the folder, when all have their names but the sums
    [InlineData("fsync:error=EIO:when=17+")]            // for good
    [InlineData("renameat2:error=EIO:when=1")]          // the old sums
    [InlineData("renameat2:error=EACCES:when=9")]
    [InlineData("renameat2:error=EIO:when=18")]         // the new sums
    public void A_call_that_fails_leaves_the_results_of_before(string fault)
    {
        (OracleResult result, bool happened) = _device.BuildWithFault(fault, Folder(isThere: true), "--force");
        Assert.True(happened);
        Assert.True(result.ExitCode == 3, $"ended with {result.ExitCode}: {result.Error}");
        Assert.Matches("error\\[JC91(01|48)\\]", result.Error);
        Assert.Equal(_before, Sums("out"));
    }

    [Theory]
    [InlineData("renameat2:signal=KILL:when=1")]
    [InlineData("renameat2:signal=KILL:when=9")]
    [InlineData("renameat2:signal=KILL:when=18")]
    [InlineData("unlink:signal=KILL:when=3")]
    public void What_a_killed_run_has_left_is_taken_back_or_finished(string death)
    {
        (OracleResult killed, bool happened) = _device.BuildWithFault(death, Folder(isThere: true), "--force");
        Assert.True(happened);
        Assert.Equal(137, killed.ExitCode);
        results.AssertRightAfterDeath("out", isThere: true);
    }

    [Fact]
    public void What_the_system_does_not_let_go_the_next_run_removes()
    {
        _device.BuildWithFault("unlink:error=EACCES:when=3", Folder(isThere: true), "--force").Result.MustSucceed();
        Assert.Contains(Hidden("out"), name => name.EndsWith(".old", StringComparison.Ordinal));
        _device.Build("out", "--force").MustSucceed();
        Assert.Equal(_after, Sums("out"));
        Assert.Empty(Hidden("out"));
    }

    /// <summary>Where files have holes, the system is asked where.</summary>
    [Fact]
    public void Data_that_cannot_be_found_are_not_taken_for_a_hole()
    {
        _device.Write("sparse/file", [1, .. new byte[1 << 20], 2]);
        Oracle.Run("fallocate", "-d", _device.File("sparse", "file")).MustSucceed();
        _device.Program.Run("fs", "make", "tar", "sparse", "whole.tar", "--force").MustSucceed();
        bool happened = true;
        for (int count = 1; happened; count++)
        {
            (OracleResult result, happened) = _device.Program.RunWithFault(
                $"lseek:error=EIO:when={count}", "fs", "make", "tar", "sparse", "faulty.tar", "--force");
            if (result.ExitCode == 0)
                Oracle.Run("cmp", _device.File("whole.tar"), _device.File("faulty.tar")).MustSucceed();
        }
    }

    [Fact]
    public void A_killed_first_run_is_as_if_it_had_not_been()
    {
        Assert.True(_device.BuildWithFault("renameat2:signal=KILL:when=5", Folder(isThere: false)).Happened);
        Assert.Null(Sums("out"));
        _device.Build("out").MustSucceed();
        Assert.Equal(_after, Sums("out"));
        Assert.Empty(Hidden("out"));
    }

    /// <summary>The bundle is written while the image is verified; either may fail at any of its calls.</summary>
    [Theory]
    [InlineData(".core-18-tiny.tar.xz.part", "pwrite64:error=ENOSPC")]
    [InlineData(".tiny.img.part", "pread64:error=EIO")]
    public void What_fails_beside_something_else_leaves_nothing(string aside, string fault)
    {
        int failed = 0;
        for (bool happened = true; happened && failed < 4; failed++)
        {
            (OracleResult result, happened) = _device.Program.RunWithFaultAt(_device.File("out", aside),
                $"{fault}:when={failed + 1}", TinyDevice.BuildArguments(Folder(isThere: false)));
            if (!happened)
                break;
            Assert.True(result.ExitCode == 3, $"ended with {result.ExitCode}: {result.Error}");
            Assert.Contains("error[JC9101]", result.Error, StringComparison.Ordinal);
            Assert.False(Directory.Exists(_device.File("out")));
        }
        Assert.InRange(failed, 1, 4);
    }

    [Theory]
    [InlineData("HUP")]
    [InlineData("TERM")]
    [InlineData("INT")]
    public void A_signal_leaves_nothing(string signal)
    {
        // The call is held up until the signal has surely been heard: a build as small as this one would be done.
        string fault = $"ftruncate:signal={signal}:delay_exit=1000000:when=2";
        (OracleResult result, bool happened) = _device.BuildWithFault(fault, Folder(isThere: false));
        Assert.False(happened);         // a fault is injected with an error; here the call goes on
        Assert.Equal(130, result.ExitCode);
        Assert.False(Directory.Exists(_device.File("out")));
    }

    [Fact]
    public void A_build_beside_another_one_is_refused()
    {
        Directory.CreateDirectory(_device.File("out"));
        OracleResult result = _device.Program.RunBehind(
            "flock", [_device.File("out")], TinyDevice.BuildArguments("out"));
        Assert.Equal(3, result.ExitCode);
        Assert.Contains("error[JC9140]", result.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_device.File("out")));
    }

    [Theory]
    [InlineData("ln -s ../precious $1")]
    [InlineData("mkfifo $1")]
    [InlineData("mkdir $1")]
    public void What_was_planted_where_results_are_written_aside_is_left_alone(string plant)
    {
        _device.Write("precious", "precious");
        Directory.CreateDirectory(_device.File("out"));
        Oracle.Run(new OracleCall("sh")
        {
            Arguments = ["-c", plant, "sh", ".tiny.img.part"],
            Folder = _device.File("out"),
        }).MustSucceed();
        OracleResult result = _device.Build("out");
        Assert.Equal(3, result.ExitCode);
        Assert.Contains(".tiny.img.part: error[JC9144]", result.Error, StringComparison.Ordinal);
        Assert.Equal("precious", File.ReadAllText(_device.File("precious")));
        Assert.Single(Directory.GetFileSystemEntries(_device.File("out")));
    }

    [Theory]
    [InlineData("SHA256SUMS")]
    [InlineData("partitions/LNX.padded.img")]
    public void A_folder_at_the_name_of_a_result_is_found_before_anything_is_written(string name)
    {
        Directory.CreateDirectory(_device.File("out", name));
        OracleResult result = _device.Build("out", "--force");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains($"out/{name}: error[JC9144]", result.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_device.File("out"), "*", SearchOption.AllDirectories));
    }
}
