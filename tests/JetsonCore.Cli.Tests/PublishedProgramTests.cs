// The published program is hardened as distributions harden theirs: it reads untrusted images in one process with C
// libraries, so it lies at no address that is known beforehand, no table of calls stays writable, and no stack runs.
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Cli.Tests;

public class PublishedProgramTests
{
    [PublishedFact]
    public void It_is_there_where_judges_are_required() =>
        Assert.True(ProgramProcess.Published is not null, PublishedProgram.HowToGet);

    [PublishedFact]
    public void It_is_a_position_independent_executable()
    {
        Assert.Matches(@"Type: +DYN ", Readelf("-h"));
        Assert.Matches(@"\(FLAGS_1\) .*\bPIE\b", Readelf("-d"));
    }

    [PublishedFact]
    public void Its_relocated_tables_are_read_only_and_bound_before_it_starts()
    {
        Assert.Matches(@"GNU_RELRO .* R  ", Readelf("-l"));
        Assert.Matches(@"\(FLAGS_1\) .*\bNOW\b", Readelf("-d"));
    }

    [PublishedFact]
    public void No_segment_is_writable_and_executable_and_the_stack_is_not_executable()
    {
        string[] segments = Readelf("-l").Split('\n');
        Assert.Single(segments, line => line.Contains("GNU_STACK", StringComparison.Ordinal));
        Assert.DoesNotContain(segments, line => line.Contains(" RWE ", StringComparison.Ordinal));
    }

    private static string Readelf(string what) =>
        Oracle.Run("readelf", "-W", what, ProgramProcess.Program).MustSucceed();
}
