// Keys of `snap create-key`, used as `snap` uses them: the same list, the same bytes of the same input.
using System.Text.Json.Nodes;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Cli.Tests.Keys;

public sealed class SnapKeyringTests : IDisposable
{
    private const long Moment = 1573659600;
    private const string BrandModel = """
        { "type": "model", "series": "16", "authority-id": "my-brand", "brand-id": "my-brand", "model": "jetson-tx1",
          "revision": "3", "architecture": "arm64", "base": "core18", "gadget": "jetson-tx1=18",
          "kernel": "jetson-tx1-kernel", "required-snaps": ["hello", "a-b"], "display-name": "Größe: 1\nzwei",
          "timestamp": "2019-11-13T15:40:00+00:00" }
        """;

    private const string Declaration = """
        { "type": "snap-declaration", "format": "5", "authority-id": "my-brand", "series": "16", "snap-id": "snapidsnapid",
          "publisher-id": "my-brand", "snap-name": "hello", "timestamp": "2019-11-13T15:40:00Z",
          "plugs": { "network": { "allow-installation": "true", "deny-connection": { "plug-attributes": { "a": ["b", "c"] } } } } }
        """;

    private const string WithBody = """
        { "type": "snap-developer", "authority-id": "my-brand", "snap-id": "snapidsnapid", "publisher-id": "my-brand",
          "developers": [ { "developer-id": "my-brand", "since": "2019-11-13T15:40:00Z" } ], "body": "Ein Körper\n\nzwei\n" }
        """;

    private readonly GpgHome _home = new();
    private readonly TempFolder _temp = new();
    private readonly Dictionary<string, string> _environment;
    private readonly ProgramProcess _program;

    public SnapKeyringTests()
    {
        _environment = new()
        {
            ["XDG_DATA_HOME"] = _temp.File("data"),
            ["SNAP_GNUPG_HOME"] = _home.Path,
            ["SOURCE_DATE_EPOCH"] = $"{Moment}",
        };
        _program = new(_environment, _temp.Path);
    }

    public void Dispose()
    {
        _home.Dispose();
        _temp.Dispose();
    }

    [Fact]
    public void The_list_is_that_of_snap_keys()
    {
        Assert.Empty(Keys());
        _home.Generate("one");
        _home.Generate("short", bits: 2048);
        _home.Generate("two");
        Assert.Equal(3, Keys().Count);
        Assert.Equal(JsonNode.Parse(Snap("keys", "--json").MustSucceed())!.AsArray()
            .Select(key => ((string?)key!["name"], (string?)key["sha3-384"])), Keys());
        OracleResult refused = _program.RunWithInput(Bytes(BrandModel), "sign", "-k", "short");
        Assert.Contains("error[JC3202]", refused.MustFail(1), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_signed_equals_what_snap_signs()
    {
        _home.Generate("brand");
        foreach (string statement in (string[])[BrandModel, Declaration, WithBody])
        {
            string path = _temp.Write("statement.json", statement);
            string expected = Snap("sign", "-k", "brand", path).MustSucceed();
            Assert.Equal(expected, _program.Run("sign", "-k", "brand", path).MustSucceed());
            Assert.Equal(expected, _program.Run("sign", "-k", "snap:brand", path).MustSucceed());
        }
    }

    [Fact]
    public void A_key_made_by_snap_signs_once_its_passphrase_is_typed_into_the_pinentry()
    {
        (string shown, int exitCode) = TerminalSession.Run("snap create-key made-by-snap", _environment,
            ("Passphrase: ", $"{GpgHome.Passphrase}\n"), ("Confirm passphrase: ", $"{GpgHome.Passphrase}\n"));
        Assert.True(exitCode == 0, shown);
        // The agent still knows the passphrase from making the key.
        Oracle.Run("gpgconf", "--homedir", _home.Path, "--kill", "all").MustSucceed();
        string path = _temp.Write("model.json", BrandModel);
        string signed = _program.Run("sign", "-k", "made-by-snap", path).MustSucceed();
        Assert.True(_home.HasAsked);
        Assert.Equal(Snap("sign", "-k", "made-by-snap", path).MustSucceed(), signed);

        string request = _program.Run("key", "register-request", "made-by-snap", "--account", "my-brand").MustSucceed();
        string exported = Snap("export-key", "--account", "my-brand", "made-by-snap").MustSucceed();
        Assert.Equal(Comparable(exported), Comparable(request));
        AssertSelfSigned(request);

        Assert.Contains("error[JC3206]", _program.Run("key", "delete", "--force", "made-by-snap").MustFail(3),
            StringComparison.Ordinal);
        _program.Run("key", "delete", "--force", "snap:made-by-snap").MustSucceed();
        Assert.Equal("[]\n", Snap("keys", "--json").MustSucceed());
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(_home.Path, "private-keys-v1.d")));
    }

    [Fact]
    public void The_folder_comes_first_and_a_prefix_reaches_the_other()
    {
        _home.Generate("twin");
        string own = _program.Run("key", "create", "twin").MustSucceed().Trim();
        string path = _temp.Write("model.json", BrandModel);
        Assert.Contains(own, _program.Run("sign", "-k", "twin", path).MustSucceed(), StringComparison.Ordinal);
        Assert.DoesNotContain(own, _program.Run("sign", "-k", "snap:twin", path).MustSucceed(), StringComparison.Ordinal);
    }

    [Fact]
    public void No_gpg_is_started_where_there_is_no_keyring_and_its_absence_is_told()
    {
        var program = new ProgramProcess(new Dictionary<string, string>(_environment)
        {
            ["SNAP_GNUPG_CMD"] = "/nowhere/gpg",
            ["SNAP_GNUPG_HOME"] = _temp.File("none"),
        }, _temp.Path);
        Assert.Empty(program.Run("key", "list").Error);
        Assert.False(Directory.Exists(_temp.File("none")));
        program = new(new Dictionary<string, string>(_environment) { ["SNAP_GNUPG_CMD"] = "/nowhere/gpg" }, _temp.Path);
        string id = program.Run("key", "create", "own").MustSucceed().Trim();
        OracleResult list = program.Run("key", "list");
        Assert.Contains(id, list.MustSucceed(), StringComparison.Ordinal);
        Assert.Contains("warning[JC3411]: cannot start \"/nowhere/gpg\"", list.Error, StringComparison.Ordinal);
        Assert.Empty(program.RunWithInput(Bytes(BrandModel), "sign", "-k", "own").Error);
        Assert.Contains("error[JC3410]", program.RunWithInput(Bytes(BrandModel), "sign", "-k", "snap:own").MustFail(3),
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_keyring_is_that_of_the_person_behind_sudo_whatever_home_says()
    {
        bool isRoot = Oracle.Run("id", "-u").MustSucceed().Trim() == "0";
        string person = isRoot ? "daemon" : Oracle.Run("id", "-un").MustSucceed().Trim();
        string home = Oracle.Run("getent", "passwd", person).MustSucceed().Split(':')[5];
        var program = new ProgramProcess(new Dictionary<string, string>(_environment)
        {
            ["SNAP_GNUPG_HOME"] = "",
            ["HOME"] = _temp.File("elsewhere"),
            ["SUDO_USER"] = "daemon",
        }, _temp.Path);
        Assert.Contains($"in the keyring of snap in \"{home}/.snap/gnupg\"",
            program.Run("key", "delete", "--force", "snap:no-such-key").MustFail(3), StringComparison.Ordinal);
    }

    [Fact]
    public void A_gpg_in_the_current_folder_is_never_run()
    {
        _home.Generate("brand");
        string trap = _temp.Write("gpg", "#!/bin/sh\ntouch trapped\n");
        File.SetUnixFileMode(trap, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        _program.Run("key", "list").MustSucceed();
        Assert.False(File.Exists(_temp.File("trapped")));
    }

    internal static byte[] Bytes(string text) => System.Text.Encoding.UTF8.GetBytes(text);

    /// <summary>A request without what hangs on the moment.</summary>
    private static string Comparable(string request) => string.Join('\n', request.Split("\n\n")[0].Split('\n')
        .Where(line => !line.StartsWith("since:", StringComparison.Ordinal))) + request.Split("\n\n")[1];

    /// <summary>snapd checks the signature first and then wants an account, which only the store can add.</summary>
    private void AssertSelfSigned(string request) => Assert.EndsWith("does not have a matching account assertion\n",
        SnapdJudge.Run("verify", _temp.Write("roots", ""), _temp.Write("request", request)).Error,
        StringComparison.Ordinal);

    private List<(string?, string?)> Keys() =>
    [
        .. JsonNode.Parse(_program.Run("key", "list", "--json").MustSucceed())!["keys"]!.AsArray()
            .Select(key => ((string?)key!["name"], (string?)key["id"])),
    ];

    private OracleResult Snap(params string[] arguments) => Oracle.Run(new OracleCall("snap")
    {
        Arguments = arguments,
        Environment = new Dictionary<string, string>
        {
            ["SNAP_GNUPG_HOME"] = _home.Path,
            ["SNAP_GNUPG_CMD"] = _home.FixedClock(Moment),
        },
    });
}
