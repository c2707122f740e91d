// Passphrases typed at a terminal: not shown, twice for a new key, and the terminal is left as it was.
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Cli.Tests.Keys;

public sealed class PassphraseTests : IDisposable
{
    private const string Secret = "Größe 7 horse";
    private const string Question = "passphrase of the key \"mine\": ";
    private const string FirstQuestion = "passphrase for the new key \"mine\" (empty for none): ", Again = "the same once more: ";

    private readonly TempFolder _temp = new();
    private readonly Dictionary<string, string> _environment;

    public PassphraseTests()
    {
        _environment = new()
        {
            ["XDG_DATA_HOME"] = _temp.File("data"),
            ["SNAP_GNUPG_HOME"] = _temp.File("none"),
            ["SECRET"] = Secret,
        };
        _temp.Write("model.json", """
            { "type": "model", "series": "16", "authority-id": "b1", "brand-id": "b1", "model": "m", "architecture": "arm64",
              "gadget": "g1", "kernel": "k1", "timestamp": "2019-11-13T15:40:00+00:00" }
            """);
    }

    private string KeyFile => _temp.File("data", "jetson-core", "keys", "mine.pem");

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void A_new_key_is_asked_for_twice_and_signing_asks_once()
    {
        (string shown, int code) = Run("key create mine", (FirstQuestion, $"{Secret}\n"), (Again, $"{Secret}\n"));
        Assert.True(code == 0, shown);
        Assert.DoesNotContain("horse", shown, StringComparison.Ordinal);
        new ProgramProcess(_environment, _temp.Path)
            .Run("sign", "-k", "mine", "--passphrase-env", "SECRET", "model.json").MustSucceed();

        // A wrong word is taken back: the last characters one by one, then the line.
        (shown, code) = Run($"sign -k mine {_temp.File("model.json")}",
            (Question, $"ab\u0015{Secret}öä\u007f\u007f\r"));
        Assert.True(code == 0, shown);
        Assert.Contains("type: model", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("horse", shown, StringComparison.Ordinal);

        (shown, code) = Run($"sign -k mine < {_temp.File("model.json")}", (Question, "wrong\n"));
        Assert.Equal(1, code);
        Assert.Contains("error[JC3203]", shown, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_different_words_make_no_key_and_none_makes_an_open_one()
    {
        (string shown, int code) = Run("key create mine", (FirstQuestion, "one\n"), (Again, "other\n"));
        Assert.Equal(2, code);
        Assert.Contains("error[JC3413]", shown, StringComparison.Ordinal);
        Assert.False(File.Exists(KeyFile));
        Assert.Equal(0, Run("key create mine", (FirstQuestion, "\n")).ExitCode);
        Assert.Contains("BEGIN PRIVATE KEY", File.ReadAllText(KeyFile), StringComparison.Ordinal);
    }

    [Fact]
    public void Nobody_is_asked_for_what_cannot_be_signed_or_made()
    {
        new ProgramProcess(_environment).Run("key", "create", "mine", "--passphrase-env", "SECRET").MustSucceed();
        string bad = _temp.Write("bad.json", "{ \"type\": \"model\",\n  \"series\": 16 }");
        (string shown, int code) = Run($"sign -k mine {bad}");
        Assert.Equal(1, code);
        Assert.Contains($"{bad}:2:13: error[JC3003]", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("passphrase", shown, StringComparison.Ordinal);
        (shown, code) = Run("key create mine");
        Assert.Equal(3, code);
        Assert.Contains("error[JC3205]", shown, StringComparison.Ordinal);
    }

    [Fact]
    public void Ctrl_C_ends_the_question_and_leaves_the_terminal_as_it_was()
    {
        (string shown, int code) = TerminalSession.Run(
            $"stty -a; {ProgramProcess.Program} key create mine; echo ended with $?; stty -a", _environment,
            (FirstQuestion, "abc\u0003"));
        Assert.Equal(0, code);
        Assert.Contains("ended with 130", shown, StringComparison.Ordinal);
        Assert.False(File.Exists(KeyFile));
        string[] states = shown.Split("speed ");
        Assert.Equal(3, states.Length);
        Assert.Contains(" echo ", states[2], StringComparison.Ordinal);
        Assert.Equal(states[1].Split(FirstQuestion)[0].Trim(), states[2].Trim());
    }

    [Fact]
    public void A_script_is_never_asked()
    {
        var program = new ProgramProcess(_environment, _temp.Path);
        program.Run("key", "create", "mine", "--passphrase-env", "SECRET").MustSucceed();
        OracleResult refused = program.Run("sign", "-k", "mine", "model.json");
        Assert.Contains("error[JC3203]", refused.MustFail(1), StringComparison.Ordinal);
        Assert.Contains("BEGIN PRIVATE KEY", Open("open"), StringComparison.Ordinal);
        _temp.Write("passphrase", $"{Secret}\n");
        program.RunBehind("sh", ["-c", "exec \"$0\" \"$@\" 3<passphrase"], ["sign", "-k", "mine", "model.json", "--passphrase-fd", "3"])
            .MustSucceed();

        string Open(string name)
        {
            program.Run("key", "create", name).MustSucceed();
            return File.ReadAllText(_temp.File("data", "jetson-core", "keys", $"{name}.pem"));
        }
    }

    [Fact]
    public void A_key_is_deleted_when_its_name_is_typed_or_by_force()
    {
        var program = new ProgramProcess(_environment, _temp.Path);
        program.Run("key", "create", "mine").MustSucceed();
        Assert.Contains("error[JC3412]", program.Run("key", "delete", "mine").MustFail(2), StringComparison.Ordinal);
        Assert.Equal(2, Run("key delete mine", ("Type its name to delete it: ", "yes\n")).ExitCode);
        Assert.True(File.Exists(KeyFile));
        Assert.Equal(0, Run("key delete mine", ("Type its name to delete it: ", "mine\n")).ExitCode);
        Assert.Empty(Directory.GetFileSystemEntries(_temp.File("data", "jetson-core", "keys")));
        Assert.Contains("error[JC3206]", program.Run("key", "delete", "--force", "mine").MustFail(3), StringComparison.Ordinal);

        program.Run("key", "create", "mine").MustSucceed();
        program.Run("key", "delete", "--force", "mine").MustSucceed();
        Assert.Empty(Directory.GetFileSystemEntries(_temp.File("data", "jetson-core", "keys")));
    }

    private (string Shown, int ExitCode) Run(string arguments, params (string, string)[] answers) =>
        TerminalSession.Run($"{ProgramProcess.Program} {arguments}", _environment, answers);
}
