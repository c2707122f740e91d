// Seeds: the golden layout of the TX1, what is refused, asserted snaps; snapd's own seed loader as judge.
using System.Text;
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

public sealed class SeedPlannerTests : IDisposable
{
    private const string KernelId = "kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk";

    private readonly TestChain _chain = new();

    public void Dispose() => _chain.Dispose();

    private SeedInputs Inputs(IEnumerable<SnapFile>? snaps = null, Assertion? model = null)
    {
        Assertion assertion = model ?? _chain.Model;
        return new()
        {
            Model = ModelReader.Read(assertion.Headers, new DiagnosticBag())!,
            ModelAssertion = assertion,
            ModelPath = "tx1.model",
            Snaps = [.. snaps ?? TestSnap.Tx1.Select(yaml => TestSnap.Make(yaml))],
            Assertions = [_chain.BrandAccountAssertion, _chain.BrandKeyAssertion],
            Roots = _chain.Roots,
        };
    }

    private static SeedPlan MustPlan(SeedInputs inputs)
    {
        var diagnostics = new DiagnosticBag();
        SeedPlan? plan = SeedPlanner.Plan(inputs, diagnostics);
        Assert.DoesNotContain(diagnostics.Items, item => item.Severity != Severity.Info);
        return plan!;
    }

    private static string[] Findings(SeedInputs inputs)
    {
        var diagnostics = new DiagnosticBag();
        SeedPlan? plan = SeedPlanner.Plan(inputs, diagnostics);
        Assert.Equal(diagnostics.HasErrors, plan is null);
        return [.. diagnostics.Items.Select(item => $"{item.Path}: {item.Rule.Code} {item.Message}")];
    }

    private static string Describe(SeedPlan plan)
    {
        var systemData = new DirectoryNode();
        plan.AddTo(systemData, new FileTime(1));
        var text = new StringBuilder();
        foreach ((string path, FileNode node) in systemData.Walk())
        {
            string kind = node switch { DirectoryNode => "d", SymbolicLinkNode => "l", _ => "-" };
            string target = node is SymbolicLinkNode { Target: var to } ? $" -> {to}" : "";
            text.Append($"{kind}{Convert.ToString(node.Metadata.Permissions, 8)} {path}{target}\n");
        }
        text.Append('\n').Append(SeedYaml(plan));
        text.Append($"\nseed.manifest:\n{plan.SeedManifest}\nboot variables:\n");
        text.AppendJoin("", plan.BootVariables.Select(variable => $"{variable.Key}={variable.Value}\n"));
        return text.ToString();
    }

    private static string SeedYaml(SeedPlan plan) =>
        Encoding.UTF8.GetString(((RegularFileNode)plan.Files.Find("var/lib/snapd/seed/seed.yaml")!).Content.ReadAll(10_000));

    private static IEnumerable<string> AssertionFiles(SeedPlan plan) =>
        ((DirectoryNode)plan.Files.Find("var/lib/snapd/seed/assertions")!).Children.Keys;

    [Fact]
    public void The_seed_of_the_TX1_is_laid_out_as_the_golden_chain_lays_it_out() =>
        Golden.Matches(Describe(MustPlan(Inputs())), "tests", "JetsonCore.Tests", "Seed", "golden", "tx1.golden.txt");

    [Fact]
    public void Other_bases_and_apps_follow_their_class_and_the_model()
    {
        Assertion model = TestChain.Sign(TestChain.ModelJson.Replace("\"timestamp\"",
            "\"display-name\": \"My TX1\", \"required-snaps\": [ \"core20\", \"zoo\", \"app\" ], \"timestamp\"",
            StringComparison.Ordinal),
            _chain.BrandKey);
        string[] more =
        [
            "name: app\nversion: '1'\nbase: core20\n", "name: extra\nversion: '1'\nconfinement: devmode\nbase: core18\n",
            "name: core20\nversion: '20'\ntype: base\n", "name: zoo\nversion: '1'\n", "name: core\nversion: '16'\ntype: os\n",
        ];
        SeedPlan plan = MustPlan(Inputs(more.Concat(TestSnap.Tx1).Select(yaml => TestSnap.Make(yaml)), model));
        Assert.Equal(
            ["snapd", "core", "jetson-tx1-kernel", "core18", "core20", "jetson-tx1", "zoo", "app", "extra"],
            plan.Snaps.Select(snap => snap.Name));
        Assert.Equal("My TX1", plan.BootVariables["snap_menuentry"]);
        Assert.Contains("- name: extra\n  devmode: true\n  unasserted: true\n  file: extra_x1.snap\n", SeedYaml(plan),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_without_base_boots_core()
    {
        Assertion model = TestChain.Sign(
            TestChain.ModelJson.Replace("  \"base\": \"core18\",\n", "", StringComparison.Ordinal), _chain.BrandKey);
        SeedPlan plan = MustPlan(Inputs(
            [
                TestSnap.Make("name: core\nversion: '16'\ntype: os\n"), TestSnap.Make(TestSnap.Tx1[3]),
                TestSnap.Make("name: jetson-tx1\nversion: '1'\ntype: gadget\n"),
            ],
            model));
        Assert.Equal("core_x1.snap", plan.BootVariables["snap_core"]);
        Assert.Equal(["core", "jetson-tx1-kernel"],
            plan.Snaps.Where(snap => snap.IsBooted).Select(snap => snap.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void All_findings_about_snaps_come_at_once()
    {
        string[] findings = Findings(Inputs(
        [
            TestSnap.Make("name: jetson-tx1\nversion: '1'\ntype: app\narchitectures: [amd64, armhf]\n"),
            TestSnap.Make("name: jetson-tx1\nversion: '2'\ntype: gadget\nbase: core22\n"),
            TestSnap.Make("name: jetson-tx1-kernel\nversion: '4.4'\ntype: kernel\n"),
            TestSnap.Make("name: wild\nversion: '1'\nbase: core18\nconfinement: classic\n"),
        ]));
        Assert.Equal(
        [
            "jetson-tx1.snap: JC4102 cannot take the snap \"jetson-tx1\" twice: \"jetson-tx1.snap\" is it already",
            "tx1.model: JC4101 cannot do without the snap \"snapd\": it runs snapd",
            "tx1.model: JC4101 cannot do without the snap \"core18\": it is the model's base",
            "jetson-tx1.snap: JC4103 cannot use \"jetson-tx1\": it is the model's gadget and must have type \"gadget\", "
                + "it has \"app\"",
            "wild.snap: JC4109 the model does not name \"wild\": it can be removed from the device",
            "jetson-tx1.snap: JC4105 cannot run \"jetson-tx1\" on the model's arm64: it is made for amd64, armhf",
            "jetson-tx1.snap: JC4202 cannot use the gadget \"jetson-tx1\": its base is missing, the model's is \"core18\"",
            "jetson-tx1.snap: JC4202 cannot use the gadget \"jetson-tx1\": its base is \"core22\", the model's is \"core18\"",
            "wild.snap: JC4107 cannot run \"wild\" on Ubuntu Core: its confinement is classic",
            "wild.snap: JC4104 cannot run \"wild\" without its base \"core18\": it is not given",
        ], findings);
    }

    [Fact]
    public void A_model_that_nobody_vouches_for_makes_no_seed_unless_that_is_wanted()
    {
        SeedInputs inputs = Inputs() with { Assertions = [] };
        string[] refused = Findings(inputs);
        Assert.StartsWith("tx1.model: JC3301 cannot trust model", refused[0], StringComparison.Ordinal);
        Assert.StartsWith("tx1.model: JC4108 nobody vouches for the key", refused[1], StringComparison.Ordinal);
        string finding = Assert.Single(Findings(inputs with { AllowUnvouched = true }));
        Assert.StartsWith("tx1.model: JC4200 nobody vouches for the key", finding, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_that_has_expired_by_now_is_warned_of()
    {
        SeedInputs inputs = Inputs() with
        {
            Assertions =
            [
                _chain.BrandAccountAssertion,
                _chain.AccountKey(TestChain.Brand, _chain.BrandKey, ", \"until\": \"2020-01-01T00:00:00Z\""),
            ],
        };
        Assert.Empty(Findings(inputs));
        string finding = Assert.Single(Findings(inputs with { Now = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000) }));
        Assert.StartsWith("tx1.model: JC3408 the key of model", finding, StringComparison.Ordinal);
    }

    [Fact]
    public void Statements_about_other_snaps_stay_out()
    {
        SnapFile other = TestSnap.Make("name: other\nversion: '1'\nbase: core18\n");
        SeedInputs inputs = Inputs();
        SeedPlan plan = MustPlan(inputs with { Assertions = [.. inputs.Assertions, _chain.Account("third"), .. Statements(other)] });
        Assert.Equal(new[] { $"{_chain.BrandKey.Id}.account-key", "model", "my-brand.account" }.Order(StringComparer.Ordinal),
            AssertionFiles(plan));
    }

    [Fact]
    public void A_model_that_was_changed_after_signing_is_an_error()
    {
        string text = Encoding.UTF8.GetString(_chain.Model.ToBytes()).Replace("core18", "core20", StringComparison.Ordinal);
        Assertion changed = TestChain.ReadOne(Encoding.UTF8.GetBytes(text));
        Assert.Contains(Findings(Inputs(model: changed)), finding => finding.Contains("JC3302", StringComparison.Ordinal));
    }

    [Fact]
    public void Classic_models_are_refused()
    {
        Assertion model = TestChain.Sign("""
            {
              "type": "model", "series": "16", "authority-id": "my-brand", "brand-id": "my-brand", "model": "new",
              "architecture": "arm64", "base": "core20", "timestamp": "2021-01-01T00:00:00Z", "grade": "dangerous",
              "classic": "true", "distribution": "ubuntu",
              "snaps": [ { "name": "gad", "type": "gadget" }, { "name": "ker", "type": "kernel" } ]
            }
            """, _chain.BrandKey);
        Assert.Contains("JC4106", Assert.Single(Findings(Inputs(model: model))), StringComparison.Ordinal);
    }

    [Fact]
    public void Asserted_snaps_carry_revision_id_and_channel()
    {
        SnapFile[] snaps = [.. TestSnap.Tx1.Select(yaml => TestSnap.Make(yaml))];
        Assertion model = TestChain.Sign(
            TestChain.ModelJson.Replace("\"jetson-tx1-kernel\"", "\"jetson-tx1-kernel=4.4\"", StringComparison.Ordinal),
            _chain.BrandKey);
        SeedInputs inputs = Inputs(snaps, model);
        inputs = inputs with { Assertions = [.. inputs.Assertions, .. Statements(snaps[3])] };
        SeedPlan plan = MustPlan(inputs);
        Assert.Contains(
            $"- name: jetson-tx1-kernel\n  snap-id: {KernelId}\n  channel: 4.4/stable\n  file: jetson-tx1-kernel_77.snap\n",
            SeedYaml(plan), StringComparison.Ordinal);
        Assert.Equal("jetson-tx1-kernel_77.snap", plan.BootVariables["snap_kernel"]);
        string[] expected =
        [
            $"16,{KernelId}.snap-declaration", $"{snaps[3].Digest}.snap-revision", $"{_chain.BrandKey.Id}.account-key",
            "model", "my-brand.account",
        ];
        Assert.Equal(expected.Order(StringComparer.Ordinal), AssertionFiles(plan));
    }

    [Theory]
    [InlineData("other-name", null, "calls it \"other-name\"")]
    [InlineData(null, "1", "says 1 bytes")]
    public void Statements_must_agree_with_the_file(string? name, string? size, string message)
    {
        SnapFile[] snaps = [.. TestSnap.Tx1.Select(yaml => TestSnap.Make(yaml))];
        SeedInputs inputs = Inputs(snaps);
        inputs = inputs with { Assertions = [.. inputs.Assertions, .. Statements(snaps[3], name, size)] };
        string finding = Assert.Single(Findings(inputs));
        Assert.Contains("JC4110", finding, StringComparison.Ordinal);
        Assert.Contains(message, finding, StringComparison.Ordinal);
    }

    [Fact]
    public void Snapd_loads_our_seeds()
    {
        using var temp = new TempFolder();
        SnapFile[] snaps = [.. TestSnap.Tx1.Select(yaml => TestSnap.MakeReal(temp, yaml))];
        SeedInputs inputs = Inputs(snaps);
        inputs = inputs with { Assertions = [.. inputs.Assertions, .. Statements(snaps[3])] };
        var systemData = new DirectoryNode();
        MustPlan(inputs).AddTo(systemData, new FileTime(1));
        TreeExtractor.Extract(systemData, temp.File("system-data"), new DiagnosticBag());
        string roots = temp.Write("roots", TestChain.Stream([.. _chain.Roots.Assertions]));
        string judged = SnapdJudge.Run("seed", roots, temp.File("system-data", "var", "lib", "snapd", "seed")).MustSucceed();
        Assert.Equal($"""
            model jetson-tx1, essential snapd core18 jetson-tx1-kernel jetson-tx1
            snapd id="" revision=unset channel="" devmode=false
            core18 id="" revision=unset channel="" devmode=false
            jetson-tx1-kernel id="{KernelId}" revision=77 channel="stable" devmode=false
            jetson-tx1 id="" revision=unset channel="" devmode=false

            """, judged);
    }

    private Assertion[] Statements(SnapFile snap, string? name = null, string? size = null) =>
    [
        TestChain.Sign($$"""
            {
              "type": "snap-declaration", "authority-id": "testroot", "series": "16", "snap-id": "{{KernelId}}",
              "snap-name": "{{name ?? snap.Name}}", "publisher-id": "my-brand", "timestamp": "2019-02-01T00:00:00Z"
            }
            """, _chain.RootKey),
        TestChain.Sign($$"""
            {
              "type": "snap-revision", "authority-id": "testroot", "snap-sha3-384": "{{snap.Digest}}",
              "snap-size": "{{size ?? $"{snap.Content.Length}"}}", "snap-id": "{{KernelId}}", "snap-revision": "77",
              "developer-id": "my-brand", "timestamp": "2019-02-01T00:00:00Z"
            }
            """, _chain.RootKey),
    ];
}
