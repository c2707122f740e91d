// What surrounds a run and can fail: closed and full streams, limits of memory and threads, names that are no text,
// arguments that are empty, another run beside it. The exit code always says what happened.
using System.Diagnostics;
using System.Text;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Cli.Tests;

public sealed class LimitTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    private OracleResult Shell(string script, params string[] arguments) => Oracle.Run(new OracleCall("bash")
    {
        Arguments = ["-c", script, "bash", ProgramProcess.Program, .. arguments],
        Folder = _temp.Path,
    });

    [PublishedTheory]
    [InlineData("\"$1\" explain nothing 2> /dev/full", 2)]
    [InlineData("\"$1\" no-such-verb 2> /dev/full", 2)]
    [InlineData("\"$1\" no-such-verb 2>&-", 2)]
    [InlineData("\"$1\" check none.yaml 2> /dev/full", 3)]
    [InlineData("\"$1\" check none.yaml > /dev/full 2> /dev/full", 3)]
    [InlineData("\"$1\" schema gadget > /dev/full 2> /dev/full", 3)]
    [InlineData("\"$1\" schema gadget >&-", 3)]
    [InlineData("\"$1\" schema gadget >&- 2>&-", 3)]
    [InlineData("\"$1\" schema gadget <&- > /dev/null", 0)]
    [InlineData("\"$1\" check - <&- 2> /dev/null", 3)]
    public void The_exit_code_holds_where_nobody_can_be_told(string script, int code) =>
        Assert.Equal(code, Shell(script).ExitCode);

    [Fact]
    public void Messages_never_get_into_a_result()
    {
        _temp.Write("text", "a=b\n");
        Assert.Equal(0, Shell("\"$1\" env make text block --size 4096 0<&- 1>&- 2>&-").ExitCode);
        Assert.Equal(4096, new FileInfo(_temp.File("block")).Length);
        CliRun.Succeed("env", "show", _temp.File("block"));
    }

    /// <summary>From where the runtime does not start to where there is enough.</summary>
    [PublishedTheory]
    [InlineData(50_000)]
    [InlineData(80_000)]
    [InlineData(100_000)]
    [InlineData(112_000)]
    [InlineData(116_000)]
    [InlineData(120_000)]
    [InlineData(150_000)]
    [InlineData(200_000)]
    [InlineData(300_000)]
    [InlineData(400_000)]
    [InlineData(1_000_000)]
    public void Too_little_memory_is_the_environments_fault(int kibibytes)
    {
        Directory.CreateDirectory(_temp.File("tree"));
        _temp.Write("tree/large", new SeededRandom(1).Bytes(30 << 20));
        string[] lines = ["tar tree out --compression xz --level 9", "squashfs tree out", "ext4 tree out"];
        foreach (string arguments in lines)
        {
            OracleResult result = Shell($"ulimit -v {kibibytes}; ulimit -c 0; \"$1\" fs make {arguments}");
            Assert.True(result.ExitCode is 0 or 3, $"{arguments} ended with {result.ExitCode}: {result.Error}");
            Assert.Equal(result.ExitCode == 3, result.Error.Contains("error[JC9146]", StringComparison.Ordinal));
            Assert.Equal(result.ExitCode == 0, File.Exists(_temp.File("out")));
            File.Delete(_temp.File("out"));
        }
    }

    /// <summary>What is unpacked on the way is closed behind it.</summary>
    [PublishedTheory]
    [InlineData("fs find all.tar none", 1)]
    [InlineData("diff all.tar other.tar", 1)]
    public void Many_archives_in_one_take_few_descriptors(string arguments, int code)
    {
        Assert.Equal(0, Shell("""
            mkdir -p a b tree
            for n in $(seq 80); do echo $n >tree/f; tar -C tree -czf a/$n.tgz f; echo x >>tree/f; tar -C tree -czf b/$n.tgz f; done
            tar -cf all.tar a; mv b c; mv a old; mv c a; tar -cf other.tar a
            """).ExitCode);
        OracleResult result = Shell($"ulimit -n 40; \"$1\" {arguments}");
        Assert.True(result.ExitCode == code, result.Error);
        Assert.DoesNotContain("error[", result.Error, StringComparison.Ordinal);
    }

    [PublishedFact]
    public void A_limit_of_file_sizes_is_the_environments_fault()
    {
        _temp.Write("tree/large", new SeededRandom(1).Bytes(3 << 20));
        OracleResult result = Shell("ulimit -f 1000; \"$1\" fs make tar tree out");
        Assert.Equal(3, result.ExitCode);
        Assert.Contains("error[JC9101]", result.Error, StringComparison.Ordinal);
        Assert.Equal(["tree"], Directory.GetFileSystemEntries(_temp.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void A_name_that_is_no_text_is_a_name()
    {
        _temp.Write("text", "a=b\n");
        OracleResult result = Shell("""
            f() { printf 'n\351\377%s' "$1"; }
            "$1" env make text "$(f .env)" --size 4096 && "$1" env show "$(f .env)" &&
            mkdir "$(f .d)" && cp text "$(f .d)/t" && "$1" fs make tar "$(f .d)" "$(f .tar)" &&
            "$1" fs ls "$(f .tar)" && "$1" fs extract "$(f .tar)" "$(f .out)" && cmp text "$(f .out)/t" &&
            printf 'volumes: {}\n' > "$(f .yaml)"; "$1" check "$(f .yaml)" > /dev/null; [ $? -le 1 ] && ls -b
            """);
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Equal("""
            a=b
            t
            n\351\377.d
            n\351\377.env
            n\351\377.out
            n\351\377.tar
            n\351\377.yaml
            text

            """, result.Output);
    }

    [Theory]
    [InlineData("build --model m --gadget g --kernel k -O", "-O", "--output-dir")]
    [InlineData("fs ls", "", "ARTEFACT")]
    [InlineData("fs extract x", "", "DIR")]
    [InlineData("fs make tar x", "", "OUT")]
    [InlineData("inspect", "", "FILE")]
    [InlineData("verify", "", "FILE")]
    [InlineData("key import", "", "FILE")]
    [InlineData("snap pack x", "", "OUT")]
    [InlineData("kernel pack x --from y --base-initrd z -O", "-O", "--output-dir")]
    [InlineData("sign -k x -o", "-o", "--output")]
    public void An_empty_argument_is_said_to_be_empty(string arguments, string _, string name)
    {
        CliRun run = CliRun.Of([.. arguments.Split(' '), ""]);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains($"error[JC9001]: cannot use an empty {name}", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("biuld --help", "did you mean \"build\"")]
    [InlineData("fs lss --help", "jetson-core fs lss")]
    [InlineData("fs lss", "jetson-core fs lss")]
    public void An_unknown_verb_has_no_help(string arguments, string message)
    {
        CliRun run = CliRun.Of(arguments.Split(' '));
        Assert.Equal(2, run.ExitCode);
        Assert.Empty(run.Output);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("fs extract tree.tar file")]
    [InlineData("snap pack tree file")]
    [InlineData("fs make tar tree file/x")]
    public void A_file_where_a_folder_is_wanted_is_said_to_be_one(string arguments)
    {
        _temp.Write("tree/meta/snap.yaml", "name: xx\nversion: 1\n");
        _temp.Write("file", "x");
        Oracle.Run("chmod", "-R", "u=rwX,go=rX", _temp.File("tree")).MustSucceed();
        CliRun.Succeed("fs", "make", "tar", _temp.File("tree"), _temp.File("tree.tar"));
        OracleResult result = new ProgramProcess(new Dictionary<string, string>(), _temp.Path).Run(arguments.Split(' '));
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("error[JC9144]", result.Error, StringComparison.Ordinal);
        Assert.Contains("is no folder", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Access_control_lists_are_left_out_of_squashfs_and_that_is_said()
    {
        string file = _temp.Write("tree/file", "x");
        Oracle.Run("setfacl", "-m", "u:1000:r", file).MustSucceed();
        CliRun run = CliRun.Of("fs", "make", "squashfs", _temp.File("tree"), _temp.File("out.sq"));
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("file: warning[JC5603]", run.Error, StringComparison.Ordinal);
        run = CliRun.Of("fs", "make", "squashfs", _temp.File("tree"), _temp.File("without.sq"), "--no-xattrs");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
    }

    [Fact]
    public void A_window_that_is_too_large_is_named_with_both_sizes()
    {
        _temp.Write("x", "some text");
        Oracle.Run("xz", "--lzma2=dict=1GiB", _temp.File("x")).MustSucceed();
        CliRun run = CliRun.Of("fs", "ls", _temp.File("x.xz"));
        Assert.Equal(1, run.ExitCode);
        Assert.Matches("decoding needs 1[0-9]{9} bytes of memory, at most 268435456 are taken", run.Error);
    }

    [Theory]
    [InlineData("empty", "is empty")]
    [InlineData("blank", "blank, all 0xff")]
    [InlineData("zero", "blank, all 0x00")]
    [InlineData("cut", "cut off")]
    [InlineData("flipped", "damaged")]
    public void An_environment_that_is_none_is_called_what_it_is(string kind, string message)
    {
        byte[] block = MakeBlock(kind == "cut" ? 1 << 10 : 4096);
        block = kind switch
        {
            "empty" => [],
            "blank" => [.. Enumerable.Repeat((byte)0xFF, 4096)],
            "zero" => new byte[4096],
            "cut" => block[..700],
            _ => [.. block[..20], (byte)(block[20] ^ 1), .. block[21..]],
        };
        CliRun run = CliRun.Of("env", "show", _temp.Write("block", block));
        Assert.Equal(1, run.ExitCode);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }

    private byte[] MakeBlock(int size)
    {
        string text = _temp.Write("text", string.Concat(Enumerable.Range(0, 40).Select(i => $"name{i}=some value\n")));
        CliRun.Succeed("env", "make", text, _temp.File("made"), "--size", $"{size}");
        return File.ReadAllBytes(_temp.File("made"));
    }

    [Fact]
    public void What_becomes_a_file_name_has_no_slash()
    {
        _temp.Write("tree/meta/snap.yaml", "name: xx\nversion: 1\narchitectures: [../../y]\n");
        CliRun run = CliRun.Of("snap", "pack", _temp.File("tree"), _temp.File("out"));
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("meta/snap.yaml:3:17: error[JC4026]", run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_temp.File("out")));
    }

    [Fact]
    public void A_disk_without_room_is_told_of_with_amounts()
    {
        _temp.Write("tree/large", new SeededRandom(1).Bytes(3 << 20));
        OracleResult result = Shell("""
            unshare -rm true 2>/dev/null || { echo 'no space left on the disk: 1 bytes of it were written, 0 are free' >&2
              exit 3; }
            mkdir small; exec unshare -rm sh -c '
              mount -t tmpfs -o size=1M none small; "$1" fs make tar tree small/out.tar' sh "$1"
            """);
        Assert.Equal(3, result.ExitCode);
        Assert.Matches("no space left on the disk: [0-9]+ bytes of it were written, [0-9]+ are free", result.Error);
    }

    [Fact]
    public void Statements_are_signed_in_time_that_grows_with_them_only()
    {
        var program = new ProgramProcess(new Dictionary<string, string> { ["XDG_DATA_HOME"] = _temp.File("data") }, _temp.Path);
        program.Run("key", "import", Repository.PathOf("tests", "keys", "signing.pem"), "--name", "k").MustSucceed();
        var json = new StringBuilder("{\"type\": \"model\"");
        for (int index = 0; index < 100_000; index++)
            json.Append($",\n\"h{index}\": \"{index}\"");
        _temp.Write("many.json", json.Append('}').ToString());
        var watch = Stopwatch.StartNew();
        Assert.Equal(1, program.Run("sign", "-k", "k", "many.json").ExitCode);      // a model lacks much, whatever else
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"took {watch.Elapsed}");
    }

    [PublishedFact]
    public void A_passphrase_from_a_descriptor_that_is_closed_is_asked_for()
    {
        OracleResult result = Shell("\"$1\" sign -k k x.json --passphrase-fd 9 9<&-");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("error[JC9301]: cannot take the passphrase from descriptor 9: it is not open", result.Error,
            StringComparison.Ordinal);
    }
}
