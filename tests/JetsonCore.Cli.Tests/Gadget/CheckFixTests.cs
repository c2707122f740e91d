// `check --fix` makes the edits that cannot be wrong, keeps everything else, and writes whole files.
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Cli.Tests.Gadget;

public class CheckFixTests
{
    private const string Broken = """
        # the board
        volumes:
          board:
            bootloder: u-bot      # a slip
            schema: GPT
            structure:
              - {name: a, type: bare, size: 1MB}  # megabytes
              - name: b
                type: 0FC63DAF-8483-4772-8E79-3D69D8477DE4
                size: "512K"
                filesystem: EXT4
        defaults:
          system:
            service:
              y: 1

        """;

    private const string Mended = """
        # the board
        volumes:
          board:
            bootloader: u-boot      # a slip
            schema: gpt
            structure:
              - {name: a, type: bare, size: 1M}  # megabytes
              - name: b
                type: 0FC63DAF-8483-4772-8E79-3D69D8477DE4
                size: 524288
                filesystem: ext4
        defaults:
          system:
            service:
              "y": 1

        """;

    [Theory]
    [InlineData("\n", "")]
    [InlineData("\r\n", "")]
    [InlineData("\n", "\ufeff")]
    public void Slips_are_mended_and_all_else_is_kept(string lineEnd, string mark)
    {
        using var temp = new TempFolder();
        string Text(string yaml) => mark + yaml.Replace("\n", lineEnd, StringComparison.Ordinal);
        string path = temp.Write("gadget.yaml", Text(Broken));
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        CliRun run = CliRun.Of("check", "--fix", path);
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(Text(Mended), System.Text.Encoding.UTF8.GetString(File.ReadAllBytes(path)));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead, File.GetUnixFileMode(path));
        Assert.Equal([path], Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(path)!));
    }

    [Fact]
    public void The_diff_is_what_patch_turns_into_the_mended_file()
    {
        using var temp = new TempFolder();
        string path = temp.Write("gadget.yaml", Broken);
        CliRun run = CliRun.Of("check", "--fix", "--diff", path);
        Assert.Equal(1, run.ExitCode);
        Assert.Equal(Broken, File.ReadAllText(path));
        Oracle.Run("patch", "-s", path, temp.Write("edits.diff", run.Output)).MustSucceed();
        Assert.Equal(Mended, File.ReadAllText(path));
        Assert.Equal((0, ""), (CliRun.Of("check", "--fix", "--diff", path).ExitCode, CliRun.Of("check", "--fix", "--diff", path).Output));
    }

    [Theory]
    [InlineData("1 M", "1M")]
    [InlineData("3 GiB", "3G")]
    [InlineData("\"4096 \"", "4096")]
    [InlineData("0x100000", "1048576")]
    public void A_size_is_mended_where_it_can_mean_one_thing_only(string size, string mended)
    {
        const string start = "volumes: {board: {bootloader: u-boot, structure: [{name: ab, type: bare, size: ";
        using var temp = new TempFolder();
        string path = temp.Write("gadget.yaml", $"{start}{size}}}]}}}}\n");
        CliRun.Of("check", "--fix", path);
        Assert.Equal($"{start}{mended}}}]}}}}\n", File.ReadAllText(path));
    }

    [Theory]
    [InlineData("volumes: {board: {bootloader: u-boot, structure: [{type: bare, size: 1M, filesystem: ext2}]}}\n")]
    [InlineData("volumes: {board: {bootloader: lilo, structure: [{type: bare, size: 1X}]}}\n")]
    [InlineData("volumes: {board: {bootloader: grub, bootloder: u-boot}}\n")]
    [InlineData("volumes: {board: {schema: &x GPT, bootloader: grub}}\n")]
    [InlineData("volumes: [\n")]
    public void What_may_mean_something_else_is_left_alone(string yaml)
    {
        using var temp = new TempFolder();
        string path = temp.Write("gadget.yaml", yaml);
        CliRun.Of("check", "--fix", path);
        Assert.Equal(yaml, File.ReadAllText(path));
    }

    [Fact]
    public void A_link_stays_a_link_and_a_snap_is_refused()
    {
        using var temp = new TempFolder();
        string target = temp.Write("real.yaml", Broken), link = temp.File("link.yaml");
        File.CreateSymbolicLink(link, target);
        Assert.Equal(0, CliRun.Of("check", "--fix", link).ExitCode);
        Assert.Equal(target, File.ResolveLinkTarget(link, returnFinalTarget: false)!.FullName);
        Assert.Equal(Mended, File.ReadAllText(target));
        Assert.Equal(2, CliRun.Of("check", "--diff", link).ExitCode);
        Assert.Equal(2, CliRun.Of("check", "--fix", "--diff", "--json", link).ExitCode);
    }
}
