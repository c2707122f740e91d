// `fetch`, and builds of names: from the store, from a folder, by a lock, without network; killed runs, full disks, two
// runs at a time, proxies.
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Cli.Tests.Build;

public sealed class StoreBuildTests(StoreDevice device) : IClassFixture<StoreDevice>
{
    private static readonly string[] Named =
        ["--gadget", "tiny", "--kernel", "tiny-kernel=stable", "--snap", "core18=stable", "--snap", "snapd=stable", "--snap", "app=edge/x"];

    private string[] Store => ["--store-url", device.Server.Url, "--trust", "test-root.assert"];

    private string[] Fetch(string folder, params string[] more) => ["fetch", "--store-dir", folder, .. Store, .. more];

    private string[] Build(string output, params string[] more) =>
        ["build", "--model", "tiny.model", "-O", output, .. Store, .. more];

    private string Sums(string output) => File.ReadAllText(device.File(output, "SHA256SUMS"));

    private string AppPart(string cache)
    {
        string digest = Convert.ToBase64String(System.Security.Cryptography.SHA3_384.HashData(device.Bytes("app.snap")))
            .Replace('+', '-').Replace('/', '_');
        return device.File(cache, "jetson-core", "snaps", $"{digest}.part");
    }

    [Fact]
    public void A_folder_is_filled_once_and_built_from_without_network()
    {
        ProgramProcess program = device.Program("cache1");
        string said = program.Run(Fetch("snaps", "--model", "tiny.model", "app=stable")).MustSucceed();
        Assert.Contains("tiny-kernel 7 stable ", said, StringComparison.Ordinal);
        Assert.Equal("app 7\ncore18 7\nsnapd 7\ntiny 7\ntiny-kernel 7\n", File.ReadAllText(device.File("snaps", "seed.manifest")));
        Assert.Equal(device.Bytes("app.snap"), device.Bytes("snaps", "app_7.snap"));
        int before = device.Server.Count("/cdn/");
        program.Run(Fetch("snaps", "--model", "tiny.model", "app")).MustSucceed();
        Assert.Equal(before, device.Server.Count("/cdn/"));

        string log = device.File("strace.log");
        device.Program("none").RunBehind("strace", ["-f", "-o", log, "-e", "trace=socket,connect"],
            ["build", "--model", "tiny.model", "--trust", "test-root.assert", "--store-dir", "snaps", "--offline", "-O", "out1"]).MustSucceed();
        Assert.DoesNotContain("socket(", File.ReadAllText(log), StringComparison.Ordinal);
        File.AppendAllText(device.File("snaps", "app_7.snap"), "x");
        string changed = program.Run(["build", "--model", "tiny.model", "--trust", "test-root.assert", "--store-dir", "snaps",
            "--snap", "app=stable", "-O", "out3"]).MustFail(1);
        Assert.Contains("error[JC4315]: cannot use it: it is not the file that", changed, StringComparison.Ordinal);
        program.Run(["build", "--model", "tiny.model", "--trust", "test-root.assert", "--gadget", "gadget.snap", "--kernel", "kernel.snap",
            "--snap", "core18.snap", "--snap", "snapd.snap", .. VouchedDevice.Statements, "-O", "out2"]).MustSucceed();
        Assert.Equal(Sums("out2"), Sums("out1"));
        Assert.Equal("core18 7\nsnapd 7\ntiny 7\ntiny-kernel 7\n", File.ReadAllText(device.File("out1", "seed.manifest")));
    }

    [Fact]
    public void A_lock_makes_the_same_bytes_later_or_says_which_revision_is_gone()
    {
        device.Server.Add(new("app", StoreDevice.AppId, 7, device.File("app.snap")) { Channels = ["edge/x"] });
        ProgramProcess program = device.Program("cache2");
        program.Run(Build("locked1", [.. Named, "--lock", "tiny.lock"])).MustSucceed();
        string text = File.ReadAllText(device.File("tiny.lock"));
        Assert.Contains("\"channel\": \"edge/x\"", text, StringComparison.Ordinal);
        // The store has a newer account by now; the lock has the old one.
        byte[] account = device.Bytes("account.assert");
        device.Server.AddAssertion("account/brand", "nonsense"u8.ToArray());
        program.Run(Build("locked2", "--lock", "tiny.lock", "--offline")).MustSucceed();
        device.Program("cache3").Run(Build("locked3", "--lock", "tiny.lock")).MustSucceed();
        device.Server.AddAssertion("account/brand", account);
        Assert.Equal(Sums("locked1"), Sums("locked2"));
        Assert.Equal(Sums("locked1"), Sums("locked3"));
        Assert.Equal(text, File.ReadAllText(device.File("tiny.lock")));

        string offline = device.Program("empty").Run(Build("locked4", "--lock", "tiny.lock", "--offline")).MustFail(3);
        Assert.Contains("error[JC4309]", offline, StringComparison.Ordinal);
        device.Server.Remove("app");
        try
        {
            string gone = device.Program("empty").Run(Build("locked4", "--lock", "tiny.lock")).MustFail(1);
            Assert.Contains("error[JC4314]: cannot build as locked: revision 7 of \"app\" is gone", gone, StringComparison.Ordinal);
        }
        finally
        {
            device.Serve("app", StoreDevice.AppId);
        }
        Assert.False(Directory.Exists(device.File("locked4")));
        string other = program.Run(Build("locked4", "--lock", "tiny.lock", "--snap", "app=stable", "--snap", "other")).MustFail(1);
        Assert.Contains("the lock does not have \"other\"", other, StringComparison.Ordinal);
        Assert.Contains("locked is \"edge/x\"", other, StringComparison.Ordinal);
    }

    [Fact]
    public void A_killed_download_goes_on_and_is_never_taken_for_a_result()
    {
        ProgramProcess program = device.Program("cache4");
        string part = AppPart("cache4");
        (OracleResult _, bool happened) = program.RunWithFaultAt(part, "pwrite64:signal=KILL:when=3", Fetch("killed", "app"));
        Assert.True(happened);
        Assert.False(Directory.Exists(device.File("killed")));
        long came = new FileInfo(part).Length;
        Assert.InRange(came, 1, StoreDevice.AppBytes - 1);
        program.Run(Fetch("killed", "app")).MustSucceed();
        Assert.Equal(2, device.Server.Count($"bytes={came}-"));      // asked of the store, and where it redirects to
        Assert.Equal(device.Bytes("app.snap"), device.Bytes("killed", "app_7.snap"));
        Assert.False(File.Exists(part));
    }

    [Fact]
    public void A_full_disk_is_said_with_amounts()
    {
        string part = AppPart("cache5");
        (OracleResult full, bool happened) = device.Program("cache5").RunWithFaultAt(
            part, "pwrite64:error=ENOSPC:when=3", Fetch("full", "app"));
        Assert.True(happened);
        Assert.Matches("no space left on the disk: [0-9]+ bytes of it were written, [0-9]+ are free", full.MustFail(3));
        string limited = device.Program("cache6").RunBehind(
            "sh", ["-c", "trap '' XFSZ; ulimit -f 500; exec \"$0\" \"$@\""], Fetch("full", "app")).MustFail(3);
        Assert.Contains("ulimit -f", limited, StringComparison.Ordinal);
        Assert.False(Directory.Exists(device.File("full")));
        device.Program("cache6").Run(Fetch("full", "app")).MustSucceed();
    }

    [Fact]
    public void Two_runs_at_once_share_one_cache()
    {
        int before = device.Server.Count($"/cdn/{StoreDevice.AppId}");
        device.Server.Fail(new("/cdn/") { Pause = TimeSpan.FromMilliseconds(50) });
        Parallel.For(0, 2, index => device.Program("cache7").Run(Fetch($"both{index}", "app")).MustSucceed());
        Assert.Equal(device.Bytes("both0", "app_7.snap"), device.Bytes("both1", "app_7.snap"));
        Assert.Equal(before + 1, device.Server.Count($"/cdn/{StoreDevice.AppId}"));
        string[] named = ["--gadget", "tiny", "--kernel", "tiny-kernel", "--snap", "core18=stable", "--snap", "snapd=stable", "--snap", "app=stable"];
        Parallel.For(0, 2, index => device.Program("cache15").Run(Build($"both-out{index}", named)).MustSucceed());
        Assert.Equal(Sums("both-out0"), Sums("both-out1"));
    }

    [Fact]
    [Trait("Runs", "soak")]
    public void A_large_snap_takes_little_memory()
    {
        const long Length = 1200L << 20;
        var block = new byte[1 << 20];
        using (FileStream large = File.Create(device.File("large.snap")))
        {
            for (int index = 0; index < Length / block.Length; index++)
            {
                new Random(index).NextBytes(block);
                large.Write(block);
            }
        }
        device.ServeFile("large", "llllllllllllllllllllllllllllllll");
        device.Program("cache16").RunBehind("/usr/bin/time", ["-f", "%M", "-o", device.File("peak")], Fetch("large-snaps", "large")).MustSucceed();
        Assert.Equal(Length, new FileInfo(device.File("large-snaps", "large_7.snap")).Length);
        int peakKilobytes = int.Parse(File.ReadAllText(device.File("peak")).Trim(), System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(peakKilobytes, 1, 150_000);
    }

    [Fact]
    public void The_folder_of_a_seed_is_made_without_an_image()
    {
        ProgramProcess program = device.Program("cache17");
        device.Sign("classic.model", """
            {"type": "model", "series": "16", "authority-id": "brand", "brand-id": "brand", "model": "desk", "classic": "true",
             "required-snaps": ["app", "core18"], "timestamp": "2019-11-13T15:40:00Z"}
            """);
        string[] Make(string folder, params string[] more) => ["seed", "make", "-O", folder, .. Store, .. more];

        Assert.Contains("JC4106", program.Run(["build", "--model", "classic.model", "-O", "desk", .. Store, "--gadget", "tiny",
            "--kernel", "tiny-kernel", "--snap", "app=stable", "--snap", "core18=stable"]).MustFail(1), StringComparison.Ordinal);
        string lacking = program.Run(Make("desk", "--model", "classic.model")).MustFail(1);
        Assert.Contains("JC4101", lacking, StringComparison.Ordinal);
        Assert.Contains("give --arch NAME", lacking, StringComparison.Ordinal);
        Assert.False(Directory.Exists(device.File("desk")));
        Assert.Equal("app 7\ncore18 7\nsnapd 7\n",
            program.Run(Make("desk", "--model", "classic.model", "--snap", "snapd=stable", "--arch", "arm64")).MustSucceed());
        program.Run("seed", "check", "--trust", "test-root.assert", "desk").MustSucceed();
        Assert.Equal("", SnapdJudge.ValidateSeed(device.File("desk", "seed.yaml")).MustSucceed().Trim());
        Assert.Contains("JC9103", program.Run(Make("desk", "--model", "classic.model", "--snap", "snapd=stable", "--arch", "arm64")).MustFail(2),
            StringComparison.Ordinal);

        program.Run(Make("core", "--model", "tiny.model")).MustSucceed();
        program.Run(Build("core-out", "--gadget", "tiny", "--kernel", "tiny-kernel", "--snap", "core18=stable", "--snap", "snapd=stable")).MustSucceed();
        program.Run("diff", "--ignore", "time", "core", "core-out/tiny.img:writable/system-data/var/lib/snapd/seed").MustSucceed();
    }

    [Fact]
    public void Proxies_come_from_variables()
    {
        ProgramProcess behind = device.Program("cache8", ("http_proxy", device.Server.Url), ("no_proxy", ""));
        behind.Run("fetch", "app", "--store-dir", "proxied", "--store-url", "http://store.test/", "--trust", "test-root.assert").MustSucceed();
        Assert.InRange(device.Server.Count("store.test"), 5, 50);
        ProgramProcess past = device.Program("cache8", ("http_proxy", "http://127.0.0.1:9/"), ("no_proxy", "127.0.0.1"));
        past.Run(Fetch("proxied", "app")).MustSucceed();
        using (StoreServer strict = StoreServer.Start())
        {
            strict.ProxyAuthorization = "Basic bWU6YSBiOmM=";       // me, "a b:c"
            string[] asked = ["fetch", "app", "--store-dir", "none", "--store-url", "http://store.test/", "--trust", "test-root.assert"];
            string ProxyOf(string who) => strict.Url.Replace("://", $"://{who}", StringComparison.Ordinal);
            string shut = device.Program("cache8", ("http_proxy", ProxyOf("me:wrong@")), ("no_proxy", "")).Run(asked).MustFail(3);
            Assert.Contains("407", shut, StringComparison.Ordinal);
            Assert.DoesNotContain("wrong", shut, StringComparison.Ordinal);
            // It lets through what has no snap.
            string open = device.Program("cache8", ("http_proxy", ProxyOf("me:a%20b%3Ac@")), ("no_proxy", "")).Run(asked).MustFail(1);
            Assert.Contains("the store has no snap of this name", open, StringComparison.Ordinal);
        }
        ProgramProcess variables = device.Program("cache8", ("SNAPPY_FORCE_API_URL", device.Server.Url));
        variables.Run("fetch", "app", "--store-dir", "proxied", "--trust", "test-root.assert").MustSucceed();
    }

    [Fact]
    public void What_is_not_vouched_for_is_not_fetched()
    {
        string refused = device.Program("cache9").Run("fetch", "app", "--store-dir", "unvouched", "--store-url", device.Server.Url).MustFail(1);
        Assert.Contains("no account-key", refused, StringComparison.Ordinal);
        Assert.False(Directory.Exists(device.File("unvouched")));
    }

    [Fact]
    public void Other_files_of_a_name_are_kept()
    {
        ProgramProcess program = device.Program("cache10");
        Directory.CreateDirectory(device.File("taken"));
        File.WriteAllText(device.File("taken", "app_7.snap"), "mine");
        Assert.Contains("JC9102", program.Run(Fetch("taken", "app")).MustFail(2), StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(device.File("taken", "app_7.snap")));
        program.Run(Fetch("taken", "app", "--force")).MustSucceed();
        Assert.Equal(device.Bytes("app.snap"), device.Bytes("taken", "app_7.snap"));
    }

    [Fact]
    public void Revisions_of_a_list_are_asked_for_and_kept()
    {
        ProgramProcess program = device.Program("cache11");
        File.WriteAllText(device.File("seven"), "app 7\n");
        File.WriteAllText(device.File("eight"), "app 8\n");
        program.Run(Fetch("listed", "app=none/edge", "--revisions", "seven")).MustSucceed();
        Assert.Contains("the store has no such revision", program.Run(Fetch("listed", "app", "--revisions", "eight")).MustFail(1), StringComparison.Ordinal);
        string other = program.Run(Build("listed-out", "--store-dir", "listed", "--snap", "app.snap", "--gadget", "gadget.snap",
            "--kernel", "kernel.snap", "--snap", "core18.snap", "--snap", "snapd.snap", "--revisions", "eight")).MustFail(1);
        Assert.Contains("error[JC4311]", other, StringComparison.Ordinal);
    }

    [Fact]
    public void Validation_sets_choose_revisions_in_the_store_in_a_folder_and_in_a_lock()
    {
        void Publish(int sequence, int revision)
        {
            device.Sign($"set{sequence}.assert", $$"""
                {"type": "validation-set", "series": "16", "authority-id": "brand", "account-id": "brand", "name": "base-set",
                 "sequence": "{{sequence}}", "timestamp": "2019-11-13T15:40:00Z",
                 "snaps": [{"name": "app", "id": "{{StoreDevice.AppId}}", "revision": "{{revision}}"}]}
                """);
            device.Server.AddAssertion($"validation-set/16/brand/base-set/{sequence}", device.Bytes($"set{sequence}.assert"));
        }

        string[] Build(string output, params string[] more) => ["build", "--model", "sets.model", "-O", output, .. Store, .. more];

        device.Sign("sets.model", device.Model[..device.Model.LastIndexOf('}')]
            + ", \"required-snaps\": [\"app\"], \"validation-sets\": [{\"name\": \"base-set\", \"mode\": \"enforce\"}]}");
        Publish(1, 7);
        ProgramProcess program = device.Program("cache14");
        program.Run(Fetch("with-sets", "--model", "sets.model")).MustSucceed();
        program.Run(Build("sets1", "--store-dir", "with-sets", "--offline", "--lock", "sets.lock")).MustSucceed();
        Assert.Equal("brand/base-set 1\ncore18 7\nsnapd 7\ntiny 7\ntiny-kernel 7\n", File.ReadAllText(device.File("sets1", "seed.manifest")));
        Assert.Equal("{\"private\":false,\"contact\":\"\"}", File.ReadAllText(device.File("with-sets", "app_7.json")));
        Assert.Contains("\"contact\": \"\"", File.ReadAllText(device.File("sets.lock")), StringComparison.Ordinal);
        program.Run("fs", "cat", "sets1/tiny.img:writable/system-data/var/lib/snapd/seed/assertions/16,brand,base-set,1.validation-set")
            .MustSucceed();
        program.Run("seed", "check", "--trust", "test-root.assert", "sets1/tiny.img").MustSucceed();

        Publish(2, 8);
        string[] named = ["--gadget", "tiny", "--kernel", "tiny-kernel", "--snap", "core18=stable", "--snap", "snapd=stable", "--snap", "app=stable"];
        string gone = program.Run(Build("sets2", named)).MustFail(1);
        Assert.Contains("cannot fetch \"app\" in revision 8: the store has no such revision", gone, StringComparison.Ordinal);
        program.Run(Build("sets2", "--lock", "sets.lock")).MustSucceed();
        program.Run(Build("sets3", [.. named, "--revisions", device.File("sets1", "seed.manifest")])).MustSucceed();
        Assert.Equal(Sums("sets1"), Sums("sets2"));
        Assert.Equal(Sums("sets1"), Sums("sets3"));
        string unmet = program.Run(Build("sets4", "--store-dir", "with-sets", "--assertion", "set2.assert", "--snap", "app.snap")).MustFail(1);
        Assert.Contains("error[JC4322]: cannot have \"app\" in revision 7: the validation sets brand/base-set want 8", unmet, StringComparison.Ordinal);
        string[] files = ["--gadget", "gadget.snap", "--kernel", "kernel.snap", "--snap", "core18.snap", "--snap", "snapd.snap", "--snap", "app.snap"];
        Assert.Contains("error[JC4320]", program.Run(Build("sets5", files)).MustFail(1), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("JC4310", "fetch", "./app.snap", "--store-dir", "x")]
    [InlineData("JC4310", "fetch", "App", "--store-dir", "x")]
    [InlineData("JC4308", "fetch", "app", "--store-dir", "x", "--store-url", "store.test")]
    [InlineData("JC9001", "fetch", "--store-dir", "x")]
    [InlineData("JC9001", "fetch", "app")]
    [InlineData("JC9001", "build", "--model", "tiny.model", "--kernel", "kernel.snap")]
    public void Wrong_arguments(string code, params string[] arguments) =>
        Assert.Contains($"error[{code}]", device.Program("cache12").Run(arguments).MustFail(2), StringComparison.Ordinal);

    [Fact]
    public void Other_programs_read_what_was_fetched()
    {
        string json = device.Program("cache13").Run(Fetch("json", "app", "--json")).MustSucceed();
        Assert.Equal("app", System.Text.Json.JsonDocument.Parse(json).RootElement.GetProperty("snaps")[0].GetProperty("name").GetString());
        OracleResult failed = device.Program("cache13").Run(Fetch("json", "none", "--json"));
        Assert.Contains("\"code\": \"JC4302\"", failed.Output, StringComparison.Ordinal);
        Assert.Equal(1, failed.ExitCode);
    }
}
