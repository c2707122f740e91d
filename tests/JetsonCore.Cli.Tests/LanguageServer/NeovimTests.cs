// The language server with a real client: Neovim's own, without a screen, with the settings in
// examples/neovim (tests/judges/neovim/session.lua).
using System.Text.Json;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Cli.Tests.LanguageServer;

public class NeovimTests
{
    [Fact]
    public void Neovim_shows_completes_explains_and_mends_a_gadget()
    {
        using var folder = new TempFolder();
        // The TX1's, with a slip in a key, in a value and in a size, and one behind a character of two units of UTF-16.
        string yaml = File.ReadAllText(Repository.PathOf("gadget", "gadget.yaml"))
            .Replace("bootloader: u-boot", "bootloder: u-boot", StringComparison.Ordinal)
            .Replace("role: system-boot", "role: sytem-boot", StringComparison.Ordinal)
            .Replace("size: 20971520", "size: 20m", StringComparison.Ordinal)
            .Replace("- name: TBC", "- {name: \"💾\", type: EBD0A0A2-B9E5-4433-87C0-68B6B72699C7, sise: 2097152}\n"
                + "      - name: TBC", StringComparison.Ordinal);
        string edited = folder.Write("gadget.yaml", yaml), mended = folder.Write("mended/gadget.yaml", yaml);
        JsonElement checkedYaml = JsonDocument.Parse(CliRun.Of("check", "--json", "--as", "uc18", edited).Output)
            .RootElement.GetProperty("files")[0].GetProperty("diagnostics");
        CliRun.Succeed("check", "--fix", "--as", "uc18", mended);

        JsonElement report = Session(folder, edited);

        Assert.Equal(
            checkedYaml.EnumerateArray().Select(one => (one.GetProperty("code").GetString(),
                one.GetProperty("line").GetInt32() - 1)).Order(),
            report.GetProperty("findings").EnumerateArray().Select(one => (one.GetProperty("code").GetString(),
                one.GetProperty("line").GetInt32())).Order());
        // Neovim turns units of UTF-16 into bytes: the character before has two of the ones and four of the others.
        JsonElement behind = report.GetProperty("findings").EnumerateArray()
            .Single(one => one.GetProperty("message").GetString()!.Contains("\"sise\"", StringComparison.Ordinal));
        string line = yaml.Split('\n')[behind.GetProperty("line").GetInt32()];
        Assert.Equal(System.Text.Encoding.UTF8.GetByteCount(line.Split("sise")[0]), behind.GetProperty("column").GetInt32());

        Assert.Equal("filesystem-label offset offset-write min-size role id filesystem content update",
            Words(report.GetProperty("keys")));
        Assert.Contains("        role: ", report.GetProperty("completed").EnumerateArray().Select(one => one.GetString()));
        Assert.Contains("system-seed-null", Words(report.GetProperty("values")), StringComparison.Ordinal);
        foreach (string step in (string[])["opened", "typed", "untyped", "mended"])
            Assert.True(report.GetProperty(step).GetBoolean(), step);
        string hover = report.GetProperty("hover").GetProperty("contents").GetProperty("value").GetString()!;
        Assert.Contains("How large it is.", hover, StringComparison.Ordinal);
        Assert.Contains("DTB: byte 566248448 (sector 1105954) to 570442752, 4194304 bytes (4 MiB) (follows LNX", hover,
            StringComparison.Ordinal);
        JsonElement volume = report.GetProperty("symbols")[0].GetProperty("children")[0];
        Assert.Equal("jetson", volume.GetProperty("name").GetString());
        Assert.Equal(19, volume.GetProperty("children").GetArrayLength());
        Assert.Equal("17408 + 268435456", volume.GetProperty("children")[0].GetProperty("detail").GetString());
        Assert.Equal(File.ReadAllText(mended), File.ReadAllText(edited));
        Assert.NotEqual(yaml, File.ReadAllText(edited));
        Assert.Equal(0, report.GetProperty("exitCode").GetInt32());
    }

    private static JsonElement Session(TempFolder folder, string gadget)
    {
        OracleResult result = Oracle.Run(new OracleCall("nvim")
        {
            Arguments = ["--headless", "-u", "NONE", "-n", "-i", "NONE",
                "-c", $"luafile {Repository.PathOf("tests", "judges", "neovim", "session.lua")}", "-c", "cquit"],
            Environment = new Dictionary<string, string>
            {
                ["HOME"] = folder.Path,
                ["PATH"] = $"{Path.GetDirectoryName(ProgramProcess.Program)}:{Environment.GetEnvironmentVariable("PATH")}",
                ["CONFIG"] = Repository.PathOf("examples", "neovim", "jetson-core.lua"),
                ["GADGET"] = gadget,
            },
            Folder = folder.Path,
        });
        string output = result.MustSucceed();
        Assert.True(output.StartsWith('{'), result.Error);
        return JsonDocument.Parse(output).RootElement;
    }

    private static string Words(JsonElement list) => string.Join(' ', list.EnumerateArray().Select(one => one.GetString()));
}
