// Every system call of a build, one after the other, fails or is the last that the build comes to. scripts/soak goes
// through all of them, which takes half an hour of two busy processors; scripts/check looks at one of each kind.
using JetsonCore.TestKit;
using Xunit;
using Xunit.Abstractions;

namespace JetsonCore.Cli.Tests.Build;

public sealed class FaultSweepTests(FaultResults results, ITestOutputHelper output) : IClassFixture<FaultResults>
{
    /// <summary>So many side by side; a batch in which nothing happened any more is the last.</summary>
    private const int Batch = 8;

    private const int CountInCheck = 4, ReadingInCheck = 4;

    private static readonly string[] Faults =
    [
        "fsync:error=EIO", "fsync:signal=KILL",
        "renameat2:error=EIO", "renameat2:error=EINVAL", "renameat2:signal=KILL",
        "unlink:error=EIO", "unlink:error=EACCES", "unlink:signal=KILL",
        "ftruncate:error=ENOSPC", "ftruncate:error=EFBIG", "ftruncate:signal=KILL",
        "flock:error=ENOLCK", "flock:error=EAGAIN", "flock:signal=KILL",
        "mkdir:error=EACCES", "mkdir:error=ENOSPC", "mkdir:signal=KILL",
        "copy_file_range:error=ENOSPC", "copy_file_range:error=EIO", "copy_file_range:signal=KILL",
        "write:error=ENOSPC", "write:signal=KILL",
        "pwrite64:error=ENOSPC", "pwrite64:error=EIO", "pwrite64:signal=KILL",
        "openat:error=EMFILE", "openat:error=EIO", "openat:error=ENOSPC", "openat:signal=KILL",
    ];

    /// <summary>Calls that change nothing, hundreds of them: every fifth. scripts/check takes the first four.</summary>
    private static readonly string[] ReadingFaults =
    [
        "pread64:error=EIO", "statx:error=EIO", "getdents64:error=EIO", "clone3:error=EAGAIN",
        "read:error=EIO", "lseek:error=EIO", "fstat:error=EIO", "readlink:error=EIO",
        "pread64:signal=KILL", "statx:signal=KILL", "clone3:signal=KILL", "close:signal=KILL",
    ];

    public static TheoryData<string, bool> Cases()
    {
        var cases = new TheoryData<string, bool>();
        bool isSoak = Soak.Rounds(check: 0, soak: 1) > 0;
        foreach (string fault in Faults)
        {
            bool isOfNewFolders = fault.StartsWith("mkdir:", StringComparison.Ordinal);
            if (!isOfNewFolders)
                cases.Add(fault, true);
            if (isSoak || isOfNewFolders)
                cases.Add(fault, false);
        }
        foreach (string fault in ReadingFaults.Take(isSoak ? ReadingFaults.Length : ReadingInCheck))
            cases.Add(fault, true);
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_call_may_fail_or_be_the_last(string fault, bool isThere)
    {
        if (Soak.Rounds(check: 0, soak: 1) == 0)
        {
            Assert.True(Disturb(fault, isThere ? CountInCheck : 1, isThere), "the build never came to this call");
            return;
        }
        int step = StepOf(fault), count = isThere ? 1 : step, reached = 0;
        bool[] happened;
        do
        {
            int first = count;
            happened = [.. Enumerable.Range(0, Batch).AsParallel().AsOrdered()
                .WithDegreeOfParallelism(Environment.ProcessorCount)
                .Select(index => Disturb(fault, first + (index * step), isThere))];
            reached += happened.Count(did => did);
            count += Batch * step;
        }
        while (happened.Contains(true));
        output.WriteLine($"{fault}: {reached} calls");
        Assert.NotEqual(0, reached);
    }

    /// <summary>How many calls further the next one is; each of two states takes what the other leaves out.</summary>
    private static int StepOf(string fault) => ReadingFaults.Contains(fault) ? 5
        : fault.Split(':')[0] is "openat" or "pwrite64" ? 2 : 1;

    /// <summary>Builds with a fault in one call of each thread; whether it ever came to that.</summary>
    private bool Disturb(string fault, int count, bool isThere)
    {
        string folder = results.Folder($"out-{count}", isThere), at = $"{fault}:when={count}";
        try
        {
            (OracleResult result, bool happened) = results.Device.BuildWithFault(at, folder, "--force");
            if (!happened)
                return false;
            if (fault.EndsWith("=KILL", StringComparison.Ordinal))
                results.AssertRightAfterDeath(folder, isThere);
            else
                AssertRight(folder, isThere, result, fault);
            return true;
        }
        catch (Xunit.Sdk.XunitException exception)
        {
            throw new Xunit.Sdk.XunitException($"{at}: {exception.Message}");
        }
        finally
        {
            Oracle.Run("rm", "-rf", results.Device.File(folder)).MustSucceed();
        }
    }

    private void AssertRight(string folder, bool isThere, OracleResult result, string fault)
    {
        try
        {
            // Only words are written by write(2), and what they tell of may be there. Those for standard error may be
            // lost (0), those for standard output not (3).
            if (fault.StartsWith("write:", StringComparison.Ordinal) && results.Sums(folder) == results.After)
                Assert.True(result.ExitCode is 0 or 3, $"ended with {result.ExitCode}");
            else
                results.AssertRightAfterRefusal(
                    folder, isThere, result, mayLeave: fault.Split(':')[0] is "unlink" or "clone3");
        }
        catch (Xunit.Sdk.XunitException exception)
        {
            throw new Xunit.Sdk.XunitException($"{exception.Message}\n{result.Error}");
        }
    }
}
