// Recovery systems that are there: good ones, and ones that were changed after they were made. What snapd's package
// seed refuses to load we refuse, and nothing else.
using System.Text;
using JetsonCore.Assertions;
using JetsonCore.Diagnostics;
using JetsonCore.Files;
using JetsonCore.Formats.SquashFs;
using JetsonCore.Formats.Trees;
using JetsonCore.Seed;
using JetsonCore.Snaps;
using JetsonCore.TestKit;
using JetsonCore.Tests.Assertions;
using Xunit;

namespace JetsonCore.Tests.Seed;

public sealed class RecoverySystemJudgeTests : IDisposable
{
    private const string Label = "20210101", SystemFolder = "systems/20210101", Options = $"{SystemFolder}/options.yaml";
    private const string SnapStatements20 = $"{SystemFolder}/assertions/snaps", ModelEtc = $"{SystemFolder}/assertions/model-etc";

    private static readonly RecoverySystemCase Dangerous = new("dangerous")
    {
        Entries = ["gad", "ker", "zoo", """app22 "presence": "optional" """, "core22"],
        Snaps = ["gad", "ker", "snapd", "core20", "zoo", "app22", "core22", "app", "foreign-app"],
        Asserted = ["snapd", "core20", "zoo", "app22", "foreign-app"],
        Channel = "edge",
    };

    private static readonly RecoverySystemCase Signed = new("signed") { Grade = "signed", Asserted = ["*"] };

    private readonly RecoverySystemWorld _world = new();
    private readonly TempFolder _temp = new();
    private readonly List<(string Name, string Folder)> _seeds = [];

    public void Dispose()
    {
        _world.Dispose();
        _temp.Dispose();
    }

    private DirectoryNode Good(RecoverySystemCase one)
    {
        var diagnostics = new DiagnosticBag();
        Assertion model = _world.Model(one);
        SeedPlan? plan = SeedPlanner.Plan(new()
        {
            Model = ModelReader.Read(model.Headers, new DiagnosticBag())!,
            ModelAssertion = model,
            ModelPath = "model",
            Snaps = [.. one.Snaps.Select(_world.Snap)],
            Assertions = [.. _world.Statements(one)],
            Roots = _world.Chain.Roots,
            Channel = one.Channel is "" ? null : one.Channel,
            SystemLabel = Label,
        }, diagnostics);
        Assert.DoesNotContain(diagnostics.Items, item => item.Severity == Severity.Error);
        var root = new DirectoryNode();
        plan!.AddTo(root, new FileTime(1));
        return root;
    }

    /// <summary>A seed on the disk, after a change.</summary>
    private void Add(string name, Action<DirectoryNode> change, RecoverySystemCase? of = null)
    {
        DirectoryNode root = Good(of ?? Dangerous);
        change(root);
        string folder = _temp.File($"seed{_seeds.Count}");
        TreeExtractor.Extract(root, folder, new DiagnosticBag());
        _seeds.Add((name, folder));
    }

    private static RegularFileNode File(byte[] bytes) => new(FileMetadata.File, FileContent.Of(bytes));

    private static RegularFileNode File(string text) => File(Encoding.UTF8.GetBytes(text));

    private static RegularFileNode File(SnapFile snap) => new(FileMetadata.File, snap.Content);

    private static void Edit(DirectoryNode seed, string path, string from, string to)
    {
        string text = Encoding.UTF8.GetString(((RegularFileNode)seed.Find(path)!).Content.ReadAll(1 << 20));
        Assert.Contains(from, text, StringComparison.Ordinal);
        seed.SetPath(path, File(text.Replace(from, to, StringComparison.Ordinal)));
    }

    private static void Remove(DirectoryNode seed, string path)
    {
        int slash = path.LastIndexOf('/');
        Assert.True(((DirectoryNode)seed.Find(path[..slash])!).Remove(path[(slash + 1)..]), path);
    }

    /// <summary>Leaves assertions out of a file, or adds some.</summary>
    private static void Change(DirectoryNode seed, string path, Func<Assertion, bool> isKept, params Assertion[] more)
    {
        byte[] bytes = ((RegularFileNode)seed.Find(path)!).Content.ReadAll(1 << 20);
        seed.SetPath(path, File(AssertionFile.Encode(AssertionReader.ReadAll(bytes).Where(isKept).Concat(more))));
    }

    private Assertion Revision(string kind, string revision, string? digest = null) => TestChain.Sign($$"""
        {
          "type": "snap-revision", "authority-id": "testroot", "snap-sha3-384": "{{digest ?? _world.Snap(kind).Digest}}",
          "snap-size": "{{_world.Snap(kind).Content.Length}}", "snap-id": "{{SnapStatements.IdOf(kind)}}", "snap-revision": "{{revision}}",
          "developer-id": "my-brand", "timestamp": "2019-02-01T00:00:00Z"
        }
        """, _world.Chain.RootKey);

    private void AddAll()
    {
        Add("good, dangerous", _ => { });
        Add("good, signed", _ => { }, Signed);
        AddChangedAssertions();
        AddChangedOptions();
        AddChangedSnaps();
        AddOthers();
    }

    private void AddChangedAssertions()
    {
        string zoo = SnapStatements.IdOf("zoo");
        bool IsOf(Assertion one, string type, string id) => one.Type.Name == type && one.Headers.Text("snap-id") == id;

        Add("no model", seed => Remove(seed, $"{SystemFolder}/model"));
        Add("an empty model", seed => seed.SetPath($"{SystemFolder}/model", File("")));
        Add("a model that is none", seed => seed.SetPath($"{SystemFolder}/model", File("type: model\n")));
        Add("a changed model", seed => Edit(seed, $"{SystemFolder}/model", "arm64", "armhf"));
        Add("an account for a model", seed => seed.SetPath($"{SystemFolder}/model", File(_world.Chain.BrandAccountAssertion.ToBytes())));
        Add("two models of one key in the file", seed => Change(seed, $"{SystemFolder}/model", _ => true, _world.Model(Signed)));
        Add("two models in the file", seed => Change(seed, $"{SystemFolder}/model", _ => true, TestChain.Sign(
            TestChain.ModelJson, _world.Chain.BrandKey)));
        Add("a model beside an account that is known", seed => Change(seed, $"{SystemFolder}/model", _ => true, _world.Chain.Account("third")));
        Add("a model beside an account", seed => Change(seed, $"{SystemFolder}/model", _ => true, _world.Chain.Account("fourth")));
        Add("statements about a snap twice", seed => seed.SetPath($"{SystemFolder}/assertions/more",
            File(_world.StatementsOf("zoo")[0].ToBytes())));
        Add("a model among the others", seed => Change(seed, ModelEtc, _ => true, _world.Model(Dangerous)));
        Add("no assertions", seed => Remove(seed, $"{SystemFolder}/assertions"));
        Add("no model-etc", seed => Remove(seed, ModelEtc));
        Add("no account", seed => Change(seed, ModelEtc, one => one.Type.Name != "account"));
        Add("no account-key", seed => Change(seed, ModelEtc, one => one.Type.Name != "account-key"));
        Add("no statements about snaps", seed => Remove(seed, SnapStatements20));
        Add("no declaration", seed => Change(seed, SnapStatements20, one => !IsOf(one, "snap-declaration", zoo)));
        Add("no revision", seed => Change(seed, SnapStatements20, one => !IsOf(one, "snap-revision", zoo)));
        Add("neither", seed => Change(seed, SnapStatements20, one => one.Headers.Text("snap-id") != zoo));
        Add("two revisions of a snap", seed => Change(seed, SnapStatements20,
            one => !IsOf(one, "snap-revision", SnapStatements.IdOf("app22")), Revision("zoo", "8", new string('A', 64))));
        Add("another revision", seed => Change(seed, SnapStatements20, one => !IsOf(one, "snap-revision", zoo), Revision("zoo", "8")));
        Add("a revision of another digest", seed => Change(seed, SnapStatements20, one => !IsOf(one, "snap-revision", zoo),
            Revision("zoo", "7", new string('A', 64))));
        Add("a changed revision", seed => Edit(seed, SnapStatements20, "snap-revision: 7", "snap-revision: 8"));
        Add("statements that are none", seed => seed.SetPath($"{SystemFolder}/assertions/more", File("none")));
        Add("another account among the assertions", seed => seed.SetPath($"{SystemFolder}/assertions/more", File(_world.Chain.Account("third").ToBytes())));
        Add("a declaration of a snap that is not there", seed => seed.SetPath($"{SystemFolder}/assertions/more",
            File(_world.StatementsOf("themes")[0].ToBytes())));
        Add("statements about a snap that is not there", seed => seed.SetPath($"{SystemFolder}/assertions/more",
            File(AssertionFile.Encode(_world.StatementsOf("themes")))));
        Add("statements of a revoked snap", seed => seed.SetPath($"{SystemFolder}/assertions/more",
            File(AssertionFile.Encode(_world.StatementsOf("revoked")))));
    }

    private void AddChangedOptions()
    {
        Add("no options", seed => Remove(seed, Options));
        Add("options that are none", seed => seed.SetPath(Options, File("snaps: [\n")));
        Add("options that are a list", seed => seed.SetPath(Options, File("- a\n")));
        Add("options without snaps", seed => seed.SetPath(Options, File("other: 1\n")));
        Add("an empty entry", seed => Edit(seed, Options, "snaps:\n", "snaps:\n-\n"));
        Add("an entry that is a text", seed => Edit(seed, Options, "snaps:\n", "snaps:\n- text\n"));
        Add("an entry without a name", seed => Edit(seed, Options, "- name: app\n", "- other: app\n"));
        Add("no snap's name", seed => Edit(seed, Options, "- name: app\n", "- name: App\n"));
        Add("a snap twice", seed => Edit(seed, Options, "- name: app\n", "- name: gad\n"));
        Add("a name alone", seed => Edit(seed, Options, "snaps:\n", "snaps:\n- name: alone\n"));
        Add("an id that is none", seed => Edit(seed, Options, "  id: foreignapp", "  id: -"));
        Add("a channel that is none", seed => Edit(seed, Options, "  channel: latest/edge\n", "  channel: a/b/c/d\n"));
        Add("a risk that is none", seed => Edit(seed, Options, "  channel: latest/edge\n", "  channel: latest/hot\n"));
        Add("another channel", seed => Edit(seed, Options, "  channel: latest/edge\n", "  channel: beta\n"));
        Add("a file with a slash", seed => Edit(seed, Options, "unasserted: app_1.0.snap", "unasserted: ../app_1.0.snap"));
        Add("a file that is not there", seed => Edit(seed, Options, "unasserted: app_1.0.snap", "unasserted: app_2.0.snap"));
        Add("an unasserted snap without the mark", seed => Edit(seed, Options, "  unasserted: ker_5.4~rc1+x.snap\n", ""));
        Add("options out of order", seed =>
        {
            Edit(seed, Options, "- name: ker\n", "- name: tmp\n");
            Edit(seed, Options, "- name: gad\n", "- name: ker\n");
            Edit(seed, Options, "- name: tmp\n", "- name: gad\n");
        });
        Add("an extra snap that no statement is of", seed => Edit(seed, Options, "  unasserted: app_1.0.snap\n", "  channel: edge\n"));
        Add("options with grade signed", seed => seed.SetPath(Options, File("snaps: [\n")), Signed);
    }

    private void AddChangedSnaps()
    {
        Add("no asserted snap", seed => Remove(seed, "snaps/zoo_7.snap"));
        Add("no optional snap", seed => Remove(seed, "snaps/app22_7.snap"));
        Add("no unasserted snap", seed => Remove(seed, $"{SystemFolder}/snaps/app_1.0.snap"));
        Add("no extra snap", seed => Remove(seed, $"{SystemFolder}/snaps/foreign-app_7.snap"));
        Add("a changed snap", seed => seed.SetPath("snaps/zoo_7.snap", File(_world.Snap("themes"))));
        Add("a shorter snap", seed => seed.SetPath("snaps/zoo_7.snap", File(new byte[100])));
        Add("zeros for a snap", seed => seed.SetPath("snaps/zoo_7.snap", File(new byte[_world.Snap("zoo").Content.Length])));
        Add("an unasserted snap that is none", seed => seed.SetPath($"{SystemFolder}/snaps/app_1.0.snap", File("none")));
        Add("an extra snap of the wrong place", seed =>
        {
            seed.SetPath("snaps/foreign-app_7.snap", File(_world.Snap("foreign-app")));
            Remove(seed, $"{SystemFolder}/snaps/foreign-app_7.snap");
        });
        Add("a gadget of another base", seed => seed.SetPath($"{SystemFolder}/snaps/gad_1.snap", File(_world.Snap("gad22"))));
        Add("an extra snap without its base", seed => seed.SetPath($"{SystemFolder}/snaps/app_1.0.snap", File(_world.Snap("old-app"))));
        Add("content without its provider", seed => seed.SetPath($"{SystemFolder}/snaps/app_1.0.snap", File(_world.Snap("themed"))));
        Add("a base that is gone", seed => Edit(seed, Options, "- name: core22\n  unasserted: core22_22.snap\n", "- name: gone\n  unasserted: app_1.0.snap\n"));
        Add("a leftover", seed => seed.SetPath("snaps/left_1.snap", File("x")));
        Add("no gadget, signed", seed => Remove(seed, "snaps/gad_7.snap"), Signed);
        Add("a changed kernel, signed", seed => seed.SetPath("snaps/ker_7.snap", File(_world.Snap("app"))), Signed);
    }

    private void AddOthers()
    {
        string aux = $"{SystemFolder}/snaps/aux-info.json";
        Add("good aux-info", seed => seed.SetPath(aux, File("{\"x\":{\"private\":true,\"contact\":\"mailto:a@b\",\"more\":1}} trailing")));
        Add("aux-info that is none", seed => seed.SetPath(aux, File("{")));
        Add("aux-info of another kind", seed => seed.SetPath(aux, File("[]")));
        Add("aux-info of other values", seed => seed.SetPath(aux, File("{\"x\":{\"private\":\"yes\"}}")));
        Add("an empty aux-info", seed => seed.SetPath(aux, File("")));
        Add("a label that is none", seed =>
        {
            FileNode system = seed.Find(SystemFolder)!;
            Remove(seed, SystemFolder);
            seed.SetPath("systems/My_System", system);
        });
    }

    [Fact]
    public void Snapd_refuses_the_same_systems()
    {
        AddAll();
        string roots = _temp.Write("roots", TestChain.Stream([.. _world.Chain.Roots.Assertions]));
        string[] judged = [.. SnapdJudge.Run(["systems", roots, .. _seeds.Select(seed => seed.Folder)]).MustSucceed()
            .Split('\n').Where(line => line is "end" || line.StartsWith("refused", StringComparison.Ordinal))];
        Assert.Equal(_seeds.Count, judged.Length);
        var differences = new StringBuilder();
        foreach (((string name, string folder), string verdict) in _seeds.Zip(judged))
        {
            DiagnosticBag diagnostics = Judge(folder);
            if (diagnostics.HasErrors == (verdict != "end"))
                continue;
            differences.Append($"{name}\n  snapd: {verdict}\n  ours: ")
                .AppendJoin("; ", diagnostics.Items.Select(item => $"{item.Rule.Code} {item.Message}")).Append('\n');
        }
        Assert.True(differences.Length == 0, differences.ToString());
        Assert.InRange(judged.Count(verdict => verdict != "end"), 50, _seeds.Count - 5);
    }

    [Fact]
    public void What_was_seeded_at_the_factory_must_fit()
    {
        string[] kinds = ["gad", "ker", "snapd", "core20"];
        string snaps = string.Join(", ", kinds.Select(kind =>
            $"{{ \"name\": \"{kind}\", \"id\": \"{SnapStatements.IdOf(kind)}\", \"revision\": \"7\" }}"));
        Assert.Empty(Preseeded(Label, snaps, "the archive"));
        Assert.Contains("invalid preseed artifact digest", Assert.Single(Preseeded(Label, snaps, "another")), StringComparison.Ordinal);
        Assert.Contains("system-label", Assert.Single(Preseeded("20220202", snaps, "the archive")), StringComparison.Ordinal);
        string other = snaps.Replace("\"gad\"", "\"gat\"", StringComparison.Ordinal).Replace(
            "\"7\" }, { \"name\": \"snapd\"", "\"8\" }, { \"name\": \"snapd\"", StringComparison.Ordinal);
        Assert.Equal(2, Preseeded(Label, other, "the archive").Length);
    }

    private string[] Preseeded(string label, string snaps, string archive)
    {
        DirectoryNode root = Good(Signed);
        Assertion preseed = TestChain.Sign($$"""
            {
              "type": "preseed", "series": "16", "authority-id": "my-brand", "brand-id": "my-brand", "model": "my-model",
              "system-label": "{{label}}", "snaps": [ {{snaps}} ], "timestamp": "2021-12-13T15:40:00+00:00",
              "artifact-sha3-384": "{{AssertionDigest.Of("the archive"u8)}}"
            }
            """, _world.Chain.BrandKey);
        root.SetPath($"{SystemFolder}/preseed", File(preseed.ToBytes()));
        root.SetPath($"{SystemFolder}/preseed.tgz", File(archive));
        string folder = _temp.File($"preseed{Directory.GetDirectories(_temp.Path).Length}");
        TreeExtractor.Extract(root, folder, new DiagnosticBag());
        return [.. Judge(folder).Items.Select(item => $"{item.Rule.Code} {item.Message} {item.Hint}")];
    }

    private DiagnosticBag Judge(string folder)
    {
        var diagnostics = new DiagnosticBag();
        using SeedFolder seed = SeedFolder.Open(folder, (_, _) => throw new InvalidOperationException(), CancellationToken.None);
        SeedJudge.Judge(seed.Root, seed.Path, new(_world.Chain.Roots, TimeProvider.System.GetUtcNow(), Open), diagnostics);
        return diagnostics;
    }

    private static SnapFile? Open(string path, FileContent content, DiagnosticBag findings)
    {
        try
        {
            return SnapFile.FromTree(path, content, SquashFsReader.Open(content.Open()).ReadTree(ReadLimits.Default), findings);
        }
        catch (Formats.Binary.MalformedDataException exception)
        {
            findings.AddAbout(path, SeedJudgeRules.SnapFile, exception.Message);
            return null;
        }
    }
}
