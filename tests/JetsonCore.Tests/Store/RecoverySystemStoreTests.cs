// Recovery systems from the store: snapd's image.Prepare and ours ask the same store for the same models of Ubuntu Core 20
// and later. Both take or refuse each, and what they make is the same, byte by byte.
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
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

public sealed class RecoverySystemStoreTests : IDisposable
{
    private const string GadgetYaml = """
        volumes:
          pc:
            bootloader: u-boot
            structure:
              - {name: ubuntu-seed, role: system-seed, type: "EF,C12A7328-F81F-11D2-BA4B-00A0C93EC93B", filesystem: vfat, size: 64M}
              - {name: ubuntu-boot, role: system-boot, type: "83,0FC63DAF-8483-4772-8E79-3D69D8477DE4", filesystem: ext4, size: 16M}
              - {name: ubuntu-save, role: system-save, type: "83,0FC63DAF-8483-4772-8E79-3D69D8477DE4", filesystem: ext4, size: 16M}
              - {name: ubuntu-data, role: system-data, type: "83,0FC63DAF-8483-4772-8E79-3D69D8477DE4", filesystem: ext4, size: 64M}
        """;

    private static readonly ImageCase[] Cases =
    [
        new("dangerous"),
        new("signed") { Grade = "signed" },
        new("secured, everything listed") { Grade = "secured", Entries = ["gad", "ker", "snapd", "core20", "app"] },
        new("another channel") { Channel = "candidate" },
        new("another channel, signed") { Grade = "signed", Channel = "candidate" },
        new("a track for all") { Channel = "20/edge", Entries = ["gad", "ker"] },
        new("a channel that a snap has not") { Channel = "beta" },
        new("default channels") { Entries = ["gad 20/edge", "ker 20/stable", "app latest/edge/fix"] },
        new("default channels, signed") { Grade = "signed", Entries = ["gad 20/edge", "ker 20/stable", "app latest/edge/fix"] },
        new("another risk of default tracks") { Channel = "edge", Entries = ["gad 20/stable", "ker 20/stable"] },
        new("channels of one snap each") { Snaps = ["app=beta", "extra=edge", "ker=20/edge"], Entries = ["gad", "ker", "app"] },
        new("channels of one snap each, beside another for all")
        {
            Channel = "candidate", Snaps = ["app=beta", "extra=edge/hot"], Entries = ["gad", "ker", "app"],
        },
        new("a channel of one snap, signed") { Grade = "signed", Snaps = ["app=beta"], Entries = ["gad", "ker", "app"] },
        new("an extra snap") { Snaps = ["extra"] },
        new("an extra snap, signed") { Grade = "signed", Snaps = ["extra"] },
        new("an optional snap") { Entries = ["gad", "ker", "app? latest/stable"] },
        new("an optional snap that is wanted, signed") { Grade = "signed", Entries = ["gad", "ker", "app? latest/stable"], Snaps = ["app"] },
        new("private, with a contact, signed") { Grade = "signed", Entries = ["gad", "ker", "secret", "app"] },
        new("private, with a contact, extra") { Snaps = ["secret", "app=beta"], Entries = ["gad", "ker"] },
        new("contacts of all kinds") { Snaps = ["odd1", "odd2", "odd3", "odd4", "odd5"] },
        new("a store's track of its own") { Entries = ["gad", "ker", "moved"] },
        new("a store's track of its own, signed") { Grade = "signed", Entries = ["gad", "ker", "moved"] },
        new("a snap that is gone") { Entries = ["gad", "ker", "gone"] },
        new("another base") { Base = "core22", Entries = ["gad", "ker"] },
        new("validation sets, signed") { Grade = "signed", Entries = ["gad", "ker", "app"], Sets = ["newest", "pinned=1"] },
        new("validation sets") { Snaps = ["extra=edge"], Sets = ["pinned=1"] },
    ];

    private readonly StoreWorld _world = new();

    public void Dispose() => _world.Dispose();

    private sealed record ImageCase(string Name) : SnapsAsked
    {
        public string Grade { get; init; } = "dangerous";

        public string Base { get; init; } = "core20";

        /// <summary>Names with a default channel, "?" behind what is optional.</summary>
        public string[] Entries { get; init; } = ["gad", "ker"];

        /// <summary>Validation sets, those with "=" pinned; snapd 2.57.6 passes them over.</summary>
        public string[] Sets { get; init; } = [];
    }

    [Fact]
    public void Snapd_makes_the_same_systems_from_the_same_store()
    {
        Fill();
        string roots = _world.Temp.Write("roots", TestChain.Stream([.. _world.Chain.Roots.Assertions]));
        Assertion[] models = [.. Cases.Select(Model)];
        string[] verdicts = SnapdJudge.PrepareImagesFromStore(roots, _world.Server.Url, Cases.Select((one, index) => JsonSerializer.Serialize(new
        {
            Model = _world.Temp.Write($"model{index}", models[index].ToBytes()),
            Snaps = one.Named,
            SnapChannels = one.Channels,
            Channel = one.Channel ?? "",
            Out = _world.Temp.File($"theirs{index}"),
        })));
        var differences = new StringBuilder();
        List<string> taken = [];
        for (int index = 0; index < Cases.Length; index++)
        {
            string theirs = _world.Temp.File($"theirs{index}", "system-seed");
            string label = Directory.Exists(Path.Combine(theirs, "systems"))
                ? Path.GetFileName(Directory.GetDirectories(Path.Combine(theirs, "systems")).SingleOrDefault()) ?? "20260101" : "20260101";
            var diagnostics = new DiagnosticBag();
            DirectoryNode? ours = Ours(Cases[index], models[index], label, diagnostics);
            if (ours is not null != verdicts[index] is "")
            {
                differences.Append($"{Cases[index].Name}\n  snapd: {verdicts[index]}\n  ours: ")
                    .AppendJoin("; ", diagnostics.Items.Select(item => $"{item.Rule.Code} {item.Message}")).Append('\n');
            }
            else if (ours is not null)
            {
                Compare(Cases[index], ours, FolderTree.Read(theirs), differences);
                taken.Add(_world.Temp.File($"ours{index}"));
                TreeExtractor.Extract(ours, taken[^1], new DiagnosticBag());
            }
        }
        Assert.True(differences.Length == 0, differences.ToString());
        string[] loaded = SnapdJudge.Run(["systems", roots, .. taken]).MustSucceed().Split('\n');
        Assert.DoesNotContain(loaded, line => line.StartsWith("refused", StringComparison.Ordinal));
        Assert.InRange(taken.Count, 16, Cases.Length - 7);
    }

    private void Fill()
    {
        string[] all = ["latest/stable", "latest/candidate", "20/edge", "20/stable", "latest/edge"];
        _world.Add("name: snapd\nversion: '1'\ntype: snapd\n", 1, all);
        _world.Add("name: core20\nversion: '1'\ntype: base\n", 2, all);
        _world.Add("name: core22\nversion: '1'\ntype: base\n", 3, all);
        _world.Add("name: gad\nversion: '1'\ntype: gadget\nbase: core20\n", 4, all[..^1], ("meta/gadget.yaml", GadgetYaml), ("uboot.conf", ""));
        _world.Add("name: ker\nversion: '1'\ntype: kernel\n", 5, all, ("kernel.img", "k"), ("initrd.img", "i"), ("dtbs/board.dtb", "d"));
        _world.Add("name: app\nversion: '1'\nbase: core20\n", 6, all[..2]);
        _world.Add("name: app\nversion: '2'\nbase: core20\n", 7, ["latest/beta", "latest/edge/fix"]);
        _world.Add("name: extra\nversion: '1'\nbase: core20\nlinks:\n  contact: [file@example.com]\n", 8, all[..2]);
        _world.Add("name: extra\nversion: '2'\nbase: core20\n", 9, ["latest/edge", "latest/edge/hot"]);
        _world.Add("name: secret\nversion: '1'\nbase: core20\nlinks:\n  contact: [file@example.com]\n", 10, all,
            entry => entry with { IsPrivate = true });
        string[] contacts = ["me@example.com", "https://example.com/?a=<b>&c=\"d\"", "a:b/c", "1x:y", "mäil%20@example.com"];
        foreach ((int index, string contact) in contacts.Index())
        {
            _world.Add($"name: odd{index + 1}\nversion: '1'\nbase: core20\n", 11, all,
                entry => entry with { Contact = contact, IsPrivate = index == 3 });
        }
        _world.Add("name: moved\nversion: '1'\nbase: core20\n", 12, all, entry => entry with { RedirectChannel = "7/stable" });
        Set("newest", 1, ("app", 99));
        Set("newest", 2, ("app", 6));
        Set("pinned", 1, ("ker", 5), ("app", 0));
        Set("pinned", 10, ("ker", 99));
    }

    private void Set(string name, int sequence, params (string Name, int Revision)[] snaps)
    {
        string entries = string.Join(", ", snaps.Select(snap => $$"""
            { "name": "{{snap.Name}}", "id": "{{StoreWorld.IdOf(snap.Name)}}", "presence": "optional"
              {{(snap.Revision > 0 ? $", \"revision\": \"{snap.Revision}\"" : "")}} }
            """));
        _world.Serve(TestChain.Sign($$"""
            {
              "type": "validation-set", "series": "16", "authority-id": "my-brand", "account-id": "my-brand", "name": "{{name}}",
              "sequence": "{{sequence}}", "snaps": [ {{entries}} ], "timestamp": "2021-11-13T15:40:00Z"
            }
            """, _world.Chain.BrandKey));
    }

    private Assertion Model(ImageCase one)
    {
        var snaps = new JsonArray();
        foreach (string[] parts in one.Entries.Select(entry => entry.Split(' ')))
        {
            string name = parts[0].TrimEnd('?');
            var entry = new JsonObject
            {
                ["name"] = name,
                ["id"] = StoreWorld.IdOf(name),
                ["type"] = name switch { "gad" => "gadget", "ker" => "kernel", "snapd" => "snapd", "core20" => "base", _ => "app" },
            };
            if (parts is [_, var channel])
                entry["default-channel"] = channel;
            if (parts[0].EndsWith('?'))
                entry["presence"] = "optional";
            snaps.Add(entry);
        }
        var model = new JsonObject
        {
            ["type"] = "model",
            ["series"] = "16",
            ["authority-id"] = "my-brand",
            ["brand-id"] = "my-brand",
            ["model"] = "my-model",
            ["architecture"] = "arm64",
            ["base"] = one.Base,
            ["grade"] = one.Grade,
            ["snaps"] = snaps,
            ["timestamp"] = "2021-11-13T15:40:00+00:00",
        };
        if (one.Sets.Length > 0)
        {
            model["validation-sets"] = new JsonArray([.. one.Sets.Select(set => set.Split('=') is [var name, var sequence]
                ? new JsonObject { ["name"] = name, ["sequence"] = sequence, ["mode"] = "enforce" }
                : new JsonObject { ["name"] = set, ["mode"] = "prefer-enforce" })]);
        }
        return TestChain.Sign(model.ToJsonString(), _world.Chain.BrandKey);
    }

    private DirectoryNode? Ours(ImageCase one, Assertion signed, string label, DiagnosticBag diagnostics)
    {
        ModelDefinition model = ModelReader.Read(signed.Headers, diagnostics)!;
        using SnapFetch fetch = _world.Fetch();
        IReadOnlyList<Assertion> sets = StoreWorld.Wait(fetch.FetchSetsAsync(
            model, new Dictionary<string, SetSequence>(), [], diagnostics, CancellationToken.None));
        ImmutableArray<SnapWish> wishes = new ModelSnaps { Model = model, Channel = one.Channel, Channels = one.Channels }
            .Wish(ModelSnaps.NamesOf(model).Concat(one.Named).Distinct(), diagnostics);
        if (StoreWorld.Wait(fetch.RunAsync(wishes, signed, diagnostics, CancellationToken.None)) is not { } fetched)
            return null;
        SeedInputs inputs = _world.Inputs(model, signed, fetched, diagnostics);
        return SeedPlanner.Plan(
            inputs with { Assertions = [.. inputs.Assertions, .. sets], SystemLabel = label, Channel = one.Channel },
            diagnostics)?.Files;
    }

    private static void Compare(ImageCase one, DirectoryNode ours, DirectoryNode theirs, StringBuilder differences)
    {
        string[] made = [.. ours.Walk().Where(file => file.Node is RegularFileNode).Select(file => Describe(file, one))];
        string[] expected = [.. theirs.Walk().Where(file => file.Node is RegularFileNode
            && !file.Path.StartsWith("uboot/", StringComparison.Ordinal) && !file.Path.Contains("/kernel/", StringComparison.Ordinal))
            .Select(file => Describe(file, one))];
        foreach (string line in expected.Except(made))
            differences.Append($"{one.Name}\n  only snapd: {line}\n");
        foreach (string line in made.Except(expected))
            differences.Append($"{one.Name}\n  only ours: {line}\n");
    }

    private static string Describe((string Path, FileNode Node) file, ImageCase one)
    {
        FileContent content = ((RegularFileNode)file.Node).Content;
        if (content.Length > 3000 && file.Path.EndsWith(".snap", StringComparison.Ordinal))
            return $"{file.Path} {AssertionDigest.Of(content.Open())}";
        byte[] bytes = content.ReadAll(100_000);
        if (one.Sets.Length > 0 && file.Path.EndsWith("/model-etc", StringComparison.Ordinal))
        {
            IReadOnlyList<Assertion> all = AssertionReader.ReadAll(bytes);
            Assertion[] sets = [.. all.Where(assertion => assertion.Type.Name == ValidationSets.TypeName)];
            // snapd 2.57.6 leaves them out, newer ones put them behind all that the model needs.
            Assert.True(sets.Length is 0 || sets.Length == one.Sets.Length);
            Assert.Equal(all.TakeLast(sets.Length), sets);
            Assert.DoesNotContain(sets, set => set.PrimaryKey[3] is "10" || (set.PrimaryKey[2] is "newest" && set.PrimaryKey[3] is "1"));
            bytes = AssertionFile.Encode(all.Except(sets));
        }
        return $"{file.Path} {Encoding.UTF8.GetString(bytes)}";
    }
}
