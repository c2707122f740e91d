// Damaged and hostile trees: board files that never end, layouts that grow, packages cut short. Reading ends within
// seconds, in bounded memory, with findings and no crash.
using System.Text;
using JetsonCore.Diagnostics;
using JetsonCore.Flash;
using JetsonCore.Flash.Layouts;
using JetsonCore.Flash.Shell;
using JetsonCore.Formats.Binary;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Cli.Tests.Flash;

public sealed class FlashDamageTests : IDisposable
{
    private const string Board = "p2371-2180-devkit.conf";

    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void Damaged_board_files_are_read_to_an_end()
    {
        byte[][] texts = [.. BoardFiles()];
        DamageTrial.Run(Soak.Rounds(check: 2000, soak: 200000), round =>
        {
            var random = new SeededRandom((ulong)round);
            Read(Encoding.Latin1.GetString(Mutations.Mutate(texts[round % texts.Length], random)));
        });
    }

    [Fact]
    public void Damaged_layouts_are_read_or_refused_and_edited_in_one_place()
    {
        byte[][] texts = [.. Enum.GetValues<SampleRelease>().Select(SampleL4t.LayoutText).Select(Encoding.UTF8.GetBytes)];
        int refused = DamageTrial.Run(Soak.Rounds(check: 2000, soak: 200000), round =>
        {
            var random = new SeededRandom((ulong)round);
            byte[] damaged = Mutations.Mutate(texts[round % texts.Length], random);
            LayoutDocument layout = ReadLayout(LayoutReader.Decode(damaged));
            if (layout.Find("UDA") is not { } data)
                return;
            LayoutDocument edited = ReadLayout(LayoutEdit.WithFile(layout, data, "system-data.ext4"));
            Assert.Equal(["system-data.ext4"], edited.Find("UDA")!.FileNames.Select(name => name.Value));
            Assert.Equal(layout.Partitions.Select(item => item.Name.Value), edited.Partitions.Select(item => item.Name.Value));
        });
        Assert.InRange(refused, 1, int.MaxValue);
    }

    /// <summary>Texts that a reader without limits would follow for years, or into the last byte of memory.</summary>
    [Theory]
    [InlineData("doubled")]
    [InlineData("appended")]
    [InlineData("circular")]
    [InlineData("sourced")]
    [InlineData("sourced often")]
    [InlineData("branches")]
    [InlineData("calls")]
    [InlineData("nested if")]
    [InlineData("nested group")]
    [InlineData("nested default")]
    [InlineData("nested substitution")]
    [InlineData("chain")]
    [InlineData("elif")]
    [InlineData("words")]
    [InlineData("dollars")]
    [InlineData("pattern")]
    [InlineData("here-documents")]
    [InlineData("lines")]
    public void A_board_file_without_end_is_read_to_an_end(string kind)
    {
        string text = kind switch
        {
            "doubled" => "A=x\n" + Repeat("A=$A$A\n", 100_000),
            "appended" => "A=x\n" + Repeat("A+=$A\n", 100_000),
            "circular" => Repeat("A=$B\nB=$A$A\n", 50_000),
            "sourced" => "A=1\nsource self\nB=2\n",
            "sourced often" => Repeat("source self\n", 80_000),
            "branches" => string.Concat(Enumerable.Range(0, 30_000).Select(number => $"V{number}=1\n"))
                + Repeat("if x; then A=1; fi\n", 30_000),
            "calls" => "f() {\n" + Repeat("A=1\n", 50_000) + "}\n" + Repeat("f\n", 200_000),
            "nested if" => Repeat("if x; then\n", 100_000),
            "nested group" => Repeat("{ ", 100_000) + "A=1" + Repeat("; }", 100_000),
            "nested default" => "A=" + Repeat("${B:-", 100_000) + Repeat("}", 100_000),
            "nested substitution" => "A=" + Repeat("$(", 100_000) + Repeat(")", 100_000),
            "chain" => "A=1" + Repeat(" && A=2", 100_000),
            "elif" => "if x; then A=1\n" + Repeat("elif x; then A=2\n", 50_000) + "fi\n",
            "words" => "A=1 " + Repeat("B=2 ", 200_000),
            "dollars" => "A=" + Repeat("$B", 400_000),
            "pattern" => $"A={new string('a', 60_000)}\ncase $A in {Repeat("*a", 30_000)}b) B=1;; esac\n",
            "here-documents" => Repeat("cat <<E\nx\nE\n", 80_000),
            _ => Repeat("# nothing\nA=1;\n", 60_000),
        };
        DamageTrial.Run(1, _ => Read(text));
    }

    [Theory]
    [InlineData("depth")]
    [InlineData("entities")]
    [InlineData("attribute")]
    [InlineData("attributes")]
    [InlineData("partitions")]
    [InlineData("file names")]
    [InlineData("comments")]
    [InlineData("text")]
    [InlineData("devices")]
    public void A_layout_without_end_is_read_or_refused(string kind)
    {
        const string Head = "<partition_layout><device type=\"sdmmc\">", Foot = "</device></partition_layout>";
        const string Data = "<partition name=\"UDA\" id=\"1\">", End = "</partition>";
        string text = kind switch
        {
            "depth" => Repeat("<a>", 1_000_000),
            "entities" => "<!DOCTYPE a [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;\">]>"
                + $"{Head}{Data}<size>&c;</size>{End}{Foot}",
            "attribute" => $"{Head}<partition name=\"UDA\" x=\"{new string('x', 1_000_000)}\">{End}{Foot}",
            "attributes" => $"{Head}<partition name=\"UDA\" "
                + string.Concat(Enumerable.Range(0, 80_000).Select(number => $"a{number}=\"\" ")) + $">{End}{Foot}",
            "partitions" => Head + Repeat($"{Data}{End}", 80_000) + Foot,
            "file names" => $"{Head}{Data}{Repeat("<filename/>", 90_000)}{End}{Foot}",
            "comments" => $"{Head}{Data}{Repeat("<!---->", 140_000)}{End}{Foot}",
            "text" => $"{Head}{Data}<size>{new string('1', 1_000_000)}</size>{End}{Foot}",
            _ => $"<partition_layout>{Repeat("<device/>", 100_000)}{Data}{End}</partition_layout>",
        };
        string tree = _temp.File("tree");
        SampleL4t.Write(tree, SampleRelease.R28);
        File.WriteAllText(Path.Combine(tree, SampleL4t.LayoutPath), text);
        DamageTrial.Run(1, _ =>
        {
            var diagnostics = new DiagnosticBag();
            FlashChecker.Check(new() { TreePath = tree }, diagnostics);
            Assert.True(diagnostics.HasErrors);
            LayoutDocument layout = ReadLayout(text);
            ReadLayout(LayoutEdit.WithFile(layout, layout.Find("UDA")!, "system-data.ext4"));
        });
    }

    /// <summary>The driver package is opened where nothing else tells the release.</summary>
    [Fact]
    public void Damaged_driver_packages_say_nothing()
    {
        string tree = _temp.File("tree"), package = Path.Combine(tree, "nv_tegra/nvidia_drivers.tbz2");
        SampleL4t.Write(tree, SampleRelease.R28);
        string board = Path.Combine(tree, Board);
        File.WriteAllText(board, File.ReadAllText(board).Replace("DFLT_KERNEL_IMAGE", "OTHER", StringComparison.Ordinal));
        _temp.Write("drivers/etc/nv_tegra_release", "# R28 (release), REVISION: 1.0, GCID: 1, BOARD: t210ref\n");
        _temp.Write("drivers/usr/lib/other", new byte[5000]);
        string plain = _temp.File("drivers.tar");
        Oracle.Run("tar", "-cf", plain, "-C", _temp.File("drivers"), ".").MustSucceed();
        byte[] archive = File.ReadAllBytes(plain);
        int found = 0;
        DamageTrial.Run(Soak.Rounds(check: 60, soak: 3000), round =>
        {
            var random = new SeededRandom((ulong)round);
            File.WriteAllBytes(plain, round == 0 || round % 2 == 1 ? archive : Mutations.Mutate(archive, random));
            Oracle.Run("bzip2", "-kf", plain).MustSucceed();
            byte[] packed = File.ReadAllBytes($"{plain}.bz2");
            File.WriteAllBytes(package, round % 2 == 1 ? Mutations.Mutate(packed, random) : packed);
            FlashSituation? situation = FlashChecker.Check(new() { TreePath = tree }, new DiagnosticBag());
            found += situation!.Release is { Name: "R28.1" } ? 1 : 0;
        });
        Assert.InRange(found, 1, int.MaxValue);
    }

    /// <summary>What flash.sh makes, damaged: inspecting it never ends in a crash.</summary>
    [Theory]
    [InlineData("bootloader/boot.img")]
    [InlineData("bootloader/ppt.img")]
    [InlineData("bootloader/flash.xml")]
    public void What_flash_script_makes_is_inspected_however_damaged(string file)
    {
        string tree = _temp.File("tree");
        SampleL4t.Write(tree, SampleRelease.R28);
        File.WriteAllBytes(Path.Combine(tree, "bootloader/system.img"), new byte[16]);
        Oracle.Run(new OracleCall("env")
        {
            Arguments = ["USER=root", "bash", "./flash.sh", "--no-flash", "-r", "jetson-tx1", "mmcblk0p1"],
            Folder = tree,
        }).MustSucceed();
        byte[] whole = File.ReadAllBytes(Path.Combine(tree, file));
        Assert.Equal(0, CliRun.Of("inspect", Path.Combine(tree, file)).ExitCode);
        DamageTrial.Run(Soak.Rounds(check: 25, soak: 20000), round =>
        {
            string damaged = _temp.Write($"damaged{Path.GetExtension(file)}", Mutations.Mutate(whole, new SeededRandom((ulong)round)));
            Assert.InRange(CliRun.Of("inspect", damaged).ExitCode, 0, 3);
        });
    }

    private static string Repeat(string text, int count) =>
        new StringBuilder(text.Length * count).Insert(0, text, count).ToString();

    private static void Read(string text)
    {
        // As long as a board file may be; a longer one is refused before.
        ShellReader.Read("self", text[..Math.Min(text.Length, 1 << 20)], new Dictionary<string, string>(), new Self(text));
    }

    private static LayoutDocument ReadLayout(string text)
    {
        try
        {
            return LayoutReader.Read("flash.xml", text);
        }
        catch (LayoutSyntaxException broken)
        {
            throw new MalformedDataException(0, broken.Message);
        }
    }

    private IEnumerable<byte[]> BoardFiles()
    {
        foreach (SampleRelease release in Enum.GetValues<SampleRelease>())
        {
            string tree = _temp.File($"{release}");
            SampleL4t.Write(tree, release);
            yield return File.ReadAllBytes(Path.Combine(tree, SampleL4t.BoardFile(release)));
        }
        foreach (SampleBoard board in SampleL4tBoards.All)
        {
            string tree = _temp.File($"{board.Name}");
            SampleL4tBoards.Write(tree, board.Name);
            yield return File.ReadAllBytes(Path.Combine(tree, board.Common));
        }
    }

    private sealed class Self(string text) : IShellFiles
    {
        public (string Path, string Text)? Source(string name) => name == "self" ? ("self", text) : null;

        public bool? Test(char test, string name) => null;
    }
}
