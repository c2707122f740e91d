// What seeds are made of in tests, for `snap prepare-image` and for ours: snaps, what a store states about them, models.
using System.Text;
using System.Text.Json;
using JetsonCore.Assertions;
using JetsonCore.Diagnostics;
using JetsonCore.Files;
using JetsonCore.Formats.Trees;
using JetsonCore.Seed;
using JetsonCore.Snaps;
using JetsonCore.TestKit;
using JetsonCore.Tests.Assertions;
using JetsonCore.Tests.Snaps;
using Xunit;

namespace JetsonCore.Tests.Seed;

internal sealed class PrepareImageWorld : IDisposable
{
    private const string GadgetYaml = "volumes:\n  pc:\n    bootloader: u-boot\n    structure:\n"
        + "    - {name: system-boot, type: 0FC63DAF-8483-4772-8E79-3D69D8477DE4, filesystem: vfat, size: 50M}\n";

    private const string Defaults = """
        defaults:
          system:
            service: {ssh: {disable: true}, rsyslog: {disable: true}, console-conf: {disable: true}}
            system: {power-key-action: ignore, hostname: my-board, timezone: Europe/Berlin, disable-backlight-service: true,
              kernel: {printk: {console-loglevel: 4}}, ctrl-alt-del-action: none}
            journal: {persistent: true}
            watchdog: {runtime-timeout: 10s, shutdown-timeout: 1m30s}
            experimental: {parallel-instances: true, refresh-app-awareness: false}
          99T7MUlRhtI3U0QFgl5mXXESAiSwt776:
            service: {ssh: {disable: false}}
        """;

    private const string OtherDefaults = """
        defaults:
          99T7MUlRhtI3U0QFgl5mXXESAiSwt776: &one
            swap.size: 64M
            tmp: {size: 1G}
            watchdog: {runtime-timeout: 0.5h}
            service: {systemd-resolved: {disable: "true"}}
            refresh: {retain: 3}
        """;

    private static readonly Dictionary<string, (string Yaml, (string, string)[] Files)> Kinds = new()
    {
        ["snapd"] = ("name: snapd\nversion: '1'\ntype: snapd\n", []),
        ["core"] = ("name: core\nversion: '1'\ntype: os\n", []),
        ["core18"] = ("name: core18\nversion: '1'\ntype: base\n", []),
        ["core20"] = ("name: core20\nversion: '1'\ntype: base\n", []),
        ["gad"] = Gadget("gad", "base: core18\n"),
        ["gad2"] = Gadget("gad2", "base: core18\n"),
        ["gad16"] = Gadget("gad16", ""),
        ["gad20"] = Gadget("gad20", "base: core20\n"),
        ["cloudy"] = Gadget("cloudy", "base: core18\n", more: ("cloud.conf", "#cloud-config\n")),
        ["settled"] = Gadget("settled", "base: core18\n", Defaults),
        ["settled2"] = Gadget("settled2", "base: core18\n", OtherDefaults),
        ["unsettled"] = Gadget("unsettled", "base: core18\n",
            "defaults:\n  system:\n    service: {ssh: {disable: false}, rsyslog: {disable: false}}\n    journal: {persistent: false}\n"),
        ["wrong"] = Gadget("wrong", "base: core18\n", "defaults: {system: {system: {power-key-action: explode}}}\n"),
        ["wrong2"] = Gadget("wrong2", "base: core18\n", "defaults: {system: {tmp: {size: 1M}}}\n"),
        ["ker"] = Kernel("ker"),
        ["ker2"] = Kernel("ker2"),
        ["foreign-ker"] = Kernel("foreign-ker"),
        ["app"] = ("name: app\nversion: '1'\nbase: core18\n", []),
        ["zoo"] = ("name: zoo\nversion: '1'\n", []),
        ["app20"] = ("name: app20\nversion: '1'\nbase: core20\n", []),
        ["old-app"] = ("name: old-app\nversion: '1'\n", []),
        ["baseless"] = ("name: baseless\nversion: '1'\nbase: none\n", []),
        ["dev"] = ("name: dev\nversion: '1'\nbase: core18\nconfinement: devmode\n", []),
        ["wild"] = ("name: wild\nversion: '1'\nbase: core18\nconfinement: classic\n", []),
        ["themed"] = ("name: themed\nversion: '1'\nbase: core18\nplugs:\n  themes:\n    interface: content\n    content: themes\n"
            + "    target: $SNAP/themes\n    default-provider: themes:slot\n", []),
        ["themes"] = ("name: themes\nversion: '1'\nbase: core18\n", []),
        ["reachable"] = ("name: reachable\nversion: '1'\nbase: core18\nlinks:\n  contact: [me@example.com, https://example.com]\n", []),
        ["foreign-app"] = ("name: foreign-app\nversion: '1'\nbase: core18\n", []),
        ["revoked"] = ("name: revoked\nversion: '1'\nbase: core18\n", []),
        ["resized"] = ("name: resized\nversion: '1'\nbase: core18\n", []),
        ["delegated"] = ("name: delegated\nversion: '1'\nbase: core18\nprovenance: delegated\n", []),
    };

    private readonly TestChain _chain = new();
    private readonly TempFolder _temp = new();
    private readonly Dictionary<string, SnapFile> _snaps = [];

    public void Dispose()
    {
        _chain.Dispose();
        _temp.Dispose();
    }

    private static (string, (string, string)[]) Gadget(string name, string more, string defaults = "", params (string, string)[] more2) =>
        ($"name: {name}\nversion: '1'\ntype: gadget\n{more}",
            [("meta/gadget.yaml", GadgetYaml + defaults), ("uboot.conf", ""), .. more2]);

    private static (string, (string, string)[]) Gadget(string name, string yaml, (string, string) more) => Gadget(name, yaml, "", more);

    private static (string, (string, string)[]) Kernel(string name) =>
        ($"name: {name}\nversion: '1'\ntype: kernel\n", [("kernel.img", name), ("initrd.img", "i"), ("dtbs/board.dtb", "d")]);

    /// <summary>A snap by the name of its kind; "name: …" is a snap.yaml, "defaults: …" the settings of the gadget "gad".</summary>
    private SnapFile Snap(string kind)
    {
        if (_snaps.TryGetValue(kind, out SnapFile? snap))
            return snap;
        (string yaml, (string, string)[] files) =
            kind.StartsWith("name: ", StringComparison.Ordinal) ? (kind, [])
            : kind.StartsWith("defaults:", StringComparison.Ordinal) ? Gadget("gad", "base: core18\n", kind)
            : Kinds[kind];
        return _snaps[kind] = TestSnap.MakeReal(_temp, $"{_snaps.Count}", yaml, files);
    }

    private Assertion Model(PrepareImageCase one)
    {
        string more = one.Base is null ? one.Model : $", \"base\": \"{one.Base}\"{one.Model}";
        return TestChain.Sign($$"""
            {
              "type": "model", "series": "16", "authority-id": "my-brand", "brand-id": "my-brand", "model": "my-model",
              "architecture": "arm64", "gadget": "{{one.Gadget}}", "kernel": "{{one.Kernel}}",
              "timestamp": "{{one.ModelTime}}"{{more}}
            }
            """, one.IsUnvouched ? _chain.RootKey : _chain.BrandKey);
    }

    private Assertion[] Store =>
    [
        _chain.RootAccountAssertion, _chain.BrandAccountAssertion, _chain.BrandKeyAssertion, _chain.Account("third"),
        _chain.Account("canonical"),
        TestChain.Sign("""
            {
              "type": "store", "authority-id": "testroot", "store": "my-store", "operator-id": "third",
              "friendly-stores": ["a-friend"], "timestamp": "2019-02-01T00:00:00Z"
            }
            """, _chain.RootKey),
    ];

    private List<Assertion> StatementsFor(PrepareImageCase one)
    {
        List<Assertion> all = [.. Store, .. one.Asserted.SelectMany(kind =>
            SnapStatements.Of(Kinds.ContainsKey(kind) ? kind : Snap(kind).Name, Snap(kind), _chain))];
        foreach (StatementChange change in one.Changes)
        {
            Assertion[] meant = [.. all.Where(change.IsAbout)];
            Assert.NotEmpty(meant);
            foreach (Assertion statement in meant)
            {
                if (!change.KeepsOld)
                    all.Remove(statement);
                if (change.To is not null)
                    all.Add(Change(statement, change));
            }
        }
        return all;
    }

    private Assertion Change(Assertion statement, StatementChange change)
    {
        string text = Encoding.UTF8.GetString(statement.Content.Span);
        Assert.Contains(change.From, text, StringComparison.Ordinal);
        bool isByRoot = change.Signer is "" ? statement.SignKeyId == _chain.RootKey.Id : change.Signer == TestChain.RootAccount;
        AssertionKey key = isByRoot ? _chain.RootKey : _chain.BrandKey;
        text = text.Replace(change.From, change.To, StringComparison.Ordinal)
            .Replace($"sign-key-sha3-384: {statement.SignKeyId}", $"sign-key-sha3-384: {key.Id}", StringComparison.Ordinal);
        if (change.Signer is not "")
            text = text.Replace($"authority-id: {statement.AuthorityId}", $"authority-id: {change.Signer}", StringComparison.Ordinal);
        return TestChain.SignText(text, key);
    }

    /// <summary>What prepare-image and ours make of cases.</summary>
    /// <returns>What differs, empty where nothing does; how many prepare-image took.</returns>
    public (string Differences, int Taken) Compare(IReadOnlyList<PrepareImageCase> cases)
    {
        string userData = _temp.Write("user-data", "#cloud-config\n");
        string roots = _temp.Write("roots", TestChain.Stream([.. _chain.Roots.Assertions]));
        var verdicts = new string[cases.Count];
        // Which snaps are asserted differs, so the store does: the cases of one store are prepared together.
        foreach (var group in cases.Index().GroupBy(one => $"{string.Join(' ', one.Item.Asserted)}{string.Concat(one.Item.Changes)}"))
        {
            List<Assertion> statements = StatementsFor(group.First().Item);
            string[] lines = [.. group.Select(one => Line(one.Index, one.Item, userData))];
            string[] judged = SnapdJudge.PrepareImages(roots, _temp.Write("statements", TestChain.Stream([.. statements])), lines);
            foreach ((int index, string verdict) in group.Select(one => one.Index).Zip(judged))
                verdicts[index] = verdict;
        }
        var differences = new StringBuilder();
        List<(PrepareImageCase Case, string Folder)> made = [];
        for (int index = 0; index < verdicts.Length; index++)
        {
            if (Compare(cases[index], verdicts[index], OutOf(index), differences) is { } systemData)
            {
                string folder = _temp.File($"ours{index}");
                TreeExtractor.Extract(systemData, folder, new DiagnosticBag());
                made.Add((cases[index], Path.Combine(folder, "var", "lib", "snapd", "seed")));
            }
        }
        Load(made, roots, differences);
        return (differences.ToString(), verdicts.Count(verdict => verdict is ""));
    }

    /// <summary>Whether snapd loads what ours made, as it does at the first boot.</summary>
    private static void Load(List<(PrepareImageCase Case, string Folder)> made, string roots, StringBuilder differences)
    {
        string[] judged = SnapdJudge.Run(["validate", roots, .. made.Select(one => one.Folder)]).MustSucceed()
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(made.Count, judged.Length);
        foreach (((PrepareImageCase one, _), string verdict) in made.Zip(judged))
        {
            if (verdict == "ok" == one.OursOnlyWarns)
                differences.Append($"{one.Name}\n  snapd at the first boot: {verdict}\n");
        }
    }

    private string OutOf(int index) => _temp.File($"out{index}");

    private string Line(int index, PrepareImageCase one, string userData) => JsonSerializer.Serialize(new
    {
        Model = _temp.Write($"model{index}", Model(one).ToBytes()),
        Snaps = one.Snaps.Select(kind => Snap(kind).Path),
        one.Channel,
        one.DisableConsoleConf,
        CloudInit = one.CloudInit ? userData : "",
        BootFlags = one.IsFactoryImage ? (string[])["factory"] : [],
        Out = OutOf(index),
    });

    private DirectoryNode? Compare(PrepareImageCase one, string verdict, string theirs, StringBuilder differences)
    {
        var diagnostics = new DiagnosticBag();
        SeedPlan? plan = Plan(one, diagnostics);
        bool shouldMake = one.OursOnlyWarns || (verdict is "" && !one.OursRefusesMore);
        if (plan is not null != shouldMake || diagnostics.Items.Any(item => item.Severity == Severity.Warning) != one.OursOnlyWarns)
        {
            differences.Append($"{one.Name}\n  snapd: {verdict}\n  ours: ")
                .AppendJoin("; ", diagnostics.Items.Select(item => $"{item.Rule.Code} {item.Message}")).Append('\n');
            return null;
        }
        if (plan is null)
            return null;
        var systemData = new DirectoryNode();
        plan.AddTo(systemData, new FileTime(1));
        systemData.Remove("boot");
        if (one.OursOnlyWarns)
            return systemData;
        string[] ours = [.. systemData.Walk().Select(Describe)];
        DirectoryNode made = FolderTree.Read(Path.Combine(theirs, "image"));
        made.Remove("boot");
        string[] expected = [.. made.Walk().Select(Describe)];
        foreach (string line in expected.Except(ours))
            differences.Append($"{one.Name}\n  only snapd: {line}\n");
        foreach (string line in ours.Except(expected))
            differences.Append($"{one.Name}\n  only ours: {line}\n");
        return systemData;
    }

    private SeedPlan? Plan(PrepareImageCase one, DiagnosticBag diagnostics)
    {
        Assertion model = Model(one);
        return SeedPlanner.Plan(new()
        {
            Model = ModelReader.Read(model.Headers, new DiagnosticBag())!,
            ModelAssertion = model,
            ModelPath = "model",
            Snaps = [.. one.Snaps.Select(Snap)],
            Assertions = StatementsFor(one),
            Roots = _chain.Roots,
            Channel = one.Channel,
            Now = TimeProvider.System.GetUtcNow(),
            Customization = new()
            {
                DisablesConsoleConf = one.DisableConsoleConf,
                IsFactoryImage = one.IsFactoryImage,
                CloudInitUserData = one.CloudInit ? "#cloud-config\n"u8.ToArray() : null,
            },
        }, diagnostics);
    }

    private static string Describe((string Path, FileNode Node) one) => one.Node switch
    {
        SymbolicLinkNode link => $"{one.Path} -> {link.Target}",
        RegularFileNode file => $"{one.Path} {Convert.ToString(file.Metadata.Permissions, 8)} {Bytes(file.Content)}",
        _ => $"{one.Path}/",
    };

    private static string Bytes(FileContent content) =>
        content.Length > 4000 ? AssertionDigest.Of(content.Open()) : Encoding.UTF8.GetString(content.ReadAll(4000));
}
