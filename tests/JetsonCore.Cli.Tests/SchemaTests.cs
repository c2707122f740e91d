// schema: there is one for every document, and none takes a document that is not as the program writes it. That those
// which it writes keep to them is judged at each run of every test (DocumentJudge).
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using JetsonCore.Cli.Commands;
using JetsonCore.Cli.Tests.Build;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Cli.Tests;

public sealed partial class SchemaTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void Every_document_has_its_schema() => Assert.Equal(
        Directory.EnumerateFiles(Repository.PathOf("src"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(file => Named().Matches(File.ReadAllText(file))).Select(match => match.Groups[1].Value)
            .Distinct().Order(StringComparer.Ordinal),
        SchemaCommand.Documents);

    [Fact]
    public void The_schemas_are_schemas_of_2020_12()
    {
        foreach (string name in SchemaCommand.Documents)
            _temp.Write($"{name}.json", CliRun.Succeed("schema", name));
        Oracle.Run("python3", "-c", """
            import json, pathlib, sys, jsonschema
            for path in pathlib.Path(sys.argv[1]).glob("*.json"):
                schema = json.loads(path.read_text())
                assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
                jsonschema.Draft202012Validator.check_schema(schema)
            """, _temp.Path).MustSucceed();
        Assert.Equal(2, CliRun.Of("schema", "nothing").ExitCode);
    }

    [Fact]
    public void A_changed_document_is_refused()
    {
        using var device = new TinyDevice();
        device.Build("out").MustSucceed();
        string image = device.File("out", "tiny.img");
        string[][] runs =
        [
            ["check", device.File("gadget")], ["layout", device.File("gadget")], ["inspect", image], ["fs", "ls", $"{image}:system-boot"],
            ["diff", device.File("gadget"), device.File("kernel")], ["env", "show", device.File("gadget", "uboot.env")],
            ["env", "lint", device.File("uboot.env.in")], ["explain", "JC1104"], ["seed", "check", image],
            ["verify", device.File("out", "tiny.model")],
        ];
        string[] documents = [.. runs.Select(run => CliRun.Of([.. run, "--json"]).Output), File.ReadAllText(device.File("out", "manifest.json"))];
        foreach (string text in documents)
        {
            Assert.Empty(DocumentJudge.FaultsOf(text));
            var random = new SeededRandom((ulong)text.Length);
            for (int round = 0; round < 30; round++)
            {
                JsonNode document = JsonNode.Parse(text)!;
                string change = Change(document, random);
                Assert.True(DocumentJudge.FaultsOf(document.ToJsonString()).Count > 0, $"{change} is taken in {document}");
            }
        }
    }

    // An object that gets a property more, or a property that is none of the types that documents hold there.
    private static string Change(JsonNode document, SeededRandom random)
    {
        JsonObject[] objects = [.. Objects(document).Where(one => !one.GetPath().EndsWith("variables", StringComparison.Ordinal)
            && !one.GetPath().EndsWith("attributes", StringComparison.Ordinal))];
        JsonObject chosen = objects[random.Next(objects.Length)];
        string[] names = [.. chosen.Select(property => property.Key).Where(name => name is not ("schema" or "fix"))];
        if (names.Length == 0 || random.Next(2) == 0)
            chosen["another"] = 1;
        else
            chosen[names[random.Next(names.Length)]] = new JsonObject { ["another"] = new JsonArray() };
        return $"a change at {chosen.GetPath()}";
    }

    private static IEnumerable<JsonObject> Objects(JsonNode? node) => node switch
    {
        JsonObject one => one.SelectMany(property => Objects(property.Value)).Prepend(one),
        JsonArray many => many.SelectMany(Objects),
        _ => [],
    };

    [GeneratedRegex("\"jetson-core/([a-z-]+)\"")]
    private static partial Regex Named();
}
