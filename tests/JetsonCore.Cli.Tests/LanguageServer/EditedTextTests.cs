// What an editor is told of a text while it is typed: whole, half and broken ones.
using JetsonCore.Cli.Editing;
using JetsonCore.Gadget.Model;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Cli.Tests.LanguageServer;

public class EditedTextTests
{
    private static readonly EditedTexts Texts = new(new() { Mode = GadgetMode.Uc18 });

    /// <summary>The cursor is where the bar stands; a word of the list with "!" before it must not be offered.</summary>
    [Theory]
    [InlineData("gadget.yaml", "|", "volumes defaults connections kernel-cmdline")]
    [InlineData("gadget.yaml", "vol|", "volumes defaults")]
    [InlineData("gadget.yaml", "volumes:\n  board:\n    |", "schema bootloader id structure !volumes !name")]
    [InlineData("gadget.yaml", "volumes:\n  board:\n    schema: gpt\n    b|\n    structure:\n", "bootloader id !schema !structure")]
    [InlineData("gadget.yaml", "volumes:\n  board:\n    bootloader: |", "grub u-boot lk piboot")]
    [InlineData("gadget.yaml", "volumes:\n  board:\n    bootloader: u-|\n    structure: []\n", "grub u-boot")]
    [InlineData("gadget.yaml", "volumes:\n  board:\n    structure:\n      - |", "name role type content update")]
    [InlineData("gadget.yaml", "volumes:\n  board:\n    structure:\n      |", "name role type")]
    [InlineData("gadget.yaml", "volumes:\n  board:\n    structure:\n    - name: a\n      |", "role type !name !bootloader")]
    [InlineData("gadget.yaml", "volumes:\n  board:\n    structure:\n    - name: a\n    |", "schema bootloader !structure !role")]
    [InlineData("gadget.yaml", "volumes:\n  board:\n    structure:\n    - {name: a, |}\n", "role type !name")]
    [InlineData("gadget.yaml", "volumes:\n  board:\n    structure:\n    - {name: a, role: |", "mbr system-data")]
    [InlineData("gadget.yaml", "volumes: {board: {structure: [{content: [{|", "source target image offset size")]
    [InlineData("gadget.yaml", "volumes:\n  board:\n    structure:\n    - content:\n      - source: a\n        |", "target !source !name")]
    [InlineData("gadget.yaml", "volumes:\n  board:\n    structure:\n    - filesystem: \"|\n      size: 1\n", "ext4 vfat")]
    [InlineData("gadget.yaml", "volumes:\n  board:\n    structure:\n    - type: |\n", "bare 0FC63DAF-8483-4772-8E79-3D69D8477DE4 83,0FC63DAF-8483-4772-8E79-3D69D8477DE4 !83")]
    [InlineData("gadget.yaml", "volumes:\n  board:\n    schema: mbr\n    structure:\n    - type: |\n", "bare 83 0C !0FC63DAF-8483-4772-8E79-3D69D8477DE4")]
    [InlineData("gadget.yaml", "volumes:\r\n  board:\r\n    structure:\r\n      - name: 💾 # 💾\r\n        rol|\r\n        size: 1M\r\n", "role type !name !size")]
    [InlineData("gadget.yaml", "# vol|", "!volumes")]
    [InlineData("gadget.yaml", "volumes:\n  board:\n    structure:\n    - name: a # |", "!role")]
    [InlineData("gadget.yaml", "defaults:\n  system:\n    |", "!volumes !schema")]
    [InlineData("meta/snap.yaml", "apps:\n  a:\n    daemon: |", "simple oneshot notify")]
    [InlineData("meta/snap.yaml", "name: x\n|", "version apps layout !name")]
    [InlineData("meta/snap.yaml", "layout:\n  /etc/x:\n    |", "bind bind-file symlink type")]
    [InlineData("meta/snap.yaml", "architectures: [|", "arm64 amd64 all")]
    [InlineData("meta/snap.yaml", "architectures:\n  - |", "arm64 amd64 all")]
    [InlineData("tx1-model.json", "{ \"type\": \"model\", \"grade\": \"|", "\"dangerous\"")]
    [InlineData("tx1-model.json", "{\n  \"type\": \"model\",\n  \"|\n}", "\"brand-id\": \"snaps\": !\"type\":")]
    [InlineData("tx1-model.json", "{\n  \"type\": \"model\",\n  \"snaps\": [ {\"name\": \"a\", \"t|\" } ]\n}", "\"type\": \"presence\": !\"name\":")]
    [InlineData("tx1-model.yaml", "type: model\nsnaps:\n  - name: a\n    type: |", "app base gadget kernel snapd")]
    [InlineData("tx1-model.yaml", "type: model\nsnaps:\n  - name: a\n    modes:\n      - |", "run ephemeral")]
    [InlineData("p/jetson-core.yaml", "|", "gadget kernel extends profiles")]
    [InlineData("p/jetson-core.yaml", "profiles:\n  mine:\n    |", "gadget kernel !extends !profiles")]
    [InlineData("uboot.env.in", "a=1\nbootcmd=echo $|", "a snap_mode !echo")]
    [InlineData("uboot.env.in", "addr=1\nbootcmd=echo ${ad|}", "addr")]
    [InlineData("uboot.env.in", "one=echo\nbootcmd=run |", "one bootcmd !snap_mode")]
    [InlineData("uboot.env.in", "bootcmd=if test 1 = 1; then lo|", "load if !bootcmd")]
    [InlineData("uboot.env.in", "bootcmd=a; \\\n  |", "load booti")]
    [InlineData("uboot.env.in", "boot|", "bootcmd bootdelay !load")]
    [InlineData("uboot.env.in", "# $|", "!snap_mode")]
    public void What_can_follow_is_offered(string name, string text, string words)
    {
        (EditedText edited, int cursor) = Open(name, text);
        EditorCompletions completions = edited.Complete(cursor);
        Assert.InRange(cursor, completions.Replaced.Start, Math.Max(completions.Replaced.End, cursor));
        bool isJson = name.EndsWith(".json", StringComparison.Ordinal);
        string[] offered = [.. completions.Items.Select(item => isJson ? item.Text.Trim() : item.Label)];
        foreach (string word in words.Split(' '))
        {
            if (word.StartsWith('!'))
                Assert.DoesNotContain(word[1..], offered);
            else
                Assert.Contains(word, offered);
        }
    }

    /// <summary>The first completion of a label is taken: the text is the one expected.</summary>
    [Theory]
    [InlineData("gadget.yaml", "volumes:\n  board:\n    structure:\n      ro|", "role", "volumes:\n  board:\n    structure:\n      - role: ")]
    [InlineData("gadget.yaml", "volumes:\n  b:\n    boot|: u-boot\n", "bootloader", "volumes:\n  b:\n    bootloader: u-boot\n")]
    [InlineData("gadget.yaml", "volumes:\n  b:\n    bootloader: u-|\n", "u-boot", "volumes:\n  b:\n    bootloader: u-boot\n")]
    [InlineData("m.json", "{\"type\":\"model\",\"gra|\":\"x\"}", "grade", "{\"type\":\"model\",\"grade\":\"x\"}")]
    [InlineData("m.json", "{\"type\":\"model\",\"grade\":\"s|\"}", "signed", "{\"type\":\"model\",\"grade\":\"signed\"}")]
    [InlineData("uboot.env.in", "addr=1\nbootcmd=echo ${ad|}", "addr", "addr=1\nbootcmd=echo ${addr}")]
    public void What_is_offered_is_written_in_its_place(string name, string text, string label, string expected)
    {
        (EditedText edited, int cursor) = Open(name, text);
        EditorCompletions completions = edited.Complete(cursor);
        EditorCompletion taken = completions.Items.First(item => item.Label == label);
        Assert.Equal(expected, edited.Text[..completions.Replaced.Start] + taken.Text + edited.Text[completions.Replaced.End..]);
    }

    [Theory]
    [InlineData("gadget.yaml", "volumes:\n  board:\n    bootloader: u-boot\n    structure:\n      - {type: bare, si|ze: 1M}\n      - {type: bare, size: 2M}\n",
        "How large it is.", "#0: byte 1048576 (sector 2048) to 2097152, 1048576 bytes (1 MiB)")]
    [InlineData("gadget.yaml", "volumes:\n  board:\n    bootloader: u-boot\n    structure:\n      - {type: bare, size: 1M}\n      - {type: bare, |size: 2M}\n",
        "#1: byte 2097152", "follows #0; size as written")]
    [InlineData("gadget.yaml", "volumes:\n  board:\n    bootl|oder: u-boot\n", "**JC1008**: keys are known", "snapd ignores")]
    [InlineData("meta/snap.yaml", "name: x\nversion: |1\n", "Its version")]
    [InlineData("m.yaml", "type: model\nsto|rage-safety: x\n", "Whether data is encrypted")]
    [InlineData("uboot.env.in", "addr=0x80\nbootcmd=load mmc 0:1 ${ad|dr}; booti ${addr}\n", "**addr**: line 1, used 2 times", "0x80")]
    [InlineData("uboot.env.in", "bootcmd=ext4lo|ad mmc 0:1\n", "a command of U-Boot (CONFIG_CMD_EXT4)")]
    [InlineData("uboot.env.in", "boot|cmd=ext4lod mmc 0:1\n", "**bootcmd**", "**JC9271**")]
    public void A_place_is_explained(string name, string text, params string[] parts)
    {
        (EditedText edited, int cursor) = Open(name, text);
        string markdown = edited.Hover(cursor)?.Markdown ?? "";
        Assert.All(parts, part => Assert.Contains(part, markdown, StringComparison.Ordinal));
    }

    [Fact]
    public void Findings_have_the_places_of_what_they_are_about()
    {
        EditedText names = Texts.Open("gadget.yaml", "yaml", "volumes:\n  b:\n    bootloader: u-boot\n    structure:\n"
            + "      - {name: 💾ä, type: bare, size: 1M}\n      - {type: bare, name: 💾ä, size: 1M, offset: 1049000}\n")!;
        EditorFinding twice = names.Findings.Single(finding => finding.Diagnostic.Message.Contains("already", StringComparison.Ordinal));
        Assert.Equal("💾ä", names.Text[twice.Place.Start..twice.Place.End]);
        Assert.True(twice.Place.Start > twice.Related!.Value.Start);
        Assert.Equal("💾ä", names.Text[twice.Related.Value.Start..twice.Related.Value.End]);
        EditorFinding overlap = names.Findings.Single(finding => finding.Diagnostic.Message.Contains("overlaps", StringComparison.Ordinal));
        Assert.Equal("1049000", names.Text[overlap.Place.Start..overlap.Place.End]);

        EditedText json = Texts.Open("m.json", "json", "{\"type\": \"model\", \"brand-id\": \"💾\", \"series\": 16}")!;
        EditorFinding number = Assert.Single(json.Findings);
        Assert.Equal("16", json.Text[number.Place.Start..number.Place.End]);
    }

    [Fact]
    public void Files_of_this_repository_have_no_errors()
    {
        foreach (string file in (string[])["jetson-core.yaml", "gadget/gadget.yaml", "gadget/snap.yaml", "kernel/snap.yaml", "gadget/uboot.env.in"])
        {
            EditedText edited = Texts.Open(file, "", File.ReadAllText(Repository.PathOf(file.Split('/'))))!;
            Assert.DoesNotContain(edited.Findings, finding => finding.Diagnostic.Severity == Diagnostics.Severity.Error);
            Assert.NotEmpty(edited.Symbols());
        }
        Assert.Contains(Texts.Open("jetson-core.yaml", "", "gadgets: x\n")!.Findings, finding => finding.Place == new TextStretch(0, 7));
        Assert.Null(Texts.Open("package.json", "json", "{\"type\": \"module\"}"));
    }

    [Fact]
    public void Names_of_an_environment_are_found_where_they_stand()
    {
        (EditedText edited, int cursor) = Open("uboot.env.in",
            "addr=1\nbootcmd=run lo|ad; setenv load x; echo load $load ${load} ${loads} $addr\nload=ext4load ${addr} load\nloads=1\n");
        Assert.Equal(edited.Text.IndexOf("\nload=", StringComparison.Ordinal) + 1, edited.Definition(cursor)!.Value.Start);
        string[] before = [.. edited.References(cursor).Select(place => edited.Text[(place.Start - 4)..place.End])];
        Assert.Equal(["run load", "env load", "ad $load", "d ${load"], before);
        Assert.Equal(["addr", "bootcmd", "load", "loads"], edited.Symbols().Select(symbol => symbol.Name));
    }

    /// <summary>Any text, cut off anywhere, has answers for any place.</summary>
    [Fact]
    public void Broken_texts_are_answered_for_as_well()
    {
        string[] files = [.. Directory.EnumerateFiles(Repository.PathOf("tests", "JetsonCore.Tests", "Gadget", "cases"), "*.yaml",
            SearchOption.AllDirectories).Order(StringComparer.Ordinal).Where((_, index) => index % 5 == 0), Repository.PathOf("gadget", "uboot.env.in")];
        var random = new SeededRandom(5);
        foreach (string file in files)
        {
            string text = File.ReadAllText(file);
            for (int round = 0; round < 6; round++)
            {
                int cut = random.Next(text.Length + 1);
                string piece = random.Pick(["", "{", "[", "\"", "'", "- ", ": ", "\t", "|", "#", "💾", "\r", "&a ", "*a", "---\n", "${"]);
                string broken = text[..cut] + piece + text[Math.Min(text.Length, cut + random.Next(40))..];
                if (Texts.Open(file, "yaml", broken) is not { } edited)
                    continue;
                for (int index = 0; index < 5; index++)
                {
                    int at = index == 0 ? cut : random.Next(broken.Length + 1);
                    EditorCompletions completions = edited.Complete(at);
                    Assert.InRange(completions.Replaced.End, completions.Replaced.Start, broken.Length);
                    _ = edited.Hover(at);
                    _ = edited.Definition(at);
                    _ = edited.References(at);
                }
                AssertNested(edited.Symbols(), new(0, broken.Length));
                Assert.All(edited.Findings, finding => Assert.InRange(finding.Place.End, finding.Place.Start, broken.Length));
            }
        }
    }

    [Theory]
    [InlineData('{')]
    [InlineData('[')]
    [InlineData('-')]
    public void Deep_texts_are_answered_for(char letter)
    {
        string text = "volumes:\n" + (letter == '-' ? string.Concat(Enumerable.Repeat("- ", 100_000)) : new string(letter, 100_000));
        EditedText edited = Texts.Open("gadget.yaml", "yaml", text)!;
        Assert.NotEmpty(edited.Findings);
        _ = edited.Complete(text.Length);
        _ = edited.Hover(text.Length / 2);
        Assert.NotEmpty(edited.Symbols());
    }

    private static void AssertNested(IReadOnlyList<EditorSymbol> symbols, TextStretch outer)
    {
        foreach (EditorSymbol symbol in symbols)
        {
            Assert.True(symbol.Name.Length > 0);
            Assert.InRange(symbol.Place.Start, outer.Start, outer.End);
            Assert.InRange(symbol.Place.End, symbol.Place.Start, outer.End);
            Assert.InRange(symbol.NamePlace.Start, symbol.Place.Start, symbol.Place.End);
            Assert.InRange(symbol.NamePlace.End, symbol.NamePlace.Start, symbol.Place.End);
            AssertNested(symbol.Children, symbol.Place);
        }
    }

    private static (EditedText Edited, int Cursor) Open(string name, string text)
    {
        int cursor = text.IndexOf('|', StringComparison.Ordinal);
        return (Texts.Open(name, "", text.Remove(cursor, 1))!, cursor);
    }
}
