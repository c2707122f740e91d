// Validation sets beside snapd's: random sets and snaps, what breaks them in snapd's own words; and models that name them.
using System.Text;
using System.Text.Json;
using JetsonCore.Assertions;
using JetsonCore.Diagnostics;
using JetsonCore.Seed;
using JetsonCore.Store;
using JetsonCore.TestKit;
using JetsonCore.Tests.Assertions;
using Xunit;

namespace JetsonCore.Tests.Seed;

public sealed class ValidationSetTests : IDisposable
{
    private const int Cases = 120;
    private static readonly string[] Names = ["app", "zoo", "core20"];

    private readonly TestChain _chain = new();
    private readonly TempFolder _temp = new();

    public void Dispose()
    {
        _chain.Dispose();
        _temp.Dispose();
    }

    private Assertion Set(string name, string snaps, int sequence = 1, AssertionKey? signer = null) => TestChain.Sign($$"""
        {
          "type": "validation-set", "series": "16", "authority-id": "my-brand", "account-id": "my-brand", "name": "{{name}}",
          "sequence": "{{sequence}}", "snaps": [ {{snaps}} ], "timestamp": "2021-11-13T15:40:00Z"
        }
        """, signer ?? _chain.BrandKey);

    private static string Snap(string name, string more) => $$"""{ "name": "{{name}}", "id": "{{SnapStatements.IdOf(name)}}"{{more}} }""";

    private static string RandomSnaps(SeededRandom random) => string.Join(", ", Names.Where((_, index) => index == 0 || random.Next(2) == 0)
        .Select(name => Snap(name, random.Next(5) switch
        {
            0 => ", \"presence\": \"invalid\"",
            1 => $", \"presence\": \"optional\", \"revision\": \"{3 + random.Next(2)}\"",
            2 => ", \"presence\": \"optional\"",
            3 => $", \"revision\": \"{3 + random.Next(2)}\"",
            _ => "",
        })));

    [Fact]
    public void What_breaks_sets_is_said_as_snapd_says_it()
    {
        Assertion[][] texts = [.. Enumerable.Range(0, 24).Select(seed =>
            Enumerable.Range(0, 3).Select(index => Set($"set{index}", RandomSnaps(new SeededRandom((ulong)((seed * 3) + index))))).ToArray())];
        List<(Assertion[] Sets, ValidationSets.SeededSnap[] Snaps)> cases = [];
        for (int seed = 0; seed < Cases; seed++)
        {
            var random = new SeededRandom((ulong)(1000 + seed));
            ValidationSets.SeededSnap[] snaps = [.. Names.Where(_ => random.Next(3) > 0).Select(name => random.Next(4) == 0
                ? new ValidationSets.SeededSnap(name, null, null) : new(name, SnapStatements.IdOf(name), 3 + random.Next(2)))];
            cases.Add((texts[seed % texts.Length][..(1 + random.Next(3))], snaps));
        }
        string[] files = [.. cases.Select((one, index) => _temp.Write($"case{index}", JsonSerializer.SerializeToUtf8Bytes(new
        {
            Sets = _temp.Write($"sets{index}", TestChain.Stream(one.Sets)),
            Snaps = one.Snaps.Select(snap => new { snap.Name, Id = snap.Id ?? "", Revision = snap.Revision ?? -1 }),
        })))];
        string[] judged = SnapdJudge.Run(["sets", .. files]).MustSucceed().Split('\n')[..^1];
        var differences = new StringBuilder();
        foreach (((Assertion[] sets, ValidationSets.SeededSnap[] snaps), string verdict) in cases.Zip(judged))
        {
            var diagnostics = new DiagnosticBag();
            ValidationSets.Check(sets, snaps, diagnostics);
            int said = verdict.Split(verdict.Contains("conflict", StringComparison.Ordinal) ? " - " : "   - ").Length - 1;
            if (said != diagnostics.Items.Count || !diagnostics.Items.All(item =>
                verdict.Contains(WordsOf(item), StringComparison.Ordinal)))
            {
                differences.Append(verdict).Append('\n').AppendJoin("; ", diagnostics.Items.Select(item => item.Hint)).Append('\n');
            }
        }
        Assert.Equal("", differences.ToString());
        Assert.InRange(judged.Count(verdict => verdict == "ok"), 8, Cases - 60);
        Assert.InRange(judged.Count(verdict => verdict.Contains("in conflict", StringComparison.Ordinal)), 10, Cases - 30);
        Assert.Contains(judged, verdict => verdict.Contains("invalid snaps", StringComparison.Ordinal));
        Assert.Contains(judged, verdict => verdict.Contains("at wrong revisions", StringComparison.Ordinal));
    }

    /// <summary>The quoted words, without what stands once above all of a kind.</summary>
    private static string WordsOf(Diagnostic item)
    {
        Assert.NotNull(item.Hint);
        string words = item.Hint[(item.Hint.IndexOf("snapd: \"", StringComparison.Ordinal) + 8)..^1];
        return words[(words.LastIndexOf(": ", StringComparison.Ordinal) + 2)..];
    }

    [Fact]
    public void A_model_names_its_sets()
    {
        using var world = new RecoverySystemWorld();
        string[] Plan(string sets, string sequences, params Assertion[] given)
        {
            var one = new RecoverySystemCase("sets")
            {
                Entries = ["gad", "ker", "app"],
                Snaps = ["gad", "ker", "snapd", "core20", "app"],
                Asserted = ["app"],
                Model = $", \"validation-sets\": [ {sets} ]",
            };
            var diagnostics = new DiagnosticBag();
            SeedPlan? plan = SeedPlanner.Plan(new()
            {
                Model = ModelReader.Read(world.Model(one).Headers, new DiagnosticBag())!,
                ModelAssertion = world.Model(one),
                ModelPath = "model",
                Snaps = [.. one.Snaps.Select(world.Snap)],
                Assertions = [.. world.Statements(one), .. given],
                Roots = world.Chain.Roots,
                Sequences = RevisionList.Read(Encoding.UTF8.GetBytes(sequences), diagnostics).Sets,
            }, diagnostics);
            return plan is null ? [.. diagnostics.Items.Select(item => $"{item.Rule.Code} {item.Message} {item.Hint}")]
                : [plan.SeedManifest, .. plan.Sets.Select(set => set.Reference)];
        }

        const string Newest = """{ "name": "base-set", "mode": "enforce" }""";
        const string Pinned = """{ "name": "base-set", "sequence": "2", "mode": "prefer-enforce" }""";
        Assertion[] all = [.. Enumerable.Range(1, 3).Select(sequence =>
            Set("base-set", Snap("app", sequence == 3 ? "" : ", \"revision\": \"7\""), sequence))];
        Assert.Equal(["my-brand/base-set=2\ncore20 x1\ngad x1\nker x1\nsnapd x1\n", "validation-set \"16/my-brand/base-set/2\""],
            Plan(Pinned, "", all));
        Assert.Equal(["my-brand/base-set 3\napp 7\ncore20 x1\ngad x1\nker x1\nsnapd x1\n", "validation-set \"16/my-brand/base-set/3\""],
            Plan(Newest, "", all));
        Assert.Equal("validation-set \"16/my-brand/base-set/1\"", Plan(Newest, "my-brand/base-set 1\n", all)[1]);
        Assert.Equal("validation-set \"16/my-brand/base-set/2\"", Plan(Pinned, "my-brand/base-set=2\n", all)[1]);
        Assert.StartsWith("JC4323", Plan(Newest, "my-brand/base-set=1\n", all)[0], StringComparison.Ordinal);
        Assert.Contains("model requires sequence 2", Plan(Pinned, "my-brand/base-set 1\n", all)[0], StringComparison.Ordinal);
        Assert.StartsWith("JC4320", Plan(Newest, "")[0], StringComparison.Ordinal);
        Assert.Contains("sequence=2", Plan(Pinned, "", all[0])[0], StringComparison.Ordinal);
        string[] unmet = Plan(Newest, "", Set("base-set", $"{Snap("app", ", \"revision\": \"8\"")}, {Snap("zoo", "")}"));
        Assert.Equal(["JC4322", "JC4322"], unmet.Select(line => line[..6]));
        Assertion foreign = Set("base-set", Snap("app", ""), signer: _chain.RootKey);
        Assert.Contains(Plan(Newest, "", foreign), line => line.StartsWith("JC33", StringComparison.Ordinal));
    }
}
