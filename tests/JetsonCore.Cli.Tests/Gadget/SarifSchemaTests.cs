// What `check --sarif` prints, by the schema of SARIF 2.1.0 (tests/judges/sarif): Debian's jsonschema judges.
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Cli.Tests.Gadget;

public class SarifSchemaTests
{
    private static readonly string Schema = Repository.PathOf("tests", "judges", "sarif", "sarif-2.1.0-rtm.5.json");

    [Fact]
    public void Findings_of_every_kind_follow_the_schema()
    {
        string cases = Repository.PathOf("tests", "JetsonCore.Tests", "Gadget", "cases");
        string[] gadgets = [.. Directory.EnumerateDirectories(cases)
            .SelectMany(folder => Directory.EnumerateFileSystemEntries(folder, "fail*"))
            .Where(path => Path.GetExtension(path) == ".yaml" || Directory.Exists(path))];
        Assert.True(gadgets.Length > 100);
        CliRun run = CliRun.Of(["check", "--sarif", "no such file.yaml", .. gadgets]);
        Assert.Equal("", Judge(run.Output));
        Assert.Equal("", Judge(CliRun.Of("check", "--sarif", Repository.PathOf("gadget", "gadget.yaml")).Output));
    }

    [Fact]
    public void The_judge_refuses_what_is_no_sarif() => Assert.Contains("massage", Judge(
        CliRun.Of("check", "--sarif", Repository.PathOf("gadget", "gadget.yaml")).Output
            .Replace("\"message\"", "\"massage\"", StringComparison.Ordinal)), StringComparison.Ordinal);

    private static string Judge(string sarif)
    {
        using var folder = new TempFolder();
        OracleResult result = Oracle.Run("jsonschema", "-i", folder.Write("log.sarif", sarif), Schema);
        Assert.Equal(result.ExitCode == 0, result.Error.Length == 0);
        return result.Error + result.Output;
    }
}
