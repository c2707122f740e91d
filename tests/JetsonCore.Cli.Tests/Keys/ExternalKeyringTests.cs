// SNAPD_EXT_KEYMGR: a key manager made of openssl, asked by snap and by us.
using System.Text;
using JetsonCore.Formats.OpenPgp;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Cli.Tests.Keys;

public sealed class ExternalKeyringTests : IDisposable
{
    private const string Model = """
        { "type": "model", "series": "16", "authority-id": "my-brand", "brand-id": "my-brand", "model": "jetson-tx1",
          "architecture": "arm64", "gadget": "jetson-tx1", "kernel": "jetson-tx1-kernel",
          "timestamp": "2019-11-13T15:40:00+00:00" }
        """;

    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void A_key_manager_lists_and_signs_as_for_snap()
    {
        Dictionary<string, string> environment = Environment(WriteManager());
        var program = new ProgramProcess(environment, _temp.Path);
        string[] ids = [.. Ids(program.Run("key", "list").MustSucceed())];
        Assert.Equal(Ids(Snap(environment, "keys").MustSucceed()), ids);
        Assert.Equal(2, ids.Length);

        string model = _temp.Write("model.json", Model);
        string expected = Snap(environment, "sign", "-k", "token", model).MustSucceed();
        // snap signs at its own time: ours at the same one gives the same bytes.
        OpenPgpSignature made = OpenPgpSignature.Read(
            OpenPgpEnvelope.Decode(Encoding.ASCII.GetBytes(expected.Split("\n\n")[^1])));
        environment["SOURCE_DATE_EPOCH"] = $"{made.CreatedUnixSeconds}";
        Assert.Equal(expected, new ProgramProcess(environment, _temp.Path).Run("sign", "-k", "token", model).MustSucceed());
    }

    [Theory]
    [InlineData("RSA-PKCS", "RSA-PSS", "its \"signing\" have no RSA-PKCS")]
    [InlineData("\"DER\"", "\"PEM\"", "its \"public-keys\" have no DER")]
    [InlineData("outform DER", "outform PEM", "no RSA key in DER")]
    [InlineData("{\"key-names\"", "{\"key-names", "its answer to \"key-names\"")]
    [InlineData("openssl rsautl", "exit 7; openssl rsautl", "ended with 7")]
    [InlineData("openssl rsautl", "cat /dev/zero; openssl rsautl", "answered more than 16777216 bytes")]
    [InlineData("-sign -inkey \"$key\"", "-sign -inkey \"$folder/other.pem\"", "it does not fit the content")]
    public void A_key_manager_that_does_not_do_its_part_is_refused(string part, string instead, string why)
    {
        Dictionary<string, string> environment = Environment(WriteManager(part, instead));
        OracleResult result = new ProgramProcess(environment, _temp.Path)
            .RunWithInput(SnapKeyringTests.Bytes(Model), "sign", "-k", "snap:token");
        Assert.Contains(why, result.MustFail(3), StringComparison.Ordinal);
        Assert.Contains("error[JC3410]", result.Error, StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }

    [Fact]
    public void Its_keys_are_not_deleted_here()
    {
        OracleResult result = new ProgramProcess(Environment(WriteManager()), _temp.Path)
            .Run("key", "delete", "--force", "snap:token");
        Assert.Contains("error[JC3415]", result.MustFail(3), StringComparison.Ordinal);
    }

    private static IEnumerable<string> Ids(string table) =>
        table.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1)
            .Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(2)));

    private static OracleResult Snap(Dictionary<string, string> environment, params string[] arguments) =>
        Oracle.Run(new OracleCall("snap") { Arguments = arguments, Environment = environment });

    private Dictionary<string, string> Environment(string manager) => new()
    {
        ["XDG_DATA_HOME"] = _temp.File("data"),
        ["SNAPD_EXT_KEYMGR"] = manager,
    };

    private string WriteManager(string part = "", string instead = "")
    {
        File.Copy(Repository.PathOf("tests", "keys", "signing.pem"), _temp.File("token.pem"));
        File.Copy(Repository.PathOf("tests", "keys", "root.pem"), _temp.File("other.pem"));
        string text = $$"""
            #!/bin/sh
            folder={{_temp.Path}}
            case $1 in
              features) echo '{"signing": ["RSA-PKCS"], "public-keys": ["DER"]}'; exit ;;
              key-names) echo '{"key-names": ["token", "other"]}'; exit ;;
            esac
            [ "$4" = -k ] || [ "$4" = DER ] || exit 9
            for key; do :; done
            key=$folder/$key.pem
            case $1 in
              get-public-key) [ "$2 $3" = "-f DER" ] && openssl pkey -in "$key" -pubout -outform DER ;;
              sign) [ "$2 $3" = "-m RSA-PKCS" ] && openssl rsautl -sign -inkey "$key" ;;
            esac
            """;
        string path = _temp.Write("manager", (part is "" ? text : text.Replace(part, instead, StringComparison.Ordinal)) + "\n");
        Assert.True(part is "" || text.Contains(part, StringComparison.Ordinal));
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        return path;
    }
}
