// env make and env show: what mkenvimage makes, what fw_printenv reads, and findings with their line.
using System.Text.Json.Nodes;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Cli.Tests;

public sealed class EnvTests : IDisposable
{
    private const int FlagOffset = 4;
    private readonly TempFolder _temp = new();

    private string ImagePath => _temp.File("uboot.env");

    public void Dispose() => _temp.Dispose();

    private string Text(string text) => _temp.Write("env.txt", text);

    private string MakeOurs() => MakeImage(Repository.PathOf("gadget", "uboot.env.in"));

    private string MakeImage(string textPath)
    {
        CliRun.Succeed("env", "make", textPath, ImagePath);
        return ImagePath;
    }

    [Fact]
    public void The_gadgets_environment_holds_what_mkenvimage_puts_in()
    {
        string theirPath = _temp.File("their.env");
        Oracle.Run("mkenvimage", "-r", "-s", "131072", "-o", theirPath, Repository.PathOf("gadget", "uboot.env.in"))
            .MustSucceed();
        byte[] theirs = File.ReadAllBytes(theirPath), ours = File.ReadAllBytes(MakeOurs());
        Assert.Equal(1, theirs[FlagOffset]);    // U-Boot takes either; snapd writes 0
        Assert.Equal(0, ours[FlagOffset]);
        Assert.Equal(Entries(theirs), Entries(ours));
        Assert.Equal(theirs.Length, ours.Length);
    }

    [Fact]
    public void A_sorted_text_gives_the_very_bytes_of_mkenvimage()
    {
        string text = Text("# c\na=1\nb=run x;\\\n  run y\n\nc=\n"), theirPath = _temp.File("their.env");
        CliRun.Succeed("env", "make", text, ImagePath, "--size", "0x2000");
        Oracle.Run("mkenvimage", "-r", "-s", "0x2000", "-o", theirPath, text).MustSucceed();
        byte[] theirs = File.ReadAllBytes(theirPath);
        theirs[FlagOffset] = 0;
        Assert.Equal(theirs, File.ReadAllBytes(ImagePath));
    }

    [Fact]
    public void Standard_input_is_read_under_its_name()
    {
        var program = new ProgramProcess(new Dictionary<string, string>());
        Assert.Equal(CliRun.Succeed("env", "show", MakeOurs()),
            program.RunWithInput(File.ReadAllBytes(ImagePath), "env", "show", "-").MustSucceed());
        OracleResult damaged = program.RunWithInput(new byte[64], "env", "show", "-");
        Assert.Equal(1, damaged.ExitCode);
        Assert.StartsWith("<stdin>: error[JC5001]: cannot read: at offset 0: ", damaged.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_an_environment_is_refused_by_name()
    {
        string folder = Path.GetDirectoryName(ImagePath)!, large = _temp.Write("large", new byte[(16 << 20) + 1]);
        void Refused(int code, string path, string message)
        {
            CliRun run = CliRun.Of("env", "show", path);
            Assert.Equal(code, run.ExitCode);
            Assert.StartsWith($"{path}: error[{message}", run.Error, StringComparison.Ordinal);
        }
        Refused(3, folder, "JC9118]: cannot read it: it is a folder");
        Refused(3, _temp.File("none"), "JC9118]: cannot read it: there is no such file");
        Refused(1, large, "JC5009]: cannot read it: it is longer than 16777216 bytes");
    }

    [Fact]
    public void Fw_printenv_reads_the_gadgets_environment()
    {
        MakeOurs();
        string config = _temp.Write("fw_env.config", $"{ImagePath} 0 0x20000\n{ImagePath} 0 0x20000\n");
        string[] printed = Lines(Oracle.Run("fw_printenv", "-c", config).MustSucceed());
        Assert.Contains("bootcmd=run snappy_boot", printed);
        Assert.Equal(Lines(CliRun.Succeed("env", "show", ImagePath)), printed);
    }

    [Fact]
    public void What_is_shown_can_be_made_again()
    {
        byte[] block = File.ReadAllBytes(MakeOurs());
        string text = Text(CliRun.Succeed("env", "show", ImagePath));
        Assert.Equal(2, CliRun.Of("env", "make", text, ImagePath).ExitCode);
        CliRun.Succeed("env", "make", text, ImagePath, "--force");
        Assert.Equal(block, File.ReadAllBytes(ImagePath));
    }

    [Fact]
    public void Json_has_layout_sizes_and_variables()
    {
        MakeImage(Text("a=1\nb=x=y\n"));
        JsonNode json = JsonNode.Parse(CliRun.Succeed("env", "show", "--json", ImagePath))!;
        Assert.Equal(("jetson-core/environment", 1), ((string?)json["schema"], (int)json["version"]!));
        JsonNode file = json["files"]![0]!;
        Assert.Equal(("redundant", 131072, 16), ((string?)file["layout"], (int)file["sizeBytes"]!, (int)file["usedBytes"]!));
        Assert.Equal("""{"a":"1","b":"x=y"}""", file["variables"]!.ToJsonString());
    }

    [Fact]
    public void Both_layouts_are_shown()
    {
        Oracle.Run("mkenvimage", "-s", "64", "-o", ImagePath, Text("a=1\n")).MustSucceed();
        Assert.Equal("a=1\n", CliRun.Succeed("env", "show", ImagePath));
    }

    [Fact]
    public void All_findings_come_at_once_and_nothing_is_written()
    {
        string text = Text("a=1\n  not an entry\n=x\nb=2\r\na=3\nc=\0\n");
        CliRun run = CliRun.Of("env", "make", text, ImagePath);
        Assert.Equal(1, run.ExitCode);
        Assert.Equal(
            $"""
            {text}:2:1: error[JC5501]: cannot store the entry: "  not an entry" has no "="
            {text}:3:1: error[JC5501]: cannot store the entry: it has no key
            {text}:4:1: warning[JC5503]: the value of "b" holds a carriage return
            {text}:5:1: warning[JC5502]: "a" replaces the value of line 1
            {text}:6:1: error[JC5501]: cannot store the entry: the value of "c" holds a NUL
            """.Split('\n'),
            run.Error.Split('\n').Where(line => !line.StartsWith("  hint", StringComparison.Ordinal) && line is not ""));
        Assert.False(File.Exists(ImagePath));
    }

    [Fact]
    public void A_text_that_does_not_fit_is_refused_with_both_numbers()
    {
        CliRun run = CliRun.Of("env", "make", Text($"a={new string('x', 20)}\n"), ImagePath, "--size", "28");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("error[JC5504]: cannot make an environment of 28 bytes: the variables need 29", run.Error,
            StringComparison.Ordinal);
        CliRun.Succeed("env", "make", Text($"a={new string('x', 20)}\n"), ImagePath, "--size", "29");
    }

    [Theory]
    [InlineData("15")]
    [InlineData("0x")]
    [InlineData("128Q")]
    [InlineData("999999999")]
    public void A_size_that_no_environment_has_is_refused(string size) =>
        Assert.Equal(2, CliRun.Of("env", "make", Text("a=1\n"), ImagePath, "--size", size).ExitCode);

    [Fact]
    public void A_damaged_image_is_refused()
    {
        byte[] block = File.ReadAllBytes(MakeOurs());
        block[^1] ^= 1;
        CliRun run = CliRun.Of("env", "show", _temp.Write("damaged.env", block));
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("crc32 is ", run.Error, StringComparison.Ordinal);
        Assert.Equal(3, CliRun.Of("env", "show", _temp.File("missing")).ExitCode);
    }

    private static string[] Lines(string text) =>
        [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal)];

    private static string[] Entries(byte[] block) =>
        [.. System.Text.Encoding.UTF8.GetString(block.AsSpan(FlagOffset + 1)).TrimEnd('\uFFFD').Split('\0').Order(StringComparer.Ordinal)];
}
