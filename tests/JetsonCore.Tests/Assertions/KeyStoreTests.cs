// Key files: what goes in comes out, modes, passphrases, nothing is overwritten.
using JetsonCore.Assertions;
using JetsonCore.Assertions.Keys;
using JetsonCore.Diagnostics;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Tests.Assertions;

public class KeyStoreTests
{
    private const string Passphrase = "correct horse";

    [Fact]
    public void A_key_is_kept_for_its_owner_and_never_overwritten()
    {
        using var temp = new TempFolder();
        var store = new KeyStore(temp.File("keys"));
        Assert.Empty(store.List());
        using AssertionKey key = TestChain.LoadKey("signing.pem");
        store.Save("my-key", key, passphrase: null);
        Assert.Equal("600", Mode(temp.File("keys", "my-key.pem")));
        Assert.Equal("700", Mode(temp.File("keys")));
        Assert.Equal([new KeyStore.Entry("my-key", key.Id, IsEncrypted: false)], store.List());
        var failure = Assert.Throws<UserErrorException>(() => store.Save("my-key", key, passphrase: null));
        Assert.Equal("JC3205", failure.Diagnostic.Rule.Code);
        using AssertionKey loaded = store.Load("my-key", () => null, new DiagnosticBag());
        Assert.Equal(key.Id, loaded.Id);
    }

    [Fact]
    public void A_passphrase_is_needed_to_sign_but_not_to_list()
    {
        using var temp = new TempFolder();
        var store = new KeyStore(temp.Path);
        using AssertionKey key = TestChain.LoadKey("signing.pem");
        store.Save("secret", key, Passphrase);
        Assert.Equal([new KeyStore.Entry("secret", key.Id, IsEncrypted: true)], store.List());
        Assert.Equal("JC3203", Assert.Throws<UserErrorException>(() => store.Load("secret", () => null, new DiagnosticBag())).Diagnostic.Rule.Code);
        Assert.Equal("JC3203", Assert.Throws<UserErrorException>(() => store.Load("secret", () => "wrong", new DiagnosticBag())).Diagnostic.Rule.Code);
        using AssertionKey loaded = store.Load("secret", () => Passphrase, new DiagnosticBag());
        Assert.Equal(key.Id, loaded.Id);
    }

    [Fact]
    public void Openssl_reads_our_keys_and_we_read_its()
    {
        using var temp = new TempFolder();
        var store = new KeyStore(temp.Path);
        using AssertionKey key = TestChain.LoadKey("signing.pem");
        store.Save("secret", key, Passphrase);
        Oracle.Run("openssl", "pkey", "-in", temp.File("secret.pem"), "-passin", $"pass:{Passphrase}",
            "-out", temp.File("plain.pem")).MustSucceed();
        using AssertionKey plain = KeyFile.Read(File.ReadAllText(temp.File("plain.pem")), null, "plain.pem");
        Assert.Equal(key.Id, plain.Id);
        Oracle.Run("openssl", "pkcs8", "-topk8", "-in", temp.File("plain.pem"), "-passout", $"pass:{Passphrase}",
            "-out", temp.File("other.pem")).MustSucceed();
        using AssertionKey other = KeyFile.Read(File.ReadAllText(temp.File("other.pem")), Passphrase, "other.pem");
        Assert.Equal(key.Id, other.Id);
    }

    [Fact]
    public void The_id_is_the_one_that_snapd_gives()
    {
        using AssertionKey key = TestChain.LoadKey("signing.pem");
        string judged = SnapdJudge.Run("key", TestChain.KeyPath("signing.pem")).MustSucceed();
        Assert.Equal($"{key.Id}\n{key.EncodedPublicKey}\n", judged);
    }

    [Theory]
    [InlineData("short.pem", "JC3202")]
    [InlineData("README.md", "JC3201")]
    public void What_cannot_sign_is_refused(string file, string code) =>
        Assert.Equal(code, Assert.Throws<UserErrorException>(() => TestChain.LoadKey(file)).Diagnostic.Rule.Code);

    [Theory]
    [InlineData("../key")]
    [InlineData("")]
    [InlineData("Key")]
    [InlineData("a b")]
    public void Names_stay_inside_the_folder(string name)
    {
        using var temp = new TempFolder();
        var failure = Assert.Throws<UserErrorException>(() => new KeyStore(temp.Path).Create(name, null));
        Assert.Equal("JC3204", failure.Diagnostic.Rule.Code);
    }

    [Fact]
    public void A_missing_key_names_those_that_are_there()
    {
        using var temp = new TempFolder();
        var store = new KeyStore(temp.Path);
        Assert.Contains("key create", Missing(store).Hint, StringComparison.Ordinal);
        using AssertionKey key = TestChain.LoadKey("signing.pem");
        store.Save("other", key, null);
        Assert.Equal("there are \"other\"", Missing(store).Hint);
    }

    [Fact]
    public void A_key_that_gpg_exports_is_taken_in_with_its_passphrase()
    {
        using var home = new TempFolder();
        try
        {
            Gpg("--quick-gen-key", "test", "rsa4096", "sign", "never").MustSucceed();
            string text = Gpg("--armor", "--export-secret-keys", "test").MustSucceed();
            using AssertionKey key = KeyFile.Read(text, Passphrase, "my-key.asc");
            Assert.Equal(64, key.Id.Length);
            Assert.Equal("JC3203", Refusal(text, null));
            Assert.Equal("JC3201", Refusal(text, "wrong"));
            Assert.Equal("JC3201", Refusal(text[..500], Passphrase));
        }
        finally
        {
            Oracle.Run("gpgconf", "--homedir", home.Path, "--kill", "all");
        }

        OracleResult Gpg(params string[] arguments) => Oracle.Run("gpg",
            ["--homedir", home.Path, "--batch", "--quiet", "--passphrase", Passphrase, "--pinentry-mode", "loopback",
                .. arguments]);

        static string Refusal(string text, string? passphrase) => Assert.Throws<UserErrorException>(
            () => KeyFile.Read(text, passphrase, "my-key.asc")).Diagnostic.Rule.Code;
    }

    private static Diagnostic Missing(KeyStore store) =>
        Assert.Throws<UserErrorException>(() => store.Load("my-key", () => null, new DiagnosticBag())).Diagnostic;

    private static string Mode(string path) => Oracle.Run("stat", "-c", "%a", path).MustSucceed().Trim();
}
