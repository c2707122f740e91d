// What programs get from `check`: a whole document whatever is refused, a place for every result, edits where they can
// be made.
using System.Text.Json;
using System.Xml.Linq;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Cli.Tests.Gadget;

public class CheckReportTests
{
    private static readonly string Tx1 = Repository.PathOf("gadget", "gadget.yaml");

    /// <summary>What a gadget is judged with, each no good.</summary>
    public static TheoryData<string, string, string, int> Refusals => new()
    {
        { "--against", "old.yaml", "volumes: {board: {bootloader: lilo}}\n", 1 },
        { "--against", "missing.yaml", "", 3 },
        { "--model", "model", "type: account\nauthority-id: a\n\nsignature\n", 1 },
        { "--model", "missing", "", 3 },
        { "--kernel", "missing.snap", "", 3 },
        { "--kernel", "no.snap", "text", 1 },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public void Every_format_names_what_was_refused(string option, string name, string content, int exitCode)
    {
        using var temp = new TempFolder();
        string path = content.Length > 0 ? temp.Write(name, content) : temp.File(name);
        string Run(string format)
        {
            CliRun run = CliRun.Of("check", format, option, path, Tx1);
            Assert.Equal(exitCode, run.ExitCode);
            return run.Output;
        }
        JsonElement file = JsonDocument.Parse(Run("--json")).RootElement.GetProperty("files")[0];
        Assert.Equal(path, file.GetProperty("path").GetString());
        Assert.False(file.GetProperty("ok").GetBoolean());
        JsonElement result = JsonDocument.Parse(Run("--sarif")).RootElement.GetProperty("runs")[0].GetProperty("results")[0];
        Assert.EndsWith(name, result.GetProperty("locations")[0].GetProperty("physicalLocation")
            .GetProperty("artifactLocation").GetProperty("uri").GetString(), StringComparison.Ordinal);
        Assert.StartsWith("::error file=" + path, Run("--github"), StringComparison.Ordinal);
        Assert.Equal(path, XDocument.Parse(Run("--junit")).Root!.Descendants("testcase").First().Attribute("name")!.Value);
        Assert.Contains(path, CliRun.Of("check", option, path, Tx1).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_verbs_print_a_whole_document_too()
    {
        using var temp = new TempFolder();
        string missing = temp.File("missing");
        CliRun inspected = CliRun.Of("inspect", "--json", missing, Tx1);
        Assert.NotEqual(0, inspected.ExitCode);
        JsonElement[] files = [.. JsonDocument.Parse(inspected.Output).RootElement.GetProperty("files").EnumerateArray()];
        Assert.Equal([missing, Tx1], files.Select(file => file.GetProperty("path").GetString()));
        CliRun shown = CliRun.Of("env", "show", "--json", missing);
        Assert.NotEqual(0, shown.ExitCode);
        Assert.Equal(missing, JsonDocument.Parse(shown.Output).RootElement.GetProperty("files")[0]
            .GetProperty("path").GetString());
        CliRun built = CliRun.Of(
            "build", "--json", "--model", missing, "--gadget", missing, "--kernel", missing, "-O", temp.File("out"));
        Assert.NotEqual(0, built.ExitCode);
        Assert.False(JsonDocument.Parse(built.Output).RootElement.GetProperty("ok").GetBoolean());
    }

    [Fact]
    public void Every_result_of_sarif_has_a_region_a_fingerprint_and_its_rule_help()
    {
        using var temp = new TempFolder();
        string path = temp.Write("gadget.yaml", "{}\n");
        JsonElement run = JsonDocument.Parse(CliRun.Of("check", "--sarif", "--as", "uc20", path).Output).RootElement
            .GetProperty("runs")[0];
        JsonElement[] results = [.. run.GetProperty("results").EnumerateArray()];
        Assert.Contains(results, result => result.GetProperty("ruleId").GetString() == "JC1306");
        Assert.Contains(results, result => result.GetProperty("ruleId").GetString() == "JC1603");
        Assert.All(results, result => Assert.Equal(1, result.GetProperty("locations")[0].GetProperty("physicalLocation")
            .GetProperty("region").GetProperty("startLine").GetInt32()));
        string[] fingerprints = [.. results.Select(result => result.GetProperty("partialFingerprints")
            .GetProperty("jetsonCoreLineHash/v1").GetString()!)];
        Assert.Equal(fingerprints.Length, fingerprints.Distinct().Count());
        Assert.All(run.GetProperty("tool").GetProperty("driver").GetProperty("rules").EnumerateArray(),
            rule => Assert.True(rule.GetProperty("help").GetProperty("text").GetString()!.Length > 20));
    }

    [Fact]
    public void A_fingerprint_stays_when_lines_are_put_before()
    {
        using var temp = new TempFolder();
        const string Yaml = "volumes:\n  board:\n    bootloder: u-boot\n";
        string path = temp.Write("gadget.yaml", Yaml);
        string before = Fingerprint(path);
        temp.Write("gadget.yaml", "# a comment\n" + Yaml);
        Assert.Equal(before, Fingerprint(path));
    }

    private static string Fingerprint(string path) => JsonDocument.Parse(CliRun.Of("check", "--sarif", path).Output)
        .RootElement.GetProperty("runs")[0].GetProperty("results").EnumerateArray()
        .First(result => result.GetProperty("ruleId").GetString() == "JC1008")
        .GetProperty("partialFingerprints").GetProperty("jetsonCoreLineHash/v1").GetString()!;

    [Fact]
    public void An_edit_is_in_json_and_in_sarif()
    {
        using var temp = new TempFolder();
        string path = temp.Write("gadget.yaml", "volumes:\n  board:\n    bootloder: u-boot\n");
        JsonElement fix = JsonDocument.Parse(CliRun.Of("check", "--json", path).Output).RootElement
            .GetProperty("files")[0].GetProperty("diagnostics").EnumerateArray()
            .First(finding => finding.GetProperty("code").GetString() == "JC1008").GetProperty("fix");
        Assert.Equal("bootloader", fix.GetProperty("text").GetString());
        Assert.Equal((3, 5, 14), (fix.GetProperty("line").GetInt32(), fix.GetProperty("column").GetInt32(),
            fix.GetProperty("endColumn").GetInt32()));
        JsonElement replacement = JsonDocument.Parse(CliRun.Of("check", "--sarif", path).Output).RootElement
            .GetProperty("runs")[0].GetProperty("results").EnumerateArray()
            .First(result => result.TryGetProperty("fixes", out _)).GetProperty("fixes")[0]
            .GetProperty("artifactChanges")[0].GetProperty("replacements")[0];
        Assert.Equal("bootloader", replacement.GetProperty("insertedContent").GetProperty("text").GetString());
        Assert.Equal(3, replacement.GetProperty("deletedRegion").GetProperty("startLine").GetInt32());
    }

    [Fact]
    public void Images_that_overlap_by_their_declared_sizes_are_told_without_files()
    {
        using var temp = new TempFolder();
        string path = temp.Write("gadget.yaml", """
            volumes:
              board:
                bootloader: u-boot
                structure:
                  - name: raw
                    type: bare
                    size: 1M
                    content:
                      - {image: a.img, size: 4096}
                      - {image: b.img, offset: 2048, size: 4096}
                      - {image: c.img, offset: 1046528, size: 4096}
            """);
        CliRun run = CliRun.Of("check", path);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("\"b.img\" at 2048 of structure \"raw\" overlaps \"a.img\"", run.Output, StringComparison.Ordinal);
        Assert.Contains("\"c.img\" does not fit structure \"raw\"", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void What_only_devices_refuse_is_a_warning()
    {
        using var temp = new TempFolder();
        string path = temp.Write("gadget.yaml", "kernel-cmdline: {append: [root=/dev/sda, quiet]}\nvolumes:\n  board:\n"
            + "    bootloader: u-boot\n    structure: [{type: bare, size: 1M}]\n");
        CliRun run = CliRun.Of("check", path);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("warning[JC1731]: devices will refuse argument \"root=/dev/sda\"", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("uc20")]
    [InlineData("classic-modes")]
    public void A_full_and_an_empty_seed_exclude_each_other_before_all_else(string mode)
    {
        using var temp = new TempFolder();
        const string Type = "type: 0FC63DAF-8483-4772-8E79-3D69D8477DE4, size: 1M";
        string path = temp.Write("gadget.yaml", "volumes:\n  board:\n    bootloader: u-boot\n    structure:\n"
            + $"      - {{name: a, role: system-seed, filesystem: vfat, filesystem-label: x, {Type}}}\n"
            + $"      - {{name: b, role: system-seed-null, filesystem: vfat, {Type}}}\n"
            + $"      - {{name: c, filesystem: ext4, filesystem-label: ubuntu-data, {Type}}}\n");
        string first = CliRun.Of("check", "--as", mode, path).Output.Split('\n')
            .First(line => line.Contains(": error[", StringComparison.Ordinal));
        if (mode == "none")
            Assert.Contains("[JC1613]", first, StringComparison.Ordinal);
        else
            Assert.Matches("JC1613|JC1433|I-TAKEN|JC14", first);
    }
}
