// The schemas of snap.yaml and of models: what the checkers accept, the schemas accept, on files as they are shipped, on
// damaged ones and on those of snapd's own tests; and they refuse what a schema can refuse.
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using JetsonCore.Assertions;
using JetsonCore.Diagnostics;
using JetsonCore.Snaps;
using JetsonCore.TestKit;
using JetsonCore.Tests.Snaps;
using JetsonCore.Yaml;
using Xunit;

namespace JetsonCore.Tests.Editors;

public class EditorSchemaTests
{
    private static readonly string SnapSchema = Repository.PathOf("src", "JetsonCore", "Snaps", "snap.schema.json");
    private static readonly string ModelSchema = Repository.PathOf("src", "JetsonCore", "Assertions", "model.schema.json");
    private static readonly YamlRules Rules = new("test")
    {
        Syntax = SnapRules.Yaml,
        Limit = SnapRules.Limit,
        Kind = SnapRules.ValueKind,
        Tag = SnapRules.ValueKind,
        Alias = SnapRules.Alias,
    };

    [Fact]
    public void An_accepted_snap_is_accepted_by_the_schema()
    {
        string corpus = Repository.PathOf("tests", "JetsonCore.Tests", "Snaps", "corpus");
        List<string> shipped = [.. Directory.EnumerateFiles(corpus).Order(StringComparer.Ordinal).Select(File.ReadAllText)];
        string[] own = [.. new[] { "gadget", "kernel", "scripts" }.SelectMany(folder => Directory.EnumerateFiles(
            Repository.PathOf(folder), "snap.yaml", SearchOption.AllDirectories)).Order(StringComparer.Ordinal).Select(File.ReadAllText)];
        var mutator = new SnapMutator(new SeededRandom(3), shipped);
        string[] damaged = [.. Enumerable.Range(0, 300).Select(_ => Encoding.UTF8.GetString(mutator.Next()))];
        // Merge keys, aliases and tags are beyond JSON, and so is a key that is no text or is given twice.
        string[] accepted = [.. shipped.Concat(own).Concat(damaged).Where(text => !text.Contains("<<", StringComparison.Ordinal)
            && !text.Contains('*', StringComparison.Ordinal) && !text.Contains("!!", StringComparison.Ordinal)
            && IsSnap(text) && ToJson(text) is not null)];
        Assert.InRange(accepted.Length, own.Length + 40, 400);
        Expect(SnapSchema, accepted);
    }

    [Theory]
    [InlineData("name: Snap\nversion: 1")]
    [InlineData("name: a\nversion: 1")]
    [InlineData("version: 1")]
    [InlineData("name: snap")]
    [InlineData("name: snap\nversion: a b")]
    [InlineData("name: snap\nversion: 1\ntype: gadgets")]
    [InlineData("name: snap\nversion: 1\nconfinement: loose")]
    [InlineData("name: snap\nversion: 1\narchitectures: arm64")]
    [InlineData("name: snap\nversion: 1\nepoch: [1]")]
    [InlineData("name: snap\nversion: 1\napps: [a]")]
    [InlineData("name: snap\nversion: 1\napps: {a: {daemon: yes-please}}")]
    [InlineData("name: snap\nversion: 1\napps: {a: {daemon: simple, restart-condition: sometimes}}")]
    [InlineData("name: snap\nversion: 1\napps: {a: {plugs: network}}")]
    [InlineData("name: snap\nversion: 1\nlayout: {etc: {bind: $SNAP/etc}}")]
    public void A_broken_snap_is_refused_by_the_schema(string text)
    {
        Assert.False(IsSnap(text));
        Assert.NotEqual("", Assert.Single(JsonSchemaJudge.Faults(SnapSchema, [ToJson(text)!])));
    }

    [Fact]
    public void Models_of_snapds_tests_are_judged_by_the_schema_as_by_snapd_as_far_as_a_schema_can()
    {
        (SnapdTableCase Case, string Json)[] models = [.. SnapdTables.Cases
            .Where(one => Encoding.UTF8.GetString(one.Text).StartsWith("type: model\n", StringComparison.Ordinal))
            .Select(one => (one, HeadersOf(one.Text))).Where(one => one.Item2 is not null).Select(one => (one.one, one.Item2!))];
        string[] faults = JsonSchemaJudge.Faults(ModelSchema, [.. models.Select(model => model.Json)]);
        string[] wrong = [.. models.Zip(faults).Where(pair => pair.First.Case.Error is "" && pair.Second is not "")
            .Select(pair => $"{pair.Second}\n{pair.First.Json}")];
        Assert.True(wrong.Length == 0, string.Join('\n', wrong.Take(5)));
        Assert.InRange(models.Count(model => model.Case.Error is ""), 10, 1000);
        int refused = models.Count(model => model.Case.Error is not "");
        int refusedByBoth = models.Zip(faults).Count(pair => pair.First.Case.Error is not "" && pair.Second is not "");
        Assert.True(refusedByBoth * 3 > refused * 2, $"{refusedByBoth} of {refused} are refused by the schema");
    }

    [Fact]
    public void The_templates_of_models_are_accepted_once_they_are_filled_in()
    {
        string[] filled = [.. ModelTemplate.Systems.Select(system => ModelTemplate.For(system)
            .Replace("authority-id:\n", "authority-id: my-brand\n", StringComparison.Ordinal)
            .Replace("brand-id:\n", "brand-id: my-brand\n", StringComparison.Ordinal)
            .Replace("model:\n", "model: my-model\n", StringComparison.Ordinal))];
        Expect(ModelSchema, filled);
        Assert.DoesNotContain("", JsonSchemaJudge.Faults(
            ModelSchema, [.. ModelTemplate.Systems.Select(system => ToJson(ModelTemplate.For(system))!)]));
    }

    private static void Expect(string schema, IReadOnlyList<string> texts)
    {
        string[] faults = JsonSchemaJudge.Faults(schema, [.. texts.Select(text => ToJson(text)!)]);
        string[] wrong = [.. texts.Zip(faults).Where(pair => pair.Second.Length > 0).Select(pair => $"{pair.Second}\n{pair.First}")];
        Assert.True(wrong.Length == 0, $"{wrong.Length}:\n{string.Join("\n=====\n", wrong.Take(8))}");
    }

    private static bool IsSnap(string text)
    {
        var diagnostics = new DiagnosticBag();
        return SnapYaml.Read(Encoding.UTF8.GetBytes(text), diagnostics) is not null
            && diagnostics.Items.All(finding => finding.Severity == Severity.Info || finding.Rule == SnapRules.Mode);
    }

    /// <summary>A YAML text as JSON, as an editor's YAML library would read it; null where it cannot be JSON.</summary>
    private static string? ToJson(string yaml)
    {
        var decoder = new YamlDecoder(Rules);
        YamlNode? root = YamlReader.Read(Encoding.UTF8.GetBytes(yaml), Rules, new())?.Root;
        return root is not null && new YamlValueReader(decoder, SnapRules.ValueKind).Read(root) is { } value
            && value.Walk().All(one => one.Entry is null or { IsText: true }) ? JsonOf(value)?.ToJsonString() : null;
    }

    private static JsonNode? JsonOf(YamlValue value) => value switch
    {
        YamlValue.Map map => new JsonObject(map.Entries.DistinctBy(entry => entry.Key)
            .Select(entry => KeyValuePair.Create(entry.Key, JsonOf(entry.Value)))),
        YamlValue.Sequence list => new JsonArray([.. list.Items.Select(JsonOf)]),
        YamlValue.Scalar { Meaning: var meaning } scalar => meaning.Kind switch
        {
            ScalarKind.Null => null,
            ScalarKind.Bool => meaning.IsTrue,
            ScalarKind.Integer or ScalarKind.LargeInteger or ScalarKind.Float when double.TryParse(
                scalar.Spelling, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number) =>
                number == Math.Floor(number) && Math.Abs(number) < 1e15 ? (long)number : number,
            ScalarKind.Integer or ScalarKind.LargeInteger or ScalarKind.Float => 1,
            _ => meaning.Text,
        },
        _ => throw new NotSupportedException(value.GetType().Name),
    };

    /// <summary>The headers of an assertion as JSON; null where it cannot be read at all.</summary>
    private static string? HeadersOf(byte[] text)
    {
        string whole = Encoding.UTF8.GetString(text);
        int end = whole.IndexOf("\n\n", StringComparison.Ordinal);
        try
        {
            return end < 0 ? null : JsonOf(new HeaderValue.Entries(AssertionHeaderParser.Parse(Encoding.UTF8.GetBytes(whole[..end]), 0, 1))).ToJsonString();
        }
        catch (JetsonCore.Formats.Binary.MalformedDataException)
        {
            return null;
        }
    }

    private static JsonNode JsonOf(HeaderValue value) => value switch
    {
        HeaderValue.Text text => JsonValue.Create(text.Value),
        HeaderValue.Items items => new JsonArray([.. items.Values.Select(JsonOf)]),
        HeaderValue.Entries entries => new JsonObject(entries.Values.All.Select(entry => KeyValuePair.Create(entry.Key, (JsonNode?)JsonOf(entry.Value)))),
        _ => throw new NotSupportedException(),
    };
}
