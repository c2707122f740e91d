// snapd's image.Prepare and we ask the same store for the same model: the seeds are the same, byte by byte. So the store
// of the tests is no friendlier than the client that the real one serves.
using System.Collections.Immutable;
using System.Text.Json;
using JetsonCore.Assertions;
using JetsonCore.Diagnostics;
using JetsonCore.Files;
using JetsonCore.Formats.Trees;
using JetsonCore.Seed;
using JetsonCore.Store;
using JetsonCore.TestKit;
using JetsonCore.Tests.Assertions;
using Xunit;

namespace JetsonCore.Tests.Store;

public sealed class PrepareImageStoreTests : IDisposable
{
    private readonly StoreWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public void Snapd_gets_the_same_seed_from_the_same_store()
    {
        Fill();
        Assertion model = TestChain.Sign("""
            {
              "type": "model", "series": "16", "authority-id": "my-brand", "brand-id": "my-brand", "model": "my-model",
              "architecture": "arm64", "base": "core18", "gadget": "gad", "kernel": "ker=18", "required-snaps": ["app"],
              "timestamp": "2019-11-13T15:40:00+00:00"
            }
            """, _world.Chain.BrandKey);
        string theirs = _world.Temp.File("theirs");
        string line = JsonSerializer.Serialize(new
        {
            Model = _world.Temp.Write("model", model.ToBytes()),
            Snaps = (string[])["extra", "app"],
            SnapChannels = new Dictionary<string, string> { ["extra"] = "edge", ["app"] = "beta" },
            Channel = "candidate",
            Out = theirs,
        });
        string roots = _world.Temp.Write("roots", TestChain.Stream([.. _world.Chain.Roots.Assertions]));
        Assert.Equal("", Assert.Single(SnapdJudge.PrepareImagesFromStore(roots, _world.Server.Url, [line])));
        Assert.Equal(ListOf(FolderTree.Read(Path.Combine(theirs, "image"))), ListOf(Ours(model)));
        Assert.Contains("extra_9.snap", string.Join(' ', ListOf(Ours(model))), StringComparison.Ordinal);
    }

    private void Fill()
    {
        string[] all = ["stable", "candidate", "18/candidate"];
        _world.Add("name: snapd\nversion: '1'\ntype: snapd\n", 1, all);
        _world.Add("name: core18\nversion: '1'\ntype: base\n", 2, all);
        _world.Add("name: gad\nversion: '1'\ntype: gadget\nbase: core18\n", 3, all, ("meta/gadget.yaml",
            "volumes:\n  pc:\n    bootloader: u-boot\n    structure:\n"
                + "    - {name: system-boot, type: 0FC63DAF-8483-4772-8E79-3D69D8477DE4, filesystem: vfat, size: 50M}\n"), ("uboot.conf", ""));
        _world.Add("name: ker\nversion: '1'\ntype: kernel\n", 4, ["18/candidate"], ("kernel.img", "k"), ("initrd.img", "i"), ("dtbs/board.dtb", "d"));
        _world.Add("name: app\nversion: '1'\nbase: core18\n", 5, all);
        _world.Add("name: app\nversion: '2'\nbase: core18\n", 6, ["beta"]);
        _world.Add("name: extra\nversion: '1'\nbase: core18\n", 8, all);
        _world.Add("name: extra\nversion: '2'\nbase: core18\n", 9, ["edge"]);
    }

    private DirectoryNode Ours(Assertion signed)
    {
        var diagnostics = new DiagnosticBag();
        ModelDefinition model = ModelReader.Read(signed.Headers, diagnostics)!;
        var channels = new Dictionary<string, string> { ["extra"] = "edge", ["app"] = "beta" };
        ImmutableArray<SnapWish> wishes = new ModelSnaps { Model = model, Channel = "candidate", Channels = channels }
            .Wish([.. ModelSnaps.NamesOf(model), "extra"], diagnostics);
        using SnapFetch fetch = _world.Fetch();
        FetchedSnaps fetched = StoreWorld.Wait(fetch.RunAsync(wishes, signed, diagnostics, CancellationToken.None))!;
        SeedPlan? plan = SeedPlanner.Plan(
            _world.Inputs(model, signed, fetched, diagnostics) with { Channel = "candidate" }, diagnostics);
        Assert.DoesNotContain(diagnostics.Items, item => item.Severity == Severity.Error);
        var systemData = new DirectoryNode();
        plan!.AddTo(systemData, new FileTime(1));
        return systemData;
    }

    private static string[] ListOf(DirectoryNode tree)
    {
        tree.Remove("boot");
        return
        [
            .. tree.Walk().Select(one => one.Node switch
            {
                SymbolicLinkNode link => $"{one.Path} -> {link.Target}",
                RegularFileNode file => $"{one.Path} {AssertionDigest.Of(file.Content.Open())}",
                _ => $"{one.Path}/",
            }).Order(StringComparer.Ordinal),
        ];
    }
}
