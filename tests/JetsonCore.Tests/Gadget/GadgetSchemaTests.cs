// The JSON schema for editors knows the keys that the reader knows, all of them and no others, and describes each; and
// it names the values that the rules accept.
using System.Text.Json;
using JetsonCore.Gadget;
using JetsonCore.Gadget.Model;
using JetsonCore.Gadget.Reading;
using JetsonCore.TestKit;
using JetsonCore.Yaml;
using Xunit;

namespace JetsonCore.Tests.Gadget;

public class GadgetSchemaTests
{
    private static readonly JsonElement Root = JsonDocument.Parse(
        File.ReadAllText(Repository.PathOf("src", "JetsonCore", "Gadget", "gadget.schema.json"))).RootElement;

    private static readonly JsonElement Volume = Root.GetProperty("properties").GetProperty("volumes")
        .GetProperty("additionalProperties");

    private static readonly JsonElement Structure = Items(Volume, "structure");

    [Fact]
    public void Schema_and_reader_know_the_same_keys()
    {
        AssertKeys(GadgetKeys.Root, Root);
        AssertKeys(GadgetKeys.Volume, Volume);
        AssertKeys(GadgetKeys.Structure, Structure);
        AssertKeys(GadgetKeys.Content, Items(Structure, "content"));
        AssertKeys(GadgetKeys.Update, Structure.GetProperty("properties").GetProperty("update"));
        AssertKeys(GadgetKeys.Connection, Items(Root, "connections"));
        AssertKeys(GadgetKeys.KernelCommandLine, Root.GetProperty("properties").GetProperty("kernel-cmdline"));
        AssertKeys(GadgetKeys.Assignment, Items(Root, "volume-assignments"));
        AssertKeys(GadgetKeys.AssignedDevice, Items(Root, "volume-assignments").GetProperty("properties")
            .GetProperty("assignment").GetProperty("additionalProperties"));
    }

    [Theory]
    [InlineData("role", "JC1421")]
    [InlineData("filesystem", "JC1404")]
    public void Values_of_the_schema_are_those_of_the_rules(string key, string code)
    {
        foreach (string value in Values(Structure, key).Append("something-else"))
        {
            string yaml = $"volumes:\n  jetson:\n    structure:\n    - {{type: \"83,0FC63DAF-8483-4772-8E79-3D69D8477DE4\", "
                + $"size: 1M, {key}: {value}}}\n";
            Assert.Equal(value == "something-else", Codes(yaml).Contains(code));
        }
    }

    [Theory]
    [InlineData("schema", "JC1303")]
    [InlineData("bootloader", "JC1304")]
    public void Values_of_volumes_are_those_of_the_rules(string key, string code)
    {
        foreach (string value in Values(Volume, key).Append("something-else"))
            Assert.Equal(value == "something-else", Codes($"volumes: {{jetson: {{{key}: {value}}}}}").Contains(code));
    }

    /// <summary>Whatever the reader and the rules accept, the schema accepts.</summary>
    [Theory]
    [InlineData(GadgetMode.None)]
    [InlineData(GadgetMode.Uc18)]
    [InlineData(GadgetMode.Uc20)]
    public void An_accepted_file_is_accepted_by_the_schema(GadgetMode mode)
    {
        List<string> refused = [];
        int accepted = 0;
        foreach ((string name, string text) in Files(mode))
        {
            if (!IsAccepted(text, mode) || Value(text) is not { } value || IsBeyondWords(text))
                continue;
            accepted++;
            string[] faults = [.. SchemaJudge.Faults(Root, value)];
            if (faults.Length > 0)
                refused.Add($"{name}: {string.Join("; ", faults)}\n{text}");
        }
        Assert.Empty(refused.Take(5));
        Assert.InRange(accepted, mode == GadgetMode.Uc20 ? 20 : 100, 10_000);
    }

    /// <summary>What the schema can say no to, and what not: each a rule of its own, with its case.</summary>
    [Theory]
    [InlineData("JC1303", true)]
    [InlineData("JC1304", true)]
    [InlineData("JC1404", true)]
    [InlineData("JC1421", true)]
    [InlineData("JC1201", true)]
    [InlineData("JC1301", true)]
    [InlineData("JC1104", false)]       // sums of sizes and offsets
    [InlineData("JC1306", false)]       // one bootloader in all volumes
    [InlineData("JC1433", false)]       // a role once in all volumes
    [InlineData("JC1603", false)]       // what a model needs
    [InlineData("JC1511", false)]       // files
    public void The_schema_refuses_what_it_can_express(string code, bool isExpressible)
    {
        string path = Repository.PathOf("tests", "JetsonCore.Tests", "Gadget", "cases", code, "fail");
        path = Directory.Exists(path) ? Path.Combine(path, "meta", "gadget.yaml") : path + ".yaml";
        Assert.Equal(isExpressible, SchemaJudge.Faults(Root, Value(File.ReadAllText(path))!).Any());
    }

    [Theory]
    [InlineData("volumes: {board: {schema: emmc, structure: [{name: boot0, content: [{image: x}]}]}}")]
    [InlineData("volumes: {board: {bootloader: u-boot, structure: [{type: bare, size: 1M, filesystem-label: }]}}")]
    [InlineData("volumes: {board: {bootloader: u-boot, schema: , structure: [{type: bare, size: 1M, role: ''}]}}")]
    public void Empty_values_and_boot_areas_are_accepted(string yaml) =>
        Assert.Empty(SchemaJudge.Faults(Root, Value(yaml)!));

    /// <summary>All cases and all of the corpus, and damaged ones.</summary>
    private static IEnumerable<(string Name, string Text)> Files(GadgetMode mode)
    {
        string folder = Repository.PathOf("tests", "JetsonCore.Tests", "Gadget");
        foreach (string path in Directory.EnumerateFiles(folder, "*.yaml", SearchOption.AllDirectories)
            .Where(path => !path.EndsWith("snap.yaml", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
            yield return (Path.GetRelativePath(folder, path), File.ReadAllText(path));
        var mutator = new GadgetMutator(new SeededRandom(11 + (ulong)mode), SnapdVerdictTests.Corpus(mode));
        for (int index = 0; index < 400; index++)
            yield return ($"#{index}", System.Text.Encoding.UTF8.GetString(mutator.Next()));
    }

    /// <summary>
    /// What no schema of JSON can follow: YAML 1.1's own spellings, and keys that snapd passes over.
    /// </summary>
    private static bool IsBeyondWords(string text) =>
        Codes(text).Any(code => code is "JC1008" or "JC1009" or "JC1010") || text.Contains("<<", StringComparison.Ordinal)
        || text.Contains("!!", StringComparison.Ordinal) || text.Contains('*', StringComparison.Ordinal);

    private static bool IsAccepted(string text, GadgetMode mode)
    {
        GadgetInput input = new() { YamlPath = "gadget.yaml", Yaml = System.Text.Encoding.UTF8.GetBytes(text) };
        return GadgetChecker.Check(input, new() { Mode = mode }).IsOk;
    }

    private static YamlValue? Value(string text)
    {
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(text);
        return YamlReader.Read(bytes, GadgetYaml.Gadget, new())?.Root is { } root
            ? new YamlValueReader(new(GadgetYaml.Gadget), GadgetRuleList.Kind).Read(root) : null;
    }

    private static List<string> Codes(string yaml)
    {
        GadgetInput input = new() { YamlPath = "gadget.yaml", Yaml = System.Text.Encoding.UTF8.GetBytes(yaml) };
        return [.. GadgetChecker.Check(input, new()).Diagnostics.Items.Select(finding => finding.Rule.Code)];
    }

    private static IEnumerable<string> Values(JsonElement map, string key) =>
        map.GetProperty("properties").GetProperty(key).GetProperty("enum").EnumerateArray()
            .Where(value => value.ValueKind == JsonValueKind.String && value.GetString()!.Length > 0)
            .Select(value => value.GetString()!);

    private static JsonElement Items(JsonElement map, string key) =>
        map.GetProperty("properties").GetProperty(key).GetProperty("items");

    private static void AssertKeys(string[] expected, JsonElement map)
    {
        JsonProperty[] properties = [.. map.GetProperty("properties").EnumerateObject()];
        Assert.Equal(expected.Order(StringComparer.Ordinal), properties.Select(p => p.Name).Order(StringComparer.Ordinal));
        Assert.All(properties, property =>
            Assert.True(property.Value.GetProperty("description").GetString()!.Length > 10, property.Name));
    }
}
