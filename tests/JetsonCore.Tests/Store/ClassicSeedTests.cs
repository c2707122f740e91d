// Seeds of classic models: snapd's image.Prepare and ours ask the same store; both take or refuse each, and the folders
// are the same, byte by byte. snapd 2.57.6 makes those of models like Ubuntu Core 20 whole and stops only then, as it
// looks for a seed.yaml.
using System.Text;
using System.Text.Json;
using JetsonCore.Assertions;
using JetsonCore.Diagnostics;
using JetsonCore.Files;
using JetsonCore.Formats.Trees;
using JetsonCore.Seed;
using JetsonCore.Snaps;
using JetsonCore.Store;
using JetsonCore.TestKit;
using JetsonCore.Tests.Assertions;
using Xunit;

namespace JetsonCore.Tests.Store;

public sealed class ClassicSeedTests : IDisposable
{
    private const string Stops = "cannot stat seed.yaml";

    private const string Graded = """
        , "distribution": "ubuntu", "base": "core22", "snaps": [
          { "name": "gad22", "type": "gadget", "id": "ID:gad22" }, { "name": "ker", "type": "kernel", "id": "ID:ker" } MORE ], "grade": "GRADE"
        """;

    private static readonly ClassicCase[] Cases =
    [
        new("no snaps", ""),
        new("a snap", """, "required-snaps": ["app"] """) { Implicit = "snapd" },
        new("a snap without base", """, "required-snaps": ["old-app"] """) { Implicit = "core" },
        new("core and a snap without base", """, "required-snaps": ["core", "old-app"] """) { Implicit = "snapd" },
        new("a gadget", """, "gadget": "gad", "required-snaps": ["core18", "app"] """) { Implicit = "snapd" },
        new("a gadget without its base", """, "gadget": "gad" """) { Implicit = "snapd" },
        new("a pinned gadget", """, "gadget": "gad=18", "required-snaps": ["core18"] """) { Implicit = "snapd", Channel = "edge" },
        // Where a model requires "snapd" itself, snapd lists it twice, and then refuses its own seed.
        new("classic confinement", """, "required-snaps": ["core18", "wild"] """) { Implicit = "snapd" },
        new("extra snaps alone", "") { Snaps = ["core18", "app=edge"] },
        new("extra snaps alone, without base", "") { Snaps = ["old-app", "core"] },
        new("an extra snap without its base", "") { Snaps = ["app"] },
        new("an extra snap of classic confinement", """, "required-snaps": ["core18", "app"] """) { Snaps = ["wild"], Implicit = "snapd" },
        new("no architecture", """, "required-snaps": ["core18", "app"] """) { Implicit = "snapd", ModelArchitecture = null },
        new("an architecture besides", """, "required-snaps": ["core18", "app"] """)
        {
            Implicit = "snapd", ModelArchitecture = null, Architecture = "arm64",
        },
        new("neither architecture nor snaps", "") { ModelArchitecture = null },
        new("like Ubuntu Core 22", Graded),
        new("like Ubuntu Core 22, signed", Graded) { Grade = "signed" },
        new("like Ubuntu Core 22, with a classic snap", Graded)
        {
            Grade = "secured",
            More = """, { "name": "wild22", "id": "ID:wild22", "classic": "true" }, { "name": "secret", "id": "ID:secret" } """,
        },
        new("like Ubuntu Core 22, with an extra classic snap", Graded) { Snaps = ["wild22=edge"] },
        new("like Ubuntu Core 22, with a snap of another base", Graded) { Snaps = ["app"] },
    ];

    private readonly StoreWorld _world = new();

    public void Dispose() => _world.Dispose();

    private sealed record ClassicCase(string Name, string Model) : SnapsAsked
    {
        public string Grade { get; init; } = "dangerous";

        public string More { get; init; } = "";

        /// <summary>What snapd adds by itself, and ours wants to be named.</summary>
        public string? Implicit { get; init; }

        public string? ModelArchitecture { get; init; } = "arm64";

        public string? Architecture { get; init; }

        public bool IsGraded => Model == Graded;
    }

    [Fact]
    public void Snapd_makes_the_same_folders()
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
            Classic = true,
            Architecture = one.Architecture ?? "",
            Out = _world.Temp.File($"theirs{index}"),
        })));
        var differences = new StringBuilder();
        List<(string Name, bool IsGraded, string Folder)> folders = [];
        for (int index = 0; index < Cases.Length; index++)
        {
            ClassicCase one = Cases[index];
            string theirs = one.IsGraded ? _world.Temp.File($"theirs{index}", "system-seed")
                : _world.Temp.File($"theirs{index}", "var", "lib", "snapd", "seed");
            string label = one.IsGraded ? Path.GetFileName(Directory.GetDirectories(Path.Combine(theirs, "systems")).Single()) : "none";
            var diagnostics = new DiagnosticBag();
            DirectoryNode? ours = Ours(one, models[index], label, diagnostics);
            bool isTaken = verdicts[index] is "" || (one.IsGraded && verdicts[index].StartsWith(Stops, StringComparison.Ordinal));
            if (ours is not null != isTaken)
            {
                differences.Append($"{one.Name}\n  snapd: {verdicts[index]}\n  ours: ")
                    .AppendJoin("; ", diagnostics.Items.Select(item => $"{item.Rule.Code} {item.Message}")).Append('\n');
            }
            else if (ours is not null)
            {
                string[] made = [.. ours.Walk().Select(Describe)], expected = [.. FolderTree.Read(theirs).Walk().Select(Describe)];
                differences.AppendJoin("", expected.Except(made).Select(line => $"{one.Name}\n  only snapd: {line}\n"))
                    .AppendJoin("", made.Except(expected).Select(line => $"{one.Name}\n  only ours: {line}\n"));
                folders.Add((one.Name, one.IsGraded, _world.Temp.File($"ours{index}")));
                TreeExtractor.Extract(ours, folders[^1].Folder, new DiagnosticBag());
            }
        }
        Assert.True(differences.Length == 0, differences.ToString());
        Assert.InRange(folders.Count, 13, Cases.Length - 3);
        // Some of them snapd itself does not load, such as extra snaps with neither "snapd" nor "core".
        string[] loaded = [.. folders.Select(one => SnapdJudge.Run([one.IsGraded ? "systems" : "validate", roots, one.Folder])
            .MustSucceed().Trim())];
        foreach (((string name, bool isGraded, string folder), string verdict) in folders.Zip(loaded))
        {
            DiagnosticBag judged = Judge(folder);
            if (judged.HasErrors == verdict.EndsWith(isGraded ? "end" : "ok", StringComparison.Ordinal))
            {
                differences.Append($"{name}\n  snapd: {verdict}\n  ours: ")
                    .AppendJoin("; ", judged.Items.Select(item => $"{item.Rule.Code} {item.Message}")).Append('\n');
            }
        }
        Assert.True(differences.Length == 0, differences.ToString());
    }

    private DiagnosticBag Judge(string folder)
    {
        var diagnostics = new DiagnosticBag();
        using SeedFolder seed = SeedFolder.Open(folder, (_, _) => throw new InvalidOperationException(), CancellationToken.None);
        SeedJudge.Judge(seed.Root, seed.Path, new(_world.Chain.Roots, TimeProvider.System.GetUtcNow(), (path, content, findings) =>
            SnapFile.FromTree(path, content, Formats.SquashFs.SquashFsReader.Open(content.Open()).ReadTree(ReadLimits.Default), findings)),
            diagnostics);
        return diagnostics;
    }

    private void Fill()
    {
        string[] all = ["stable", "edge", "18/edge", "latest/stable", "latest/edge"];
        _world.Add("name: snapd\nversion: '1'\ntype: snapd\n", 1, all);
        _world.Add("name: core\nversion: '1'\ntype: os\n", 2, all);
        _world.Add("name: core18\nversion: '1'\ntype: base\n", 3, all);
        _world.Add("name: core22\nversion: '1'\ntype: base\n", 4, all);
        _world.Add("name: gad\nversion: '1'\ntype: gadget\nbase: core18\n", 5, all);
        _world.Add("name: gad22\nversion: '1'\ntype: gadget\nbase: core22\n", 6, all);
        _world.Add("name: ker\nversion: '1'\ntype: kernel\n", 7, all);
        _world.Add("name: app\nversion: '1'\nbase: core18\n", 8, all);
        _world.Add("name: old-app\nversion: '1'\n", 9, all);
        _world.Add("name: wild\nversion: '1'\nbase: core18\nconfinement: classic\n", 10, all, entry => entry with { Confinement = "classic" });
        _world.Add("name: wild22\nversion: '1'\nbase: core22\nconfinement: classic\n", 11, all, entry => entry with { Confinement = "classic" });
        _world.Add("name: secret\nversion: '1'\nbase: core22\n", 12, all, entry => entry with { IsPrivate = true, Contact = "a@b" });
    }

    private Assertion Model(ClassicCase one)
    {
        string more = one.Model.Replace("MORE", one.More, StringComparison.Ordinal).Replace("GRADE", one.Grade, StringComparison.Ordinal);
        foreach (string name in (string[])["gad22", "ker", "wild22", "secret"])
            more = more.Replace($"ID:{name}\"", $"{StoreWorld.IdOf(name)}\"", StringComparison.Ordinal);
        string architecture = one.ModelArchitecture is { } named ? $", \"architecture\": \"{named}\"" : "";
        return TestChain.Sign($$"""
            {
              "type": "model", "series": "16", "authority-id": "my-brand", "brand-id": "my-brand", "model": "my-classic",
              "classic": "true", "timestamp": "2021-11-13T15:40:00+00:00"{{architecture}}{{more}}
            }
            """, _world.Chain.BrandKey);
    }

    private DirectoryNode? Ours(ClassicCase one, Assertion signed, string label, DiagnosticBag diagnostics)
    {
        ModelDefinition model = ModelReader.Read(signed.Headers, diagnostics)!;
        model = model with { Architecture = one.Architecture ?? model.Architecture };
        using SnapFetch fetch = _world.Fetch();
        IEnumerable<string> names = ModelSnaps.NamesOf(model).Concat(one.Named).Concat(one.Implicit is { } name ? [name] : []).Distinct();
        FetchedSnaps fetched = StoreWorld.Wait(fetch.RunAsync(
            new ModelSnaps { Model = model, Channel = one.Channel, Channels = one.Channels }.Wish(names, diagnostics),
            signed, diagnostics, CancellationToken.None))!;
        SeedInputs inputs = _world.Inputs(model, signed, fetched, diagnostics);
        return SeedPlanner.PlanFolder(inputs with { SystemLabel = label, Channel = one.Channel }, diagnostics)?.Root;
    }

    private static string Describe((string Path, FileNode Node) file) => file.Node is RegularFileNode { Content: var content }
        ? $"{file.Path} {(content.Length > 3000 ? AssertionDigest.Of(content.Open()) : Encoding.UTF8.GetString(content.ReadAll(3000)))}"
        : $"{file.Path}/";
}
