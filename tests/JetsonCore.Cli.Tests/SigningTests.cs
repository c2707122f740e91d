// key, sign, verify: the commands as people use them; snapd's library judges the result.
using System.Text;
using System.Text.Json.Nodes;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Cli.Tests;

public sealed class SigningTests : IDisposable
{
    private const string ModelJson = """
        {
          "type": "model", "series": "16", "authority-id": "my-brand", "brand-id": "my-brand", "model": "jetson-tx1",
          "architecture": "arm64", "base": "core18", "gadget": "jetson-tx1", "kernel": "jetson-tx1-kernel",
          "timestamp": "2019-11-13T15:40:00+00:00"
        }
        """;

    private readonly TempFolder _temp = new();
    private readonly ProgramProcess _program;

    public SigningTests() => _program = new(
        new Dictionary<string, string>
        {
            ["XDG_DATA_HOME"] = _temp.File("data"),
            ["SOURCE_DATE_EPOCH"] = "1573659600",
            ["KEY_PASSPHRASE"] = "correct horse",
        },
        _temp.Path);

    public void Dispose() => _temp.Dispose();

    private static string KeyPath(string name) => Repository.PathOf("tests", "keys", name);

    private string Import(string name, string key = "signing.pem") =>
        _program.Run("key", "import", KeyPath(key), "--name", name).MustSucceed().Trim();

    [Fact]
    public void A_new_key_signs_a_model_that_snapd_reads()
    {
        string id = _program.Run("key", "create", "fresh", "--passphrase-env", "KEY_PASSPHRASE").MustSucceed().Trim();
        Assert.Equal(64, id.Length);
        _temp.Write("model.json", ModelJson);
        OracleResult refused = _program.Run("sign", "-k", "fresh", "model.json");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("error[JC3203]", refused.Error, StringComparison.Ordinal);
        _program.Run("sign", "-k", "fresh", "model.json", "-o", "tx1.model", "--passphrase-env", "KEY_PASSPHRASE").MustSucceed();
        string decoded = SnapdJudge.Run("decode", _temp.File("tx1.model")).MustSucceed();
        Assert.Contains($"\"sign-key-sha3-384\":\"{id}\"", decoded, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HOME", "")]
    [InlineData("HOME", "somewhere")]
    [InlineData("XDG_DATA_HOME", "data")]
    public void A_key_never_lands_in_the_current_folder(string variable, string value)
    {
        var program = new ProgramProcess(
            new Dictionary<string, string> { ["XDG_DATA_HOME"] = "", ["HOME"] = "/", [variable] = value }, _temp.Path);
        OracleResult result = program.Run("key", "import", KeyPath("signing.pem"));
        Assert.Equal(3, result.ExitCode);
        Assert.Contains("error[JC9142]", result.Error, StringComparison.Ordinal);
        Assert.Contains(variable, result.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_temp.Path));
    }

    [Fact]
    public void What_is_no_key_file_hides_no_other_key()
    {
        Import("mine");
        string File(string name) => _temp.File("data", "jetson-core", "keys", $"{name}.pem");
        Directory.CreateDirectory(File("folder"));
        Oracle.Run("ln", "-s", "/nowhere", File("dangling")).MustSucceed();
        Oracle.Run("mkfifo", File("pipe")).MustSucceed();
        Oracle.Run("truncate", "-s", "100M", File("large")).MustSucceed();
        string list = _program.Run("key", "list").MustSucceed();
        Assert.Equal(["(unreadable)", "(unreadable)", "(unreadable)", "(unreadable)"],
            list.Split('\n').Where(line => line.Contains("unreadable", StringComparison.Ordinal)).Select(line => line.Split("  ")[^1].Trim()));
        Assert.Contains("mine ", list, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_that_others_may_read_is_warned_of()
    {
        Import("mine");
        string file = _temp.File("data", "jetson-core", "keys", "mine.pem");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        _temp.Write("model.json", ModelJson);
        Assert.Empty(_program.Run("sign", "-k", "mine", "model.json").Error);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.GroupRead);
        OracleResult result = _program.Run("sign", "-k", "mine", "model.json");
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("mine.pem: warning[JC9143]", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("fsync:error=EIO:when=1")]
    [InlineData("fsync:error=EIO:when=2")]
    [InlineData("renameat2:error=EIO:when=1")]
    public void A_key_that_cannot_be_made_durable_is_not_made(string fault)
    {
        (OracleResult result, bool happened) =
            _program.RunWithFault(fault, "key", "import", KeyPath("signing.pem"), "--name", "mine");
        Assert.True(happened);
        Assert.Equal(3, result.ExitCode);
        Assert.Contains("JC9101", result.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_temp.File("data", "jetson-core", "keys")));
    }

    [Fact]
    public void The_same_headers_and_time_give_the_same_bytes_from_file_and_pipe()
    {
        Import("mine");
        byte[] fromFile = _program.Run("sign", "-k", "mine", _temp.Write("model.json", ModelJson)).OutputBytes;
        byte[] fromPipe = _program.RunWithInput(Encoding.UTF8.GetBytes(ModelJson), "sign", "-k", "mine").OutputBytes;
        Assert.NotEmpty(fromFile);
        Assert.Equal(fromFile, fromPipe);
    }

    [Fact]
    public void Findings_name_file_line_and_column()
    {
        Import("mine");
        _temp.Write("model.json", ModelJson.Replace("\"core18\"", "18", StringComparison.Ordinal));
        OracleResult run = _program.Run("sign", "-k", "mine", "model.json");
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains("model.json:3:36: error[JC3003]: cannot take the number 18 as a header's value", run.Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Keys_are_listed_and_never_replaced()
    {
        Assert.Equal("NAME  SHA3-384\n", _program.Run("key", "list").MustSucceed());
        string id = Import("my-key");
        Assert.Equal($"NAME    SHA3-384\nmy-key  {id}\n", _program.Run("key", "list").MustSucceed());
        JsonNode json = JsonNode.Parse(_program.Run("key", "list", "--json").MustSucceed())!;
        Assert.Equal(id, (string?)json["keys"]![0]!["id"]);
        OracleResult again = _program.Run("key", "create", "my-key");
        Assert.Equal(3, again.ExitCode);
        Assert.Contains("error[JC3205]", again.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_request_to_register_a_key_satisfies_snapd()
    {
        string id = Import("my-key");
        string request = _program.Run("key", "export", "my-key", "--account", "my-brand").MustSucceed();
        Assert.Contains($"public-key-sha3-384: {id}\n", request, StringComparison.Ordinal);
        Assert.Contains("since: 2019-11-13T15:40:00Z\n", request, StringComparison.Ordinal);
        // snapd checks the signature first and then wants an account, which only the store can add.
        OracleResult judged = SnapdJudge.Run("verify", _temp.Write("roots", ""), _temp.Write("request", request));
        Assert.EndsWith("does not have a matching account assertion\n", judged.Error, StringComparison.Ordinal);
        OracleResult verified = _program.Run("verify", "request");
        Assert.Equal(1, verified.ExitCode);
        Assert.Contains("snap known --remote account account-id=my-brand", verified.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Verify_follows_the_chain_to_a_root_that_is_given()
    {
        string rootId = Import("root", "root.pem"), brandId = Import("brand");
        string Sign(string key, string json) => _program.RunWithInput(Encoding.UTF8.GetBytes(json), "sign", "-k", key).MustSucceed();
        string Account(string account) => Sign("root", $$"""
            { "type": "account", "authority-id": "root", "account-id": "{{account}}", "username": "{{account}}",
              "display-name": "x", "validation": "unproven", "timestamp": "2019-01-01T00:00:00Z" }
            """);
        string Key(string account, string key, string id) => Sign("root", new JsonObject
        {
            ["type"] = "account-key",
            ["authority-id"] = "root",
            ["account-id"] = account,
            ["name"] = "default",
            ["public-key-sha3-384"] = id,
            ["since"] = "2019-01-01T00:00:00Z",
            ["body"] = _program.Run("key", "export", key).MustSucceed().TrimEnd(),
        }.ToJsonString());
        string root = _temp.Write("root", $"{Account("root")}\n{Key("root", "root", rootId)}");
        string chain = _temp.Write("chain",
            $"{Account("my-brand")}\n{Key("my-brand", "brand", brandId)}\n{Sign("brand", ModelJson)}");
        SnapdJudge.Run("verify", root, chain).MustSucceed();

        OracleResult trusted = _program.Run("verify", "--trust", root, chain);
        Assert.Contains("trusted: model \"16/my-brand/jetson-tx1\"\n", trusted.MustSucceed(), StringComparison.Ordinal);
        Assert.Contains("trusted to begin with: Canonical's production root and", trusted.Error, StringComparison.Ordinal);
        OracleResult untrusted = _program.Run("verify", chain);
        Assert.Equal(1, untrusted.ExitCode);
        Assert.Contains("error[JC3404]: cannot trust model", untrusted.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_assertion_is_named_with_its_file()
    {
        _temp.Write("nonsense", "Hello");
        OracleResult run = _program.Run("verify", "nonsense");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("nonsense: error[JC3011]: cannot read the assertion at offset 0", run.Error, StringComparison.Ordinal);
    }
}
