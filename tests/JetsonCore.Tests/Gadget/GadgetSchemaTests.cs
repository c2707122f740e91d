// The JSON schema for editors knows the keys that the reader knows, all of them and no others, and describes each; and
// it names the values that the rules accept.
using System.Text.Json;
using JetsonCore.Gadget;
using JetsonCore.Gadget.Reading;
using JetsonCore.TestKit;
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

    private static List<string> Codes(string yaml)
    {
        GadgetInput input = new() { YamlPath = "gadget.yaml", Yaml = System.Text.Encoding.UTF8.GetBytes(yaml) };
        return [.. GadgetChecker.Check(input, new()).Diagnostics.Items.Select(finding => finding.Rule.Code)];
    }

    private static IEnumerable<string> Values(JsonElement map, string key) =>
        map.GetProperty("properties").GetProperty(key).GetProperty("enum").EnumerateArray()
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
