// A device, what building it gave before and after a change, and what must hold of a folder where a build between the
// two was disturbed.
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Cli.Tests.Build;

public sealed class FaultResults : IDisposable
{
    public FaultResults()
    {
        Device.Build("after").MustSucceed();
        After = File.ReadAllText(Device.File("after", "SHA256SUMS"));
        Device.WriteEnvironment(TinyDevice.EnvironmentText + "\nmore=1");
        Device.Build("before").MustSucceed();
        Before = File.ReadAllText(Device.File("before", "SHA256SUMS"));
        Device.WriteEnvironment(TinyDevice.EnvironmentText);
        Assert.NotEqual(Before, After);
    }

    /// <summary>SHA256SUMS of the builds.</summary>
    public string Before { get; }

    public string After { get; }

    internal TinyDevice Device { get; } = new();

    public void Dispose() => Device.Dispose();

    /// <summary>SHA256SUMS of a folder; null where it has none. Everything that it names must be as it says.</summary>
    public string? Sums(string folder)
    {
        string path = Device.File(folder, "SHA256SUMS");
        if (!File.Exists(path))
            return null;
        Oracle.Run(new OracleCall("sha256sum")
        {
            Arguments = ["-c", "--quiet", "SHA256SUMS"],
            Folder = Device.File(folder),
        }).MustSucceed();
        return File.ReadAllText(path);
    }

    public string[] Hidden(string folder) => !Directory.Exists(Device.File(folder)) ? [] :
        [.. Directory.GetFiles(Device.File(folder), ".*", SearchOption.AllDirectories).Select(Path.GetFileName)!];

    /// <summary>Makes a folder with the results of the build before, or sees that there is none.</summary>
    public string Folder(string name, bool isThere)
    {
        Oracle.Run("rm", "-rf", Device.File(name)).MustSucceed();
        if (isThere)
            Oracle.Run("cp", "-a", Device.File("before"), Device.File(name)).MustSucceed();
        return name;
    }

    /// <summary>After a build in which a call failed.</summary>
    /// <param name="folder">Its folder.</param>
    /// <param name="isThere">Whether there was an earlier build's.</param>
    /// <param name="result">What the build said.</param>
    /// <param name="mayLeave">Whether files of its own may stay behind, for the next run to remove.</param>
    public void AssertRightAfterRefusal(string folder, bool isThere, OracleResult result, bool mayLeave)
    {
        if (result.ExitCode == 0)
        {
            Assert.Equal(After, Sums(folder));
        }
        else
        {
            if (!result.Error.Contains("error while loading shared libraries", StringComparison.Ordinal))
            {
                Assert.Equal(3, result.ExitCode);
                // Where a thread of its own cannot be started the runtime has the last word.
                Assert.Matches("error\\[JC[0-9]{4}\\]|Failed to create the thread", result.Error);
            }
            Assert.Equal(isThere ? Before : null, Sums(folder));
        }
        if (mayLeave && Hidden(folder) is not [])
            AssertNextBuildCleans(folder, ["--force"]);
        Assert.Empty(Hidden(folder));
        if (!mayLeave && result.ExitCode != 0)
            Assert.Equal(isThere, Directory.Exists(Device.File(folder)));
    }

    /// <summary>After a build that was killed.</summary>
    public void AssertRightAfterDeath(string folder, bool isThere)
    {
        string? sums = Sums(folder);
        Assert.True(sums is null || sums == After || (isThere && sums == Before), "sums of something else");
        AssertNextBuildCleans(folder, isThere || sums is not null ? ["--force"] : []);
    }

    private void AssertNextBuildCleans(string folder, string[] force)
    {
        Device.Build(folder, force).MustSucceed();
        Assert.Equal(After, Sums(folder));
        Assert.Empty(Hidden(folder));
    }
}
