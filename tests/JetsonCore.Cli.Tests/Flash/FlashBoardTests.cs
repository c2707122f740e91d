// Trees of the boards that are recognised: read as far as their files allow, and refused with the reason.
using System.Text.Json;
using JetsonCore.Flash.Tree;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Cli.Tests.Flash;

public sealed class FlashBoardTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    public static TheoryData<string> Boards => [.. SampleL4tBoards.All.Select(board => board.Name)];

    [Theory]
    [MemberData(nameof(Boards))]
    public void A_tree_of_a_board_without_support_is_read_and_refused_for_nothing_else(string name)
    {
        string tree = _temp.File("tree");
        SampleBoard board = SampleL4tBoards.Write(tree, name);
        CliRun run = CliRun.Of("flash", "check", tree, "--json");
        Assert.Equal(1, run.ExitCode);
        using var report = JsonDocument.Parse(run.Output);
        Assert.Equal(name, report.RootElement.GetProperty("board").GetString());
        Assert.Equal($"R{board.Release}", report.RootElement.GetProperty("release").GetString());
        JsonElement[] findings = [.. report.RootElement.GetProperty("diagnostics").EnumerateArray()
            .Where(item => item.GetProperty("severity").GetString() != "info")];
        JsonElement only = Assert.Single(findings);
        Assert.Equal("JC6003", only.GetProperty("code").GetString());
        Assert.Contains($"not supported: {L4tBoard.Find(name)!.NotSupported}", only.GetProperty("message").GetString(),
            StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Boards))]
    public void What_is_wrong_with_it_is_found_all_the_same(string name)
    {
        AssertFound(name, "JC6010", (tree, board) => File.Delete(Path.Combine(tree, board.Common)));
        AssertFound(name, "JC6012", (tree, board) => Edit(tree, board.Common, "GiB;", "G;"));
        AssertFound(name, "JC6020", (tree, board) => Edit(tree, board.LayoutPath, "</device>", ""));
        AssertFound(name, "JC6021", (tree, board) => Edit(tree, board.LayoutPath, "name=\"APP\"", "name=\"APQ\""));
        AssertFound(name, "JC6022", (tree, board) => Edit(tree, board.LayoutPath,
            "        <partition name=\"APP\"", "        <partition name=\"APP\" type=\"data\"/>\n        <partition name=\"APP\""));
        AssertFound(name, "JC6060", (tree, board) => File.Delete(Path.Combine(tree, board.LayoutPath)));
    }

    /// <summary>Of several assignments the last one that runs counts, wherever the file that has it is sourced.</summary>
    [Theory]
    [InlineData("jetson-tx2", "flash_l4t_t186.xml", "28GiB")]
    [InlineData("jetson-xavier", "flash_l4t_t194.xml", "28GiB")]
    [InlineData("jetson-nano-qspi-sd", "flash_l4t_t210_max-spi_sd_p3448.xml", "14GiB")]
    [InlineData("jetson-agx-orin-devkit", "flash_t234_qspi_sdmmc.xml", "55GiB")]
    public void A_chain_of_board_files_is_followed(string name, string layout, string size)
    {
        string tree = _temp.File("tree");
        SampleBoard board = SampleL4tBoards.Write(tree, name);
        L4tConfiguration configuration = L4tConfiguration.Read(new(tree), $"{name}.conf")!;
        Assert.Empty(configuration.Notes);
        Assert.Equal(layout, configuration.Value("EMMC_CFG"));
        Assert.Equal(size, configuration.Value("ROOTFSSIZE"));
        Assert.Equal(board.BoardFile, configuration.BoardFile);
        Assert.EndsWith(board.Common, configuration.Variable("ROOTFSSIZE")!.Path, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("p2597-0000+p3310-1000.conf", "p2771-0000.conf.common", 230)]
    [InlineData("p2822-0000+p2888-0004.conf", "p2972-0000.conf.common", 183)]
    [InlineData("p3449-0000+p3448-0000-qspi-sd.conf", "p3448-0000.conf.common", 155)]
    public void The_sample_trees_have_the_lines_of_the_real_ones(string boardFile, string common, int line)
    {
        SampleBoard board = SampleL4tBoards.All.First(other => other.BoardFile == boardFile);
        string tree = _temp.File("tree");
        SampleL4tBoards.Write(tree, board.Name);
        Assert.StartsWith("ROOTFSSIZE=", File.ReadAllLines(Path.Combine(tree, common))[line - 1], StringComparison.Ordinal);
    }

    private void AssertFound(string name, string code, Action<string, SampleBoard> damage)
    {
        string tree = _temp.File(code);
        damage(tree, SampleL4tBoards.Write(tree, name));
        CliRun run = CliRun.Of("flash", "check", tree, "--board", name);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"[{code}]", run.Output, StringComparison.Ordinal);
        Assert.Contains("error[JC6003]", run.Output, StringComparison.Ordinal);
    }

    private static void Edit(string tree, string file, string from, string to)
    {
        string path = Path.Combine(tree, file), text = File.ReadAllText(path);
        Assert.Contains(from, text, StringComparison.Ordinal);
        int at = text.IndexOf(from, StringComparison.Ordinal);
        File.WriteAllText(path, $"{text[..at]}{to}{text[(at + from.Length)..]}");
    }
}
