// `check` and `layout` as programs use them: formats, exit codes, folders, models, disks.
using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Cli.Tests.Gadget;

public class CheckCommandTests
{
    private const string Broken = "volumes:\n  jetson:\n    bootloader: u-boot\n    structure:\n      - {size: 1MB}\n";
    private static readonly string Tx1 = Repository.PathOf("gadget", "gadget.yaml");

    [Fact]
    public void Json_has_a_stable_shape()
    {
        using var temp = new TempFolder();
        string broken = temp.Write("broken.yaml", Broken);
        CliRun run = CliRun.Of("check", "--json", Tx1, broken);
        Assert.Equal(1, run.ExitCode);
        JsonElement root = JsonDocument.Parse(run.Output).RootElement;
        Assert.Equal("jetson-core/check", root.GetProperty("schema").GetString());
        Assert.Equal(1, root.GetProperty("version").GetInt32());
        JsonElement[] files = [.. root.GetProperty("files").EnumerateArray()];
        Assert.Equal([true, false], files.Select(file => file.GetProperty("ok").GetBoolean()));
        Assert.Equal(broken, files[1].GetProperty("path").GetString());
        JsonElement finding = files[1].GetProperty("diagnostics")[0];
        Assert.Equal("JC1201", finding.GetProperty("code").GetString());
        Assert.Equal("Z-SUFFIX", finding.GetProperty("rule").GetString());
        Assert.Equal("error", finding.GetProperty("severity").GetString());
        Assert.Equal([5, 16, 5, 19], new[] { "line", "column", "endLine", "endColumn" }
            .Select(key => finding.GetProperty(key).GetInt32()));
        Assert.Equal("write 1M", finding.GetProperty("hint").GetString());
    }

    [Theory]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    [InlineData("utf-8")]
    public void A_byte_order_mark_moves_no_caret(string encoding)
    {
        using var temp = new TempFolder();
        var text = Encoding.GetEncoding(encoding);
        byte[] yaml = [.. text.GetPreamble(), .. text.GetBytes("defaults: 1 # \u00e4\nvolumez: 1\n")];
        Assert.NotEmpty(text.GetPreamble());
        string output = CliRun.Of("check", temp.Write("gadget.yaml", yaml)).Output;
        Assert.Contains("     1 | defaults: 1 # \u00e4\n       |           ^\n", output, StringComparison.Ordinal);
        Assert.Contains("     2 | volumez: 1\n       | ^^^^^^^\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_options_it_says_what_it_says_with_the_default_ones()
    {
        using var temp = new TempFolder();
        string[] paths = [temp.Write("broken.yaml", Broken), Tx1, temp.File("missing")];
        CliRun plain = CliRun.Of(["check", .. paths]), full = CliRun.Of(["check", "--as", "none", .. paths]);
        Assert.Equal((full.ExitCode, full.Output, full.Error), (plain.ExitCode, plain.Output, plain.Error));
    }

    [Fact]
    public void Sarif_names_rules_and_places()
    {
        using var temp = new TempFolder();
        CliRun run = CliRun.Of("check", "--sarif", temp.Write("a b.yaml", Broken));
        JsonElement sarif = JsonDocument.Parse(run.Output).RootElement;
        Assert.Equal("2.1.0", sarif.GetProperty("version").GetString());
        JsonElement first = sarif.GetProperty("runs")[0].GetProperty("results")[0];
        JsonElement rules = sarif.GetProperty("runs")[0].GetProperty("tool").GetProperty("driver").GetProperty("rules");
        Assert.Equal(first.GetProperty("ruleId").GetString(),
            rules[first.GetProperty("ruleIndex").GetInt32()].GetProperty("id").GetString());
        JsonElement place = first.GetProperty("locations")[0].GetProperty("physicalLocation");
        Assert.EndsWith("a%20b.yaml", place.GetProperty("artifactLocation").GetProperty("uri").GetString());
        Assert.Equal(5, place.GetProperty("region").GetProperty("startLine").GetInt32());
    }

    [Fact]
    public void Annotations_and_test_cases_say_the_same()
    {
        using var temp = new TempFolder();
        string path = temp.Write("broken.yaml", Broken);
        Assert.StartsWith($"::error file={path},line=5,endLine=5,col=16,endColumn=19,title=JC1201::cannot read size",
            CliRun.Of("check", "--github", path).Output);
        XElement suites = XDocument.Parse(CliRun.Of("check", "--junit", path, Tx1).Output).Root!;
        Assert.Equal("1", suites.Attribute("failures")!.Value);
        Assert.Single(suites.Descendants("failure"), failure => failure.Attribute("type")!.Value == "JC1201");
    }

    [Fact]
    public void A_missing_file_does_not_hide_the_others()
    {
        CliRun run = CliRun.Of("check", "--json", "/no/such/file", Tx1);
        Assert.Equal(3, run.ExitCode);
        JsonElement files = JsonDocument.Parse(run.Output).RootElement.GetProperty("files");
        Assert.Equal("JC9115", files[0].GetProperty("diagnostics")[0].GetProperty("code").GetString());
        Assert.True(files[1].GetProperty("ok").GetBoolean());
    }

    [Fact]
    public void A_file_that_cannot_be_opened_does_not_hide_the_others()
    {
        using var temp = new TempFolder();
        string circle = temp.File("circle.yaml");
        File.CreateSymbolicLink(circle, circle);
        foreach (string command in new[] { "check", "layout" })
        {
            CliRun run = CliRun.Of(command, "--json", "/no/such/file", circle, temp.Write("broken.yaml", Broken), Tx1);
            Assert.Equal(3, run.ExitCode);
            JsonElement files = JsonDocument.Parse(run.Output).RootElement.GetProperty("files");
            Assert.Equal(["JC9115", "JC9101", "JC1201"], files.EnumerateArray().Take(3)
                .Select(file => file.GetProperty("diagnostics")[0].GetProperty("code").GetString()));
            Assert.True(files[3].GetProperty("ok").GetBoolean());
        }
    }

    [Theory]
    [InlineData("nowhere")]
    [InlineData("u-boot.bin")]
    public void A_link_that_leads_nowhere_is_a_missing_file(string target)
    {
        using var temp = new TempFolder();
        string folder = temp.File("board");
        temp.Write("board/meta/snap.yaml", "name: board\nversion: 1\ntype: gadget\n");
        temp.Write("board/meta/gadget.yaml", File.ReadAllText(Tx1));
        File.CreateSymbolicLink(Path.Combine(folder, "u-boot.bin"), target);
        CliRun run = CliRun.Of("check", folder);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("error[JC1511]", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("type: model\nauthority-id: a\nmodel: m\nsign-key-sha3-384: k\n\nAcLB\n", "a model assertion")]
    [InlineData("type: account-key\nauthority-id: a\nsign-key-sha3-384: k\n\nAcLB\n", "an assertion")]
    [InlineData("name: x\nclass: preinstalled\nrootfs: {}\n", "an image definition of ubuntu-image")]
    public void Another_kind_of_file_is_named(string text, string what)
    {
        using var temp = new TempFolder();
        Assert.Contains($"this is {what}, not a gadget.yaml", CliRun.Of("check", temp.Write("file", text)).Output,
            StringComparison.Ordinal);
    }

    /// <summary>One finding, at the line that must be mended, with what to write there.</summary>
    [Theory]
    [InlineData("bootloader: u-boot", "bootloader u-boot", ":12:5: ", "write \"key: value\"")]
    [InlineData("- name: TBC", "- name TBC", ":24:9: ", "write \"key: value\"")]
    [InlineData("        size: 4194304", "       size: 4194304", ":29:8: ", "indent the line by 8 blanks")]
    [InlineData("      - name: EBT", "       - name: EBT", ":27:8: ", "indent the dash by 6 blanks")]
    [InlineData("      - name: EBT", "      -name: EBT", ":27:7: ", "write a blank behind the dash")]
    [InlineData("    structure", "  structure", ":17:7: ", "indent the line further")]
    [InlineData("  jetson:", "  jetson_tx1:", ":11:3: ", "write jetson-tx1")]
    public void A_slip_in_the_TX1s_file_is_told_once(string text, string slip, string place, string hint)
    {
        string yaml = File.ReadAllText(Tx1);
        int at = yaml.IndexOf(text, StringComparison.Ordinal);
        using var temp = new TempFolder();
        string path = temp.Write("gadget.yaml", yaml[..at] + slip + yaml[(at + text.Length)..]);
        string[] findings = [.. CliRun.Of("check", "--as", "uc18", path).Output.Split('\n')];
        string error = Assert.Single(findings, line => line.Contains(": error[", StringComparison.Ordinal));
        Assert.Contains(place, error, StringComparison.Ordinal);
        Assert.Contains(findings, line => line.StartsWith($"  hint: {hint}", StringComparison.Ordinal));
    }

    [Fact]
    public void What_a_terminal_would_obey_is_escaped_and_carets_stand_below_wide_letters()
    {
        using var temp = new TempFolder();
        string path = temp.Write("gadget.yaml",
            "volumes:\n  pc:\n    bootloader: \"\\e[31m\\n\"\n    structure: [{name: \"日😀é\", type: bare, size: 1K}]\n");
        string[] lines = CliRun.Of("check", path).Output.Split('\n');
        Assert.Contains(lines, line => line.Contains("bootloader \"\\x1b[31m\\x0a\"", StringComparison.Ordinal));
        int at = Array.FindIndex(lines, line => line.EndsWith("size: 1K}]", StringComparison.Ordinal));
        int oneWideLetter = 1;      // the other is two units of UTF-16 anyway
        Assert.Equal(lines[at].IndexOf("1K", StringComparison.Ordinal) + oneWideLetter,
            lines[at + 1].IndexOf('^', StringComparison.Ordinal));
        Assert.EndsWith(" ^^", lines[at + 1], StringComparison.Ordinal);
    }

    [Fact]
    public void What_follows_a_misplaced_structure_is_not_told()
    {
        using var temp = new TempFolder();
        string yaml = File.ReadAllText(Tx1).Replace("- name: TBC", "- name: TBC\n        offset: 20M", StringComparison.Ordinal);
        string output = CliRun.Of("check", temp.Write("gadget.yaml", yaml)).Output;
        Assert.Equal(2, output.Split("error[JC1104]").Length);
    }

    [Fact]
    public void A_core_gadget_without_its_file_is_refused()
    {
        using var temp = new TempFolder();
        temp.Write("board/meta/snap.yaml", "name: board\nversion: 1\ntype: gadget\n");
        Assert.Equal(0, CliRun.Of("check", temp.File("board")).ExitCode);
        CliRun run = CliRun.Of("check", "--as", "uc18", temp.File("board"));
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("[JC1006]", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_broken_kernel_yaml_is_told_before_all_else()
    {
        using var temp = new TempFolder();
        temp.Write("kernel/meta/kernel.yaml", "assets: {my_dtbs: {}}\n");
        CliRun run = CliRun.Of("check", "--kernel", temp.File("kernel"), Tx1);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("[JC1535]", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("check", "--json", "--sarif")]
    [InlineData("check", "--remodel", "--json")]
    [InlineData("layout", "--svg", "--json")]
    public void Arguments_that_contradict_are_refused(string command, string one, string other) =>
        Assert.Equal(2, CliRun.Of(command, one, other, Tx1).ExitCode);

    [Fact]
    public void Layout_draws_what_its_json_says()
    {
        JsonElement volume = JsonDocument.Parse(CliRun.Succeed("layout", "--json", Tx1)).RootElement
            .GetProperty("files")[0].GetProperty("volumes")[0];
        string svg = CliRun.Succeed("layout", "--svg", Tx1), table = CliRun.Succeed("layout", "--markdown", Tx1);
        Assert.NotNull(XDocument.Parse(svg).Root);
        foreach (JsonElement structure in volume.GetProperty("structures").EnumerateArray())
        {
            string start = structure.GetProperty("startBytes").GetInt64().ToString(System.Globalization.CultureInfo.InvariantCulture);
            Assert.Contains($">{start}<", svg, StringComparison.Ordinal);
            Assert.Contains($"| {start} |", table, StringComparison.Ordinal);
        }
        CliRun small = CliRun.Of("layout", "--device-size", "600000000", Tx1);
        Assert.Equal(1, small.ExitCode);
        Assert.Contains("8208384 too many", small.Error, StringComparison.Ordinal);
    }
}
