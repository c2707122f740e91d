// Fetching from a store that works, and from one that does not: nothing wrong ever gets a name.
using JetsonCore.Assertions;
using JetsonCore.Diagnostics;
using JetsonCore.Store;
using JetsonCore.TestKit;
using JetsonCore.Tests.Assertions;
using Xunit;

namespace JetsonCore.Tests.Store;

public sealed class SnapFetchTests : IDisposable
{
    private const int Large = 3 << 20;
    private readonly StoreWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public void Snaps_come_with_all_that_speaks_for_them_and_once_only()
    {
        byte[] one = _world.AddBytes("one", 100_000), two = _world.AddBytes("two", Large);
        FetchedSnaps fetched = _world.Succeed("one", "two=latest/stable");
        Assert.Equal(one, File.ReadAllBytes(fetched.Snaps[0].Path));
        Assert.Equal(two, File.ReadAllBytes(fetched.Snaps[1].Path));
        Assert.Equal("latest/stable", fetched.Snaps[1].Snap.Channel);
        Assert.Equal(["account", "snap-declaration", "snap-revision"],
            fetched.Snaps[1].Assertions.Select(assertion => assertion.Type.Name).Distinct().Order());
        Assert.Equal(1, _world.Server.Count("POST"));
        Assert.Equal(1, _world.Server.Count("GET " + new Uri(_world.Server.Url).Authority + "/v2/assertions/account/my-brand"));
        int asked = _world.Server.Count("/cdn/");
        _world.Succeed("one", "two");
        Assert.Equal(asked, _world.Server.Count("/cdn/"));
    }

    [Fact]
    public void Several_are_downloaded_side_by_side()
    {
        foreach (string name in (string[])["a1", "a2", "a3", "a4", "a5"])
            _world.AddBytes(name, 10_000 + name[1]);
        _world.Server.Fail(new("/cdn/", times: 5) { Pause = TimeSpan.FromMilliseconds(20) });
        _world.Succeed("a1", "a2", "a3", "a4", "a5");
        Assert.InRange(_world.Server.SideBySide, 2, 4);
    }

    [Fact]
    public void Every_fault_is_told_at_once()
    {
        _world.AddBytes("here", 5000);
        var diagnostics = new DiagnosticBag();
        Assert.Null(_world.Run(diagnostics, "here=edge", "nowhere"));
        Assert.Equal(["JC4302", "JC4302"], diagnostics.Items.Select(item => item.Rule.Code));
        Assert.Contains("latest/stable for all", diagnostics.Items[0].Message, StringComparison.Ordinal);
        Assert.Equal(0, _world.Server.Count("/cdn/"));
    }

    public static TheoryData<string> Passing => ["busy", "broken", "cut", "cut twice", "slow", "cut json", "cut assertion",
        "no ranges", "other bytes once", "redirect", "cut and replaced"];

    [Theory]
    [MemberData(nameof(Passing))]
    public void What_passes_is_got_over(string fault)
    {
        byte[] bytes = _world.AddBytes("snap", Large);
        foreach (StoreFault one in FaultsOf(fault))
            _world.Server.Fail(one);
        Assert.Equal(bytes, File.ReadAllBytes(_world.Succeed("snap").Snaps[0].Path));
        Assert.Empty(Directory.GetFiles(_world.CacheFolder, "*.part"));
        if (fault is "cut" or "cut twice")
            Assert.True(_world.Server.Count(" bytes=") > 0, string.Join('\n', _world.Server.Log));
    }

    private StoreFault[] FaultsOf(string fault) => fault switch
    {
        "busy" => [new("refresh") { Status = 429, RetryAfter = "0" }, new("/cdn/") { Status = 429, RetryAfter = "1" }],
        "broken" => [new("", 3) { Status = 503 }],
        "cut" => [new("/cdn/") { CutAt = 1_000_000 }],
        "cut twice" => [new("/cdn/", 2) { CutAt = 1_000_000 }],
        "slow" => [new("/cdn/") { Pause = TimeSpan.FromMilliseconds(10) }],
        "cut json" => [new("refresh", 2) { CutAt = 100 }],
        "cut assertion" => [new("snap-revision") { CutAt = 50 }],
        "no ranges" => [new("/cdn/") { CutAt = 1_000_000 }, new("/cdn/") { IgnoresRange = true }],
        "other bytes once" => [new("/cdn/") { Change = Flip }],
        "redirect" => [new("/api/v1/snaps/download") { RedirectTo = $"{_world.Server.Url}api/v1/snaps/download/{StoreWorld.IdOf("snap")}_7.snap?again" }],
        // The second answer is of another state of the file: the part that is there may not be kept.
        "cut and replaced" => [new("/cdn/") { CutAt = 1_000_000, Change = Flip }],
        _ => throw new ArgumentException(fault),
    };

    public static TheoryData<string, string, string> Lasting => new()
    {
        { "other bytes", "JC4304", "its digest is" },
        { "longer", "JC4304", "bytes come, announced were" },
        { "shorter", "JC4304", "bytes come, announced were" },
        { "wrong size", "JC4306", "its size is" },
        { "wrong digest", "JC4305", "the store has no snap-revision" },
        { "other revision", "JC4306", "its revision is" },
        { "other name", "JC4303", "has those of another" },
        { "no url", "JC4303", "lacks name" },
        { "file url", "JC4303", "lacks name" },
        { "no json", "JC4303", "cannot be read" },
        { "endless json", "JC4303", "more than 8388608 bytes" },
        { "results missing", "JC4303", "answers with 200" },
        { "busy for long", "JC4301", "asks to come again in 3600 s" },
        { "always busy", "JC4301", "answers with 500" },
        { "gone", "JC4301", "answers with 404" },
        { "circle", "JC4301", "redirects more than 10 times" },
        { "other assertion", "JC4306", "answers with account" },
        { "declaration of another", "JC4306", "its name is" },
        { "no declaration", "JC4305", "no snap-declaration" },
        { "no key", "JC4305", "no account-key" },
        { "untrusted", "JC3", "cannot trust" },
        { "two assertions", "JC4303", "not one assertion" },
        { "html", "JC4303", "no assertion" },
    };

    [Theory]
    [MemberData(nameof(Lasting))]
    public void What_stays_wrong_is_refused(string fault, string code, string words)
    {
        byte[] bytes = _world.AddBytes("snap", 300_000);
        _world.AddBytes("other", 1000);
        string digest = AssertionDigest.Of(bytes);
        Break(fault, digest, bytes);
        Diagnostic found = _world.Refuse("snap");
        Assert.StartsWith(code, found.Rule.Code, StringComparison.Ordinal);
        Assert.Contains(words, found.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_world.CacheFolder, digest + ".snap")));
    }

    private void Break(string fault, string digest, byte[] bytes)
    {
        StoreServer server = _world.Server;
        StoreFault Answer(string from, string to) => new("refresh", 99) { Replace = (from, to) };
        switch (fault)
        {
            case "other bytes": server.Fail(new("/cdn/", 99) { Change = Flip }); break;
            case "longer": server.Fail(new("/cdn/", 99) { Change = all => [.. all, 1] }); break;
            case "shorter": server.Fail(new("/cdn/", 99) { Change = all => all[..^1] }); break;
            case "wrong size": server.Fail(Answer("300000", "300001")); break;
            case "wrong digest": server.Fail(Answer("\"sha3-384\": \"", $"\"sha3-384\": \"{new string('0', 96)}\", \"x\": \"")); break;
            case "other revision": server.Fail(Answer("\"revision\": 7", "\"revision\": 8")); break;
            case "other name": server.Fail(Answer("\"name\": \"snap\"", "\"name\": \"other\"")); break;
            case "no url": server.Fail(Answer("\"url\"", "\"no-url\"")); break;
            case "file url": server.Fail(Answer("http:", "file:")); break;
            case "no json": server.Fail(new("refresh", 99) { Status = 200, Body = "<html>log in</html>" }); break;
            case "endless json": server.Fail(new("refresh") { Status = 200, Body = new(' ', 9 << 20) }); break;
            case "results missing": server.Fail(new("refresh") { Status = 200, Body = "{}" }); break;
            case "busy for long": server.Fail(new("refresh", 99) { Status = 503, RetryAfter = "3600" }); break;
            case "always busy": server.Fail(new("/cdn/", 99) { Status = 500 }); break;
            case "gone": server.Fail(new("/cdn/", 99) { Status = 404 }); break;
            case "circle": server.Fail(new("/cdn/", 99) { RedirectTo = $"{server.Url}cdn/again" }); break;
            case "other assertion": server.Fail(new("snap-revision") { OtherPath = "account/my-brand" }); break;
            case "declaration of another": _world.Serve(_world.Declaration("snap", "other")); break;
            case "no declaration": server.RemoveAssertion($"snap-declaration/16/{StoreWorld.IdOf("snap")}"); break;
            case "no key": BeSignedBy(_world.Chain.BrandKey, digest, served: false); break;
            case "untrusted": BeSignedBy(_world.Chain.BrandKey, digest, served: true); break;
            case "two assertions":
                server.AddAssertion($"snap-revision/{digest}", [.. _world.Revision("snap", digest, bytes.Length, 7).ToBytes(), (byte)'\n',
                    .. _world.Chain.BrandAccountAssertion.ToBytes()]);
                break;
            case "html": server.Fail(new("snap-revision", 99) { Status = 200, Body = "<html>log in</html>" }); break;
            default: throw new ArgumentException(fault);
        }
    }

    private void BeSignedBy(AssertionKey key, string digest, bool served)
    {
        _world.Serve(TestChain.Sign($$"""
            {
              "type": "snap-revision", "authority-id": "my-brand", "snap-sha3-384": "{{digest}}", "snap-size": "300000",
              "snap-id": "{{StoreWorld.IdOf("snap")}}", "snap-revision": "7", "developer-id": "my-brand",
              "timestamp": "2019-02-01T00:00:00Z"
            }
            """, key));
        if (!served)
            _world.Server.RemoveAssertion($"account-key/{key.Id}");
    }

    [Fact]
    public void A_download_that_brings_too_little_counts_as_stuck()
    {
        _world.AddBytes("snap", 100_000);
        _world.Server.Fail(new("/cdn/", 99) { Pause = TimeSpan.FromMilliseconds(300) });
        StoreSettings hasty = _world.Settings with
        {
            Patience = StoreWorld.Quick with { Window = TimeSpan.FromMilliseconds(400), WindowBytes = 90_000, Retries = 1 },
        };
        using SnapFetch fetch = _world.Fetch(hasty);
        UserErrorException failure = Assert.Throws<UserErrorException>(
            () => StoreWorld.Run(fetch, null, new DiagnosticBag(), "snap"));
        Assert.Equal("JC4300", failure.Diagnostic.Rule.Code);
    }

    [Fact]
    public void Nobody_answers()
    {
        using SnapFetch fetch = _world.Fetch(_world.Settings with { Api = new("http://127.0.0.1:9/") });
        UserErrorException failure = Assert.Throws<UserErrorException>(
            () => StoreWorld.Run(fetch, null, new DiagnosticBag(), "snap"));
        Assert.Equal(("JC4300", FailureKind.Environment), (failure.Diagnostic.Rule.Code, failure.Kind));
    }

    [Fact]
    public void A_certificate_that_nobody_vouches_for_ends_it_at_once()
    {
        using StoreServer other = StoreServer.Start(isTls: true);
        using SnapFetch fetch = _world.Fetch(_world.Settings with { Api = new(other.Url) });
        UserErrorException failure = Assert.Throws<UserErrorException>(
            () => StoreWorld.Run(fetch, null, new DiagnosticBag(), "snap"));
        Assert.Contains("certificate", failure.Diagnostic.Hint, StringComparison.Ordinal);
        Assert.Empty(other.Log);
    }

    [Fact]
    public void A_brand_store_wants_its_name_and_who_asks()
    {
        _world.AddBytes("snap", 1000);
        (_world.Server.StoreId, _world.Server.Authorization) = ("my-store", "Bearer secret");
        Assert.Contains("--store-auth", _world.Refuse("snap").Hint, StringComparison.Ordinal);
        using SnapFetch fetch = _world.Fetch(_world.Settings with { StoreId = "my-store", Authorization = "Bearer secret" });
        Assert.NotNull(StoreWorld.Run(fetch, null, new DiagnosticBag(), "snap"));
    }

    [Fact]
    public void A_channel_that_the_store_redirects_is_the_one_that_is_followed()
    {
        byte[] bytes = _world.AddBytes("snap", 1000);
        _world.Server.Remove("snap");
        _world.Server.Add(new("snap", StoreWorld.IdOf("snap"), 7, _world.Temp.Write("x.snap", bytes)) { RedirectChannel = "18/stable" });
        Assert.Equal("18/stable", _world.Succeed("snap").Snaps[0].Snap.Channel);
    }

    [Fact]
    public void What_a_model_needs_comes_too_and_what_it_lacks_is_a_warning()
    {
        var diagnostics = new DiagnosticBag();
        using SnapFetch fetch = _world.Fetch();
        FetchedSnaps whole = StoreWorld.Run(fetch, _world.Chain.Model, diagnostics)!;
        Assert.Equal(["account", "account-key"], whole.OfModel.Select(one => one.Type.Name).Order());
        Assert.Empty(diagnostics.Items);
        _world.Server.RemoveAssertion($"account-key/{_world.Chain.BrandKey.Id}");
        using SnapFetch again = _world.Fetch();
        Assert.NotNull(StoreWorld.Run(again, _world.Chain.Model, diagnostics));
        Assert.Equal(("JC4305", Severity.Warning), (diagnostics.Items[0].Rule.Code, diagnostics.Items[0].Severity));
    }

    private static byte[] Flip(byte[] bytes)
    {
        byte[] changed = [.. bytes];
        changed[10] ^= 1;
        return changed;
    }
}
