// A build whose system calls fail, one at a time, or that is killed in one: results are those of before or those of
// after, never some of each, and the exit code says which. The second of two builds meets the results of the first.
// scripts/soak goes through every call, which takes some minutes; here are those that differ.
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Cli.Tests.Build;

public sealed class FaultTests(FaultTests.Results results) : IClassFixture<FaultTests.Results>, IDisposable
{
    private static readonly string[] Refusals =
    [
        "fsync:error=EIO", "renameat2:error=EIO", "renameat2:error=EINVAL", "ftruncate:error=ENOSPC",
        "pwrite64:error=ENOSPC", "flock:error=ENOLCK", "mkdir:error=EACCES", "openat:error=EMFILE",
    ];

    private static readonly string[] Deaths =
        ["fsync:signal=KILL", "renameat2:signal=KILL", "unlink:signal=KILL", "openat:signal=KILL", "pwrite64:signal=KILL"];

    private readonly TinyDevice _device = results.Device;
    private readonly string _before = results.Before, _after = results.After;

    public void Dispose() => Oracle.Run("rm", "-rf", _device.File("out")).MustSucceed();

    /// <summary>SHA256SUMS of a folder; null where it has none. Everything that it names must be as it says.</summary>
    private string? Sums(string folder)
    {
        string path = _device.File(folder, "SHA256SUMS");
        if (!File.Exists(path))
            return null;
        Oracle.Run(new OracleCall("sha256sum")
        {
            Arguments = ["-c", "--quiet", "SHA256SUMS"],
            Folder = _device.File(folder),
        }).MustSucceed();
        return File.ReadAllText(path);
    }

    private string[] Hidden(string folder) => !Directory.Exists(_device.File(folder)) ? [] :
        [.. Directory.GetFiles(_device.File(folder), ".*", SearchOption.AllDirectories).Select(Path.GetFileName)!];

    /// <summary>A folder with the results of an earlier build, or none.</summary>
    private string Folder(bool isThere)
    {
        Oracle.Run("rm", "-rf", _device.File("out")).MustSucceed();
        if (isThere)
            Oracle.Run("cp", "-a", _device.File("before"), _device.File("out")).MustSucceed();
        return "out";
    }

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
        AssertRightAfterDeath(isThere: true);
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

    /// <summary>Every call of every kind, for soaks; without SOAK=1 none.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Every_call_may_fail_or_be_the_last(bool isThere)
    {
        foreach (string refusal in Refusals)
            Sweep(refusal, isThere, AssertRightAfterRefusal);
        foreach (string death in Deaths)
            Sweep(death, isThere, (_, _) => AssertRightAfterDeath(isThere));
    }

    private void Sweep(string fault, bool isThere, Action<OracleResult, bool> assert)
    {
        int last = Soak.Rounds(check: 0, soak: 1000);
        for (int count = 1; count <= last; count++)
        {
            (OracleResult result, bool happened) =
                _device.BuildWithFault($"{fault}:when={count}", Folder(isThere), "--force");
            if (!happened)
                break;
            try
            {
                assert(result, isThere);
            }
            catch (Exception exception)
            {
                Assert.Fail($"{fault}:when={count}: {exception.Message}\n{result.Error}");
            }
        }
    }

    private void AssertRightAfterRefusal(OracleResult result, bool isThere)
    {
        if (result.ExitCode == 0)
        {
            Assert.Equal(_after, Sums("out"));
            return;
        }
        Assert.Equal(3, result.ExitCode);
        Assert.Equal(isThere ? _before : null, Sums("out"));
        Assert.Empty(Hidden("out"));
        Assert.Equal(isThere, Directory.Exists(_device.File("out")));
    }

    private void AssertRightAfterDeath(bool isThere)
    {
        string? sums = Sums("out");
        Assert.True(sums is null || sums == _after || (isThere && sums == _before), "sums of something else");
        string[] force = isThere || sums is not null ? ["--force"] : [];
        _device.Build("out", force).MustSucceed();
        Assert.Equal(_after, Sums("out"));
        Assert.Empty(Hidden("out"));
    }

    /// <summary>A device, and what building it gave before and after a change.</summary>
    public sealed class Results : IDisposable
    {
        public Results()
        {
            Device.Build("after").MustSucceed();
            After = File.ReadAllText(Device.File("after", "SHA256SUMS"));
            Device.WriteEnvironment(TinyDevice.EnvironmentText + "\nmore=1");
            Device.Build("before").MustSucceed();
            Before = File.ReadAllText(Device.File("before", "SHA256SUMS"));
            Device.WriteEnvironment(TinyDevice.EnvironmentText);
            Assert.NotEqual(Before, After);
        }

        public string Before { get; }

        public string After { get; }

        internal TinyDevice Device { get; } = new();

        public void Dispose() => Device.Dispose();
    }
}
