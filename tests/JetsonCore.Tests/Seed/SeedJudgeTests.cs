// Seeds that are there: good ones, and ones that were changed after they were made. What snapd's own check of seeds
// refuses we refuse, and nothing else.
using System.Text;
using System.Text.RegularExpressions;
using JetsonCore.Assertions;
using JetsonCore.Diagnostics;
using JetsonCore.Files;
using JetsonCore.Formats.SquashFs;
using JetsonCore.Formats.Trees;
using JetsonCore.Seed;
using JetsonCore.Snaps;
using JetsonCore.TestKit;
using JetsonCore.Tests.Assertions;
using JetsonCore.Tests.Snaps;
using Xunit;

namespace JetsonCore.Tests.Seed;

public sealed class SeedJudgeTests : IDisposable
{
    private const string KernelId = "kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk";

    private readonly TestChain _chain = new();
    private readonly TempFolder _temp = new();
    private readonly List<(string Name, string Folder)> _seeds = [];

    public void Dispose()
    {
        _chain.Dispose();
        _temp.Dispose();
    }

    private Assertion[] Statements(SnapFile snap, string size = "") =>
    [
        TestChain.Sign($$"""
            {
              "type": "snap-declaration", "authority-id": "testroot", "series": "16", "snap-id": "{{KernelId}}",
              "snap-name": "{{snap.Name}}", "publisher-id": "my-brand", "timestamp": "2019-02-01T00:00:00Z"
            }
            """, _chain.RootKey),
        TestChain.Sign($$"""
            {
              "type": "snap-revision", "authority-id": "testroot", "snap-sha3-384": "{{snap.Digest}}",
              "snap-size": "{{(size is "" ? $"{snap.Content.Length}" : size)}}", "snap-id": "{{KernelId}}", "snap-revision": "77",
              "developer-id": "my-brand", "timestamp": "2019-02-01T00:00:00Z"
            }
            """, _chain.RootKey),
    ];

    private DirectoryNode Good(SnapFile[] snaps)
    {
        var diagnostics = new DiagnosticBag();
        SeedPlan? plan = SeedPlanner.Plan(new()
        {
            Model = ModelReader.Read(_chain.Model.Headers, new DiagnosticBag())!,
            ModelAssertion = _chain.Model,
            ModelPath = "tx1.model",
            Snaps = snaps,
            Assertions = [_chain.BrandAccountAssertion, _chain.BrandKeyAssertion, .. Statements(snaps[3])],
            Roots = _chain.Roots,
        }, diagnostics);
        Assert.False(diagnostics.HasErrors);
        var systemData = new DirectoryNode();
        plan!.AddTo(systemData, new FileTime(1));
        return systemData;
    }

    /// <summary>A seed on the disk, after a change.</summary>
    private void Add(string name, SnapFile[] snaps, Action<DirectoryNode> change)
    {
        DirectoryNode systemData = Good(snaps);
        change((DirectoryNode)systemData.Find("var/lib/snapd/seed")!);
        string folder = _temp.File($"seed{_seeds.Count}");
        TreeExtractor.Extract(systemData, folder, new DiagnosticBag());
        _seeds.Add((name, Path.Combine(folder, "var", "lib", "snapd", "seed")));
    }

    private static RegularFileNode File(byte[] bytes) => new(FileMetadata.File, FileContent.Of(bytes));

    private static void Edit(DirectoryNode seed, string path, Func<string, string> edit) => seed.SetPath(path, File(
        Encoding.UTF8.GetBytes(edit(Encoding.UTF8.GetString(((RegularFileNode)seed.Find(path)!).Content.ReadAll(1 << 20))))));

    private static void Yaml(DirectoryNode seed, string from, string to) =>
        Edit(seed, "seed.yaml", text => text.Replace(from, to, StringComparison.Ordinal));

    private static DirectoryNode Assertions(DirectoryNode seed) => (DirectoryNode)seed.Find("assertions")!;

    private void AddAll()
    {
        SnapFile[] snaps = [.. TestSnap.Tx1.Select(yaml => TestSnap.MakeReal(_temp, yaml))];
        string kernel = $"{snaps[3].Name}_77.snap", revision = $"{snaps[3].Digest}.snap-revision";
        Add("good", snaps, _ => { });
        Add("no model", snaps, seed => Assertions(seed).Remove("model"));
        Add("no account-key", snaps, seed => Assertions(seed).Remove($"{_chain.BrandKey.Id}.account-key"));
        Add("no account", snaps, seed => Assertions(seed).Remove("my-brand.account"));
        Add("no declaration", snaps, seed => Assertions(seed).Remove($"16,{KernelId}.snap-declaration"));
        Add("no revision", snaps, seed => Assertions(seed).Remove(revision));
        Add("two models", snaps, seed => Assertions(seed).Set("other", File(TestChain.Sign(
            TestChain.ModelJson.Replace("jetson-tx1\"", "other\"", StringComparison.Ordinal), _chain.BrandKey).ToBytes())));
        Add("a changed model", snaps, seed => Edit(seed, "assertions/model", text => text.Replace("arm64", "armhf", StringComparison.Ordinal)));
        Add("a statement of another size", snaps,
            seed => Assertions(seed).Set(revision, File(Statements(snaps[3], "4095")[1].ToBytes())));
        Add("a changed snap", snaps, seed => seed.SetPath($"snaps/{kernel}", new RegularFileNode(FileMetadata.File, snaps[0].Content)));
        Add("no snap", snaps, seed => ((DirectoryNode)seed.Find("snaps")!).Remove("core18_x1.snap"));
        Add("another snap's file", snaps, seed => seed.SetPath("snaps/snapd_x1.snap", new RegularFileNode(FileMetadata.File, snaps[3].Content)));
        Add("a snap that is none", snaps, seed => seed.SetPath("snaps/core18_x1.snap", File("no snap"u8.ToArray())));
        Add("an asserted snap marked as unasserted", snaps,
            seed => Edit(seed, "seed.yaml", text => text.Replace("- name: jetson-tx1-kernel\n", "- name: jetson-tx1-kernel\n  unasserted: true\n", StringComparison.Ordinal)));
        Add("an unasserted snap without the mark", snaps, seed => Yaml(seed, "  unasserted: true\n  file: core18_x1.snap", "  file: core18_x1.snap"));
        Add("no seed.yaml", snaps, seed => seed.Remove("seed.yaml"));
        Add("a seed.yaml that is none", snaps, seed => Edit(seed, "seed.yaml", _ => "snaps: [\n"));
        Add("no gadget in seed.yaml", snaps, seed => Edit(seed, "seed.yaml", text => text[..text.IndexOf("- name: jetson-tx1\n", StringComparison.Ordinal)]));
        Add("a snap twice", snaps, seed => Yaml(seed, "- name: core18", "- name: snapd"));
        Add("a file with a slash", snaps, seed => Yaml(seed, "file: core18_x1.snap", "file: ../core18_x1.snap"));
        Add("a channel that is none", snaps, seed => Yaml(seed, "channel: stable", "channel: a/b/c/d"));
        Add("a leftover", snaps, seed => seed.SetPath("snaps/left_1.snap", File([1])));
        SnapFile wild = TestSnap.MakeReal(_temp, "name: wild\nversion: '1'\nbase: core20\n");
        Add("an app without its base", snaps, seed =>
        {
            seed.SetPath("snaps/wild_x1.snap", new RegularFileNode(FileMetadata.File, wild.Content));
            Edit(seed, "seed.yaml", text => $"{text}- name: wild\n  unasserted: true\n  file: wild_x1.snap\n");
        });
        string declaration = $"16,{KernelId}.snap-declaration";
        void Sign(string name, string file, string from, string to, AssertionKey key) => Add(name, snaps, seed =>
        {
            string text = Encoding.UTF8.GetString(((RegularFileNode)Assertions(seed).Find(file)!).Content.ReadAll(1 << 20)).Split("\n\n")[0];
            text = Regex.Replace(text.Replace(from, to, StringComparison.Ordinal), "sign-key-sha3-384: .*", $"sign-key-sha3-384: {key.Id}");
            Assertions(seed).Set(file, File(TestChain.SignText(text, key).ToBytes()));
        });
        Sign("a declaration by the brand", declaration, "authority-id: testroot", "authority-id: my-brand", _chain.BrandKey);
        Sign("a revision by the brand", revision, "authority-id: testroot", "authority-id: my-brand", _chain.BrandKey);
        Sign("a brand that vouches for itself", "my-brand.account", "authority-id: testroot", "authority-id: my-brand", _chain.BrandKey);
        Sign("a key that is another's", declaration, "authority-id: testroot", "authority-id: testroot", _chain.BrandKey);
        Sign("a declaration of a higher format", declaration, "type: snap-declaration", "type: snap-declaration\nformat: 9", _chain.RootKey);
        Sign("a revoked snap", declaration, $"snap-name: {snaps[3].Name}", "snap-name: ", _chain.RootKey);
        Sign("a renamed snap", declaration, $"snap-name: {snaps[3].Name}", "snap-name: other", _chain.RootKey);
        Sign("a revision of another provenance", revision, "type: snap-revision", "type: snap-revision\nprovenance: prov", _chain.RootKey);
        Sign("a declaration without publisher", declaration, "publisher-id: my-brand", "publisher-id: nobody", _chain.RootKey);
        Sign("a model before its key", "model", "timestamp: 2019-11-13T15:40:00+00:00", "timestamp: 2018-01-01T00:00:00Z", _chain.BrandKey);
        Sign("a root that is another", "my-brand.account", "account-id: my-brand", "account-id: testroot", _chain.RootKey);
        SnapFile gadget = TestSnap.MakeReal(_temp, "name: other\nversion: '1'\ntype: gadget\nbase: core20\n");
        SnapFile renamed = SnapFile.FromTree(gadget.Path, gadget.Content, gadget.Root, new DiagnosticBag())!;
        Add("a gadget of another base", snaps, seed => seed.SetPath("snaps/jetson-tx1_x1.snap",
            new RegularFileNode(FileMetadata.File, renamed.Content)));
    }

    [Fact]
    public void Snapd_refuses_the_same_seeds()
    {
        AddAll();
        string roots = _temp.Write("roots", TestChain.Stream([.. _chain.Roots.Assertions]));
        string[] judged = SnapdJudge.Run(["validate", roots, .. _seeds.Select(seed => seed.Folder)]).MustSucceed()
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var differences = new StringBuilder();
        foreach (((string name, string folder), string verdict) in _seeds.Zip(judged))
        {
            DiagnosticBag diagnostics = Judge(folder);
            if (diagnostics.HasErrors == (verdict != "ok") && (verdict == "ok" || diagnostics.Items.Any(item => Quotes(item, verdict))))
                continue;
            differences.Append($"{name}\n  snapd: {verdict}\n  ours: ")
                .AppendJoin("; ", diagnostics.Items.Select(item => $"{item.Rule.Code} {item.Message} ({item.Hint})")).Append('\n');
        }
        Assert.True(differences.Length == 0, differences.ToString());
        Assert.Equal(_seeds.Count, judged.Length);
        Assert.InRange(judged.Count(verdict => verdict != "ok"), 15, _seeds.Count - 2);
    }

    /// <summary>Whether a finding has, beside ours, the words with which snapd refuses.</summary>
    private static bool Quotes(Diagnostic finding, string verdict) =>
        Regex.Match(finding.Hint ?? "", "snapd: \"(.+?)\"(?:;|$)") is { Success: true } words
            && verdict.Contains(words.Groups[1].Value, StringComparison.Ordinal);

    private DiagnosticBag Judge(string folder)
    {
        var diagnostics = new DiagnosticBag();
        using SeedFolder seed = SeedFolder.Open(folder, (_, _) => throw new InvalidOperationException(), CancellationToken.None);
        SeedJudge.Judge(seed.Root, seed.Path, new(_chain.Roots, TimeProvider.System.GetUtcNow(), Open), diagnostics);
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
            findings.AddAbout(path, SeedJudgeRules.SnapFile, exception.Message, "snapd: \"is not a snap or snapdir\"");
            return null;
        }
    }
}
