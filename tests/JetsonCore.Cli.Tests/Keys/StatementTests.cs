// What `sign` takes: JSON and YAML, a template filled in; what it adds: the time, the chain.
using System.Text;
using System.Text.Json.Nodes;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Cli.Tests.Keys;

public sealed class StatementTests : IDisposable
{
    private const string Yaml = """
        # a device
        type: model
        series: 16
        authority-id: my-brand
        brand-id: my-brand
        model: jetson-tx1
        revision: 7
        display-name: "Größe: 1\nzwei"
        architecture: arm64
        base: core18
        gadget: jetson-tx1=18
        kernel: jetson-tx1-kernel
        required-snaps: [hello, on]
        timestamp: 2019-11-13T15:40:00+00:00
        """;

    private const string Json = """
        { "type": "model", "series": "16", "authority-id": "my-brand", "brand-id": "my-brand", "model": "jetson-tx1",
          "revision": "7", "display-name": "Größe: 1\nzwei", "architecture": "arm64", "base": "core18",
          "gadget": "jetson-tx1=18", "kernel": "jetson-tx1-kernel", "required-snaps": ["hello", "on"],
          "timestamp": "2019-11-13T15:40:00+00:00" }
        """;

    private readonly TempFolder _temp = new();
    private readonly ProgramProcess _program;

    public StatementTests()
    {
        _program = new(
            new Dictionary<string, string>
            {
                ["XDG_DATA_HOME"] = _temp.File("data"),
                ["SNAP_GNUPG_HOME"] = _temp.File("none"),
                ["SOURCE_DATE_EPOCH"] = "1573659600",
            },
            _temp.Path);
        Import("brand", "signing.pem");
    }

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void What_is_signed_and_what_is_not_are_told_apart()
    {
        string signed = _temp.Write("signed.model", Sign("brand", Yaml).MustSucceed());
        Assert.Contains("error[JC3002]: cannot sign it: it is an assertion, signed already",
            _program.Run("sign", "-k", "brand", signed).MustFail(1), StringComparison.Ordinal);
        foreach ((string text, string why) in ((string, string)[])
            [
                (Yaml, "headers that nobody has signed"), (Json, "headers that nobody has signed"),
                ("\uFEFF" + File.ReadAllText(signed), "a byte order mark"), ("\n" + File.ReadAllText(signed), "an empty line"),
                (File.ReadAllText(signed).Replace("\n", "\r\n", StringComparison.Ordinal), "its lines end with \\r\\n"),
                (File.ReadAllText(signed) + "\n\n", "only empty lines follow"),
            ])
        {
            string path = _temp.Write("other.model", text);
            Assert.Contains(why, _program.Run("verify", path).MustFail(1), StringComparison.Ordinal);
            if (!text.StartsWith('{') && !text.StartsWith('#'))
                Assert.Contains(why, _program.Run("inspect", path).MustFail(1), StringComparison.Ordinal);
        }
        string unordered = _temp.Write("unordered.model", "series: 16\ntype: model\n" + File.ReadAllText(signed)
            .Replace("type: model\n", "", StringComparison.Ordinal).Replace("series: 16\n", "", StringComparison.Ordinal));
        Assert.Contains("unordered.model: assertions", _program.Run("inspect", unordered).MustSucceed(), StringComparison.Ordinal);
    }

    [Fact]
    public void Yaml_and_json_give_the_same_bytes()
    {
        string signed = Sign("brand", Json).MustSucceed();
        Assert.Equal(signed, Sign("brand", Yaml).MustSucceed());
        SnapdJudge.Run("decode", _temp.Write("signed", signed)).MustSucceed();
    }

    [Theory]
    [InlineData("series: 16", "series:", ":3:8: error[JC3003]: cannot sign: \"series\" has no value")]
    [InlineData("series: 16", "series: ~", ":3:9: error[JC3003]")]
    [InlineData("series: 16", "series: !!int 16", "error[JC3003]: cannot take !!int into \"series\"")]
    [InlineData("series: 16", "Series: 16", ":3:1: error[JC3004]: cannot use \"Series\" as a header's name")]
    [InlineData("series: 16", "series: 16\nseries: 16", ":4:1: error[JC3004]: cannot take \"series\": it is there twice")]
    [InlineData("series: 16", "series: [16", "error[JC3002]")]
    [InlineData("series: 16", "<<: {series: 16}", ":3:1: error[JC3004]")]
    [InlineData("model: jetson-tx1", "model: &x jetson-tx1\nstore: *x", ":7:8: error[JC3003]: cannot take an alias")]
    [InlineData("series: 16", "series: 18", ":3:9: error[JC3110]")]
    [InlineData("kernel: jetson-tx1-kernel\n", "", ":2:1: error[JC3006]: cannot do without \"kernel\"")]
    [InlineData("2019-11-13T15:40:00+00:00", "2019-11-13", ":14:12: error[JC3009]")]
    [InlineData("timestamp", "\n---\ntimestamp", "error[JC3002]: cannot sign two statements at once")]
    public void A_refusal_names_line_and_column_before_any_key(string part, string instead, string finding)
    {
        Assert.Contains(part, Yaml, StringComparison.Ordinal);
        _temp.Write("model.yaml", Yaml.Replace(part, instead, StringComparison.Ordinal));
        OracleResult refused = _program.Run("sign", "-k", "no-such-key", "model.yaml");
        Assert.Contains(finding, refused.MustFail(1), StringComparison.Ordinal);
        Assert.Contains("model.yaml:", refused.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("no-such-key", refused.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("just text")]
    [InlineData("- a\n- list\n")]
    [InlineData("")]
    public void What_is_no_map_is_no_statement(string text) =>
        Assert.Contains("error[JC3002]", Sign("brand", text).MustFail(1), StringComparison.Ordinal);

    [Theory]
    [InlineData("uc16")]
    [InlineData("uc18")]
    [InlineData("uc20")]
    [InlineData("uc24")]
    [InlineData("core26")]
    [InlineData("classic")]
    public void A_template_is_signed_once_it_is_filled_in(string system)
    {
        string template = _program.Run("model", "init", "--as", system).MustSucceed();
        Assert.Equal(template, _program.Run("model", "init", "--as", system).MustSucceed());
        OracleResult refused = Sign("brand", template, "--update-timestamp");
        string error = refused.MustFail(1);
        foreach (string header in (string[])["authority-id", "brand-id", "model"])
            Assert.Contains($"cannot sign: \"{header}\" has no value", error, StringComparison.Ordinal);
        Assert.Equal(3, error.Split("error[").Length - 1);

        string filled = template.Replace("\nauthority-id:\n", "\nauthority-id: my-brand\n", StringComparison.Ordinal)
            .Replace("\nbrand-id:\n", "\nbrand-id: my-brand\n", StringComparison.Ordinal)
            .Replace("\nmodel:\n", "\nmodel: my-device\n", StringComparison.Ordinal);
        string signed = Sign("brand", filled, "--update-timestamp").MustSucceed();
        Assert.Equal(system == "uc18", signed.Contains("\nbase: core18\n", StringComparison.Ordinal));
        Assert.Contains("\ntimestamp: 2019-11-13T15:40:00Z\n", signed, StringComparison.Ordinal);
        SnapdJudge.Run("decode", _temp.Write("signed", signed)).MustSucceed();

        // All that may be said, said.
        string whole = string.Join('\n', filled.Split('\n').Select(line =>
            line.StartsWith("# ", StringComparison.Ordinal) && line.Split(':') is [var name, ..] && IsHeader(name[2..])
                || line.StartsWith("#   - ", StringComparison.Ordinal) ? line[2..] : line));
        signed = Sign("brand", whole).MustSucceed();
        SnapdJudge.Run("decode", _temp.Write("signed", signed)).MustSucceed();
        foreach (string header in (string[])["display-name", system is "uc16" or "uc18" ? "required-snaps" : "storage-safety", "store", "serial-authority",
            "system-user-authority", "timestamp", "revision"])
        {
            Assert.Contains($"\n{header}:", signed, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_time_is_set_where_the_type_has_one()
    {
        Assert.Contains("\ntimestamp: 2019-11-13T15:40:00Z\n", Sign("brand", Json.Replace("2019", "2001",
            StringComparison.Ordinal), "--update-timestamp").MustSucceed(), StringComparison.Ordinal);
        OracleResult refused = Sign("brand", """
            { "type": "system-user", "authority-id": "my-brand", "brand-id": "my-brand", "email": "a@b.c", "series": ["16"],
              "username": "me", "ssh-keys": ["x"], "since": "2019-11-13T15:40:00Z", "until": "2019-12-13T15:40:00Z" }
            """, "--update-timestamp");
        Assert.Contains("<stdin>:1:11: error[JC3009]: cannot update the timestamp", refused.MustFail(1), StringComparison.Ordinal);
    }

    [Fact]
    public void The_chain_is_the_signers_key_and_account()
    {
        Import("root", "root.pem");
        string rootKey = AccountKey("root", "root"), brandKey = AccountKey("my-brand", "brand");
        string root = _temp.Write("root", $"{Account("root")}\n{rootKey}");
        _temp.Write("brand", $"{Account("my-brand")}\n{brandKey}");
        string signed = Sign("brand", Json).MustSucceed();
        string chain = Sign("brand", Json, "--chain", "--assertion", "brand", "--assertion", "root").MustSucceed();
        Assert.Equal($"{signed}\n{brandKey}\n{Account("my-brand")}", chain);
        _program.Run("verify", "--trust", root, _temp.Write("chain", chain)).MustSucceed();
        Assert.Equal("ok\n", SnapdJudge.Run("commit", root, _temp.File("chain")).MustSucceed());

        OracleResult refused = Sign("brand", Json, "--chain", "--assertion", "root");
        Assert.Contains("error[JC3414]: cannot write the chain: there is no account-key", refused.MustFail(1),
            StringComparison.Ordinal);
        Assert.Contains("snap known --remote account-key public-key-sha3-384=", refused.Error, StringComparison.Ordinal);
        Assert.Contains("snap known --remote account account-id=my-brand", refused.Error, StringComparison.Ordinal);
        Assert.Empty(refused.Output);
        refused = Sign("root", Json, "--chain", "--assertion", "brand", "--assertion", "root");
        Assert.Contains("the authority is \"my-brand\", the key belongs to \"root\"", refused.MustFail(1),
            StringComparison.Ordinal);
        Sign("brand", Json, "--assertion", "brand").MustFail(2);
    }

    [Theory]
    [InlineData("2019-12-31T23:59:59Z", true)]
    [InlineData("2020-01-01T00:00:00Z", false)]
    [InlineData("2018-12-31T23:59:59Z", false)]
    public void A_key_signs_nothing_at_a_time_that_is_not_its_own(string at, bool isTrusted)
    {
        Import("root", "root.pem");
        string root = _temp.Write("root", $"{Account("root")}\n{AccountKey("root", "root")}");
        string chain = _temp.Write("chain", string.Join('\n', Sign("brand", Json).MustSucceed(),
            AccountKey("my-brand", "brand", until: "2020-01-01T00:00:00Z"), Account("my-brand")));
        _program.Run("verify", "--trust", root, chain).MustSucceed();
        OracleResult result = _program.Run("verify", "--trust", root, "--at", at, chain);
        Assert.Equal(isTrusted ? 0 : 1, result.ExitCode);
        Assert.Equal(!isTrusted, result.Error.Contains("error[JC3405]", StringComparison.Ordinal));
    }

    [Fact]
    public void A_request_says_until_when()
    {
        string request = _program.Run(
            "key", "register-request", "brand", "--account", "my-brand", "--until", "2030-01-01T00:00:00Z").MustSucceed();
        Assert.Contains("\nuntil: 2030-01-01T00:00:00Z\n", request, StringComparison.Ordinal);
        SnapdJudge.Run("decode", _temp.Write("request", request)).MustSucceed();
        Assert.Contains("error[JC", _program.Run("key", "register-request", "brand", "--account", "my-brand",
            "--until", "2001-01-01T00:00:00Z").MustFail(1), StringComparison.Ordinal);
    }

    private static bool IsHeader(string name) => name is "display-name" or "storage-safety" or "required-snaps" or "store" or "serial-authority"
        or "system-user-authority" or "timestamp" or "revision";

    private void Import(string name, string file) =>
        _program.Run("key", "import", Repository.PathOf("tests", "keys", file), "--name", name).MustSucceed();

    private OracleResult Sign(string key, string statement, params string[] more) =>
        _program.RunWithInput(Encoding.UTF8.GetBytes(statement), ["sign", "-k", key, .. more]);

    private string Account(string account) => Sign("root", $$"""
        { "type": "account", "authority-id": "root", "account-id": "{{account}}", "username": "{{account}}",
          "display-name": "x", "validation": "unproven", "timestamp": "2019-01-01T00:00:00Z" }
        """).MustSucceed();

    private string AccountKey(string account, string key, string? until = null)
    {
        string body = _program.Run("key", "export", key).MustSucceed().TrimEnd();
        string id = _program.Run("key", "list").MustSucceed().Split('\n')
            .First(line => line.StartsWith($"{key} ", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
        var headers = new JsonObject
        {
            ["type"] = "account-key",
            ["authority-id"] = "root",
            ["account-id"] = account,
            ["name"] = "default",
            ["public-key-sha3-384"] = id,
            ["since"] = "2019-01-01T00:00:00Z",
            ["body"] = body,
        };
        if (until is not null)
            headers["until"] = until;
        return Sign("root", headers.ToJsonString()).MustSucceed();
    }
}
