// What is read besides the store's answers: credentials, lists of revisions, locks, addresses, folders.
using System.Text;
using JetsonCore.Diagnostics;
using JetsonCore.Store;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Tests.Store;

public sealed class StoreFormTests : IDisposable
{
    // Made, and bound, by gopkg.in/macaroon.v1, which snapd uses.
    private const string Root = "MDAxOGxvY2F0aW9uIHN0b3JlLnRlc3QKMDAxN2lkZW50aWZpZXIgcm9vdCBpZAowMDEyY2lkIGlzID0gZ29vZAowMDJmc2lnbmF0dXJlIMOrrgo-"
        + "JDnpRbdWQ8Gp4lvtggUmuanQTCvpGxd5GqNcCg";

    private const string Discharge = "MDAxOGxvY2F0aW9uIGxvZ2luLnRlc3QKMDAxY2lkZW50aWZpZXIgZGlzY2hhcmdlIGlkCjAwMmZzaWduYXR1cmUgt8EwSO7jjkhLY-ayKtSXWmaJ2lF_"
        + "hQzujW605BLOXDIK";

    private const string Bound = "MDAxOGxvY2F0aW9uIGxvZ2luLnRlc3QKMDAxY2lkZW50aWZpZXIgZGlzY2hhcmdlIGlkCjAwMmZzaWduYXR1cmUgRK2ql7fAXT79hNwPTll7n-46RHY1nj4W"
        + "p4lfZGWOGAwK";

    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    public static TheoryData<string> Exports =>
    [
        $$"""{"macaroon": "{{Root}}", "discharges": ["{{Discharge}}"]}""",
        Encoded($$"""{"r": "{{Root}}", "d": "{{Discharge}}"}"""),
        Encoded($$$"""{"t": "u1-macaroon", "v": {"r": "{{{Root}}}", "d": "{{{Discharge}}}"}}"""),
        $"[login.ubuntu.com]\nmacaroon = {Root}\nunbound_discharge = {Discharge}\nemail = me@example.com\n\n",
    ];

    [Theory]
    [MemberData(nameof(Exports))]
    public void Credentials_are_sent_as_snapd_sends_them(string text) => Assert.Equal(
        $"Macaroon root=\"{Root}\", discharge=\"{Bound}\"", StoreCredentials.Authorization(text, "auth"));

    [Theory]
    [InlineData("""{"t": "macaroon", "v": "abc"}""", "Macaroon abc")]
    [InlineData("""{"t": "bearer", "v": "abc"}""", "Bearer abc")]
    public void Simple_credentials_are_sent_as_they_are(string json, string header) =>
        Assert.Equal(header, StoreCredentials.Authorization(Encoded(json), "auth"));

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("[login.ubuntu.com]\nmacaroon = secret\n")]
    [InlineData("secret")]
    [InlineData("c2VjcmV0")]
    [InlineData("""{"macaroon": "secret", "discharges": ["secret"]}""")]
    [InlineData("""{"macaroon": "secret", "discharges": []}""")]
    [InlineData("eyJ0IjogImJlYXJlciIsICJ2IjogImFcbmIifQ==")]         // a line break in a header
    public void Other_credentials_are_refused_without_being_shown(string text)
    {
        UserErrorException failure = Assert.Throws<UserErrorException>(() => StoreCredentials.Authorization(text, "auth"));
        Assert.Equal("JC4307", failure.Diagnostic.Rule.Code);
        Assert.DoesNotContain("secret", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Variables_of_snapd_choose_the_store()
    {
        var variables = new Dictionary<string, string>
        {
            ["SNAPPY_FORCE_API_URL"] = "http://one.test",
            ["SNAPPY_FORCE_SAS_URL"] = "http://two.test/",
            ["UBUNTU_STORE_ID"] = "my-store",
            ["UBUNTU_STORE_ARCH"] = "armhf",
            ["UBUNTU_STORE_COHORT_KEY"] = "cohort",
            ["UBUNTU_STORE_AUTH"] = Encoded("""{"t": "bearer", "v": "abc"}"""),
        };
        StoreSettings settings = StoreSettings.Of(new(), null, null, variables.GetValueOrDefault);
        Assert.Equal(("http://one.test/", "http://two.test/"), (settings.Api.ToString(), settings.Assertions.ToString()));
        Assert.Equal(("my-store", "armhf", "cohort", "Bearer abc"),
            (settings.StoreId, settings.Architecture, settings.Cohort, settings.Authorization));
        StoreSettings given = StoreSettings.Of(
            new() { Url = "https://three.test/api", Architecture = "arm64" }, "amd64", "of-model", variables.GetValueOrDefault);
        Assert.Equal(("https://three.test/api/", "https://three.test/api/"), (given.Api.ToString(), given.Assertions.ToString()));
        Assert.Equal(("of-model", "arm64"), (given.StoreId, given.Architecture));
        Assert.Equal("https://api.snapcraft.io/", StoreSettings.Of(new(), null, null, _ => null).Api.ToString());
    }

    [Theory]
    [InlineData("ftp://one.test")]
    [InlineData("one.test")]
    [InlineData("https://me:secret@one.test/")]
    public void Other_addresses_are_refused(string address)
    {
        UserErrorException failure = Assert.Throws<UserErrorException>(
            () => StoreSettings.Of(new() { Url = address }, null, null, _ => null));
        Assert.Equal("JC4308", failure.Diagnostic.Rule.Code);
    }

    [Fact]
    public void A_list_of_revisions_is_read_and_written()
    {
        var diagnostics = new DiagnosticBag();
        RevisionList list = RevisionList.Read("# mine\n\nsnapd 12\r\n  core18\t2829\nmy-gadget x1\n"u8, diagnostics);
        Assert.Empty(diagnostics.Items);
        Assert.Equal("core18 2829\nmy-gadget x1\nsnapd 12\n", list.Text);
        Assert.Equal((2829L, null, null), (list.Find("core18"), list.Find("my-gadget"), list.Find("other")));
    }

    [Theory]
    [InlineData("core18")]
    [InlineData("core18 0")]
    [InlineData("core18 x")]
    [InlineData("core18 1 2")]
    [InlineData("Core18 1")]
    [InlineData("core18 1\ncore18 1")]
    [InlineData("my-brand/my-set=0")]
    [InlineData("my-brand/my-set=3 4")]
    [InlineData("my-brand/my-set")]
    [InlineData("my-brand/My_Set 3")]
    [InlineData("my-brand/my-set=3\nmy-brand/my-set 4")]
    public void Other_lines_are_refused(string text)
    {
        var diagnostics = new DiagnosticBag();
        RevisionList.Read(Encoding.UTF8.GetBytes(text), diagnostics);
        Assert.Equal("JC4311", Assert.Single(diagnostics.Items).Rule.Code);
    }

    [Fact]
    public void A_folder_tells_which_file_is_meant()
    {
        foreach (string name in (string[])["app_1.snap", "app_12.snap", "app-two_3.snap", "base_9.snap", "seed.snap"])
            _temp.Write(name, name);
        var diagnostics = new DiagnosticBag();
        var folder = StoreFolder.Open(_temp.Path, diagnostics);
        Assert.Equal(_temp.File("base_9.snap"), folder.Find("base", null, diagnostics));
        Assert.Equal(_temp.File("app_12.snap"), folder.Find("app", 12, diagnostics));
        Assert.Equal(_temp.File("app-two_3.snap"), folder.Find("app-two", null, diagnostics));
        Assert.Empty(diagnostics.Items);
        Assert.Null(folder.Find("app", null, diagnostics));
        Assert.Null(folder.Find("base", 8, diagnostics));
        Assert.Null(folder.Find("none", null, diagnostics));
        Assert.Equal(["JC4315", "JC4315", "JC4315"], diagnostics.Items.Select(item => item.Rule.Code));
        _temp.Write("seed.manifest", "app 1\n");
        Assert.Equal(_temp.File("app_1.snap"), StoreFolder.Open(_temp.Path, diagnostics).Find("app", null, diagnostics));
    }

    [Fact]
    public void Damaged_locks_are_refused()
    {
        byte[] sound = Encoding.UTF8.GetBytes($$"""
            {"schema": "jetson-core/lock", "version": 1, "model": "a/b",
             "snaps": [{"name": "app", "revision": "7", "channel": "stable", "snapId": "{{new string('a', 32)}}",
                        "sha3-384": "{{new string('A', 64)}}", "sizeBytes": 10}], "assertions": []}
            """);
        Assert.NotNull(SnapLock.Read(sound, new DiagnosticBag()));
        string text = Encoding.UTF8.GetString(sound);
        foreach ((string from, string to) in ((string, string)[])[("/lock", "/manifest"), ("1,", "2,"), ("\"app\"", "\"../app\""),
            ("\"7\"", "\"x1\""), ("stable", "a/b/c/d"), ("AAAA", "%"), ("10}", "-1}"), ("[{", "[null, {"), ("[]", "[null]"),
            ("[]", "[{\"id\": \"account \\\"x\\\"\", \"revision\": 1, \"text\": \"no\"}]")])
        {
            var diagnostics = new DiagnosticBag();
            Assert.Null(SnapLock.Read(Encoding.UTF8.GetBytes(text.Replace(from, to, StringComparison.Ordinal)), diagnostics));
            Assert.Equal("JC4312", Assert.Single(diagnostics.Items).Rule.Code);
        }
        DamageTrial.Run(300, round => SnapLock.Read(Mutations.Mutate(sound, new SeededRandom((ulong)round)), new DiagnosticBag()));
    }

    private static string Encoded(string json) => Convert.ToBase64String(Encoding.UTF8.GetBytes(json));
}
