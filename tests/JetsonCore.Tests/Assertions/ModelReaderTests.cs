// What a model may say. Each case changes one thing in a good model; snapd's library signs the same headers and must
// come to the same verdict.
using System.Text;
using System.Text.Json.Nodes;
using JetsonCore.Assertions;
using JetsonCore.Diagnostics;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Tests.Assertions;

public sealed class ModelReaderTests
{
    private const string NewModel = """
        {
          "type": "model", "series": "16", "authority-id": "my-brand", "brand-id": "my-brand", "model": "my-model",
          "architecture": "arm64", "base": "core20", "timestamp": "2021-01-01T00:00:00Z", "grade": "signed",
          "snaps": [
            { "name": "gad", "type": "gadget", "id": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "default-channel": "20/stable" },
            { "name": "ker", "type": "kernel", "id": "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb", "default-channel": "20/edge/x" },
            { "name": "app1", "id": "cccccccccccccccccccccccccccccccc", "presence": "optional", "modes": [ "ephemeral" ] }
          ]
        }
        """;

    private static JsonObject With(string model, string path, string? json)
    {
        JsonObject root = JsonNode.Parse(model)!.AsObject();
        JsonNode at = root;
        string[] steps = path.Split('/');
        foreach (string step in steps[..^1])
            at = int.TryParse(step, out int index) ? at[index]! : at[step]!;
        JsonNode? value = json is null ? null : JsonNode.Parse(json);
        if (at is JsonArray list)
            list.Add(value);
        else if (json is null)
            at.AsObject().Remove(steps[^1]);
        else
            at.AsObject()[steps[^1]] = value;
        return root;
    }

    private static List<Diagnostic> Findings(string json)
    {
        var diagnostics = new DiagnosticBag();
        AssertionStatement? statement = AssertionStatement.ReadJson(Encoding.UTF8.GetBytes(json), diagnostics);
        Assert.NotNull(statement);
        ModelDefinition? model = ModelReader.Read(statement.Headers, diagnostics);
        Assert.Equal(diagnostics.HasErrors, model is null);
        return [.. diagnostics.Items];
    }

    private static void Judge(string model, string path, string? value, string? code)
    {
        string json = With(model, path, value).ToJsonString();
        string?[] codes = [.. Findings(json).Select(finding => finding.Rule.Code)];
        if (code is null)
            Assert.Empty(codes);
        else
            Assert.Contains(code, codes);
        using var temp = new TempFolder();
        OracleResult judged = SnapdJudge.Run("sign", TestChain.KeyPath("signing.pem"), temp.Write("headers.json", json));
        Assert.True(code is null == (judged.ExitCode == 0), $"snapd: {judged.ExitCode} {judged.Error}");
    }

    [Theory]
    [InlineData("display-name", "\"My Jetson\"", null)]
    [InlineData("store", "\"store-id\"", null)]
    [InlineData("base", null, null)]
    [InlineData("base", "\"\"", null)]
    [InlineData("base", "\"Core\"", "JC3102")]
    [InlineData("base", "[]", "JC3003")]
    [InlineData("architecture", null, "JC3006")]
    [InlineData("architecture", "\"\"", "JC3006")]
    [InlineData("gadget", null, "JC3006")]
    [InlineData("gadget", "[ \"x\" ]", "JC3003")]
    [InlineData("gadget", "\"gad=18\"", null)]
    [InlineData("gadget", "\"gad=18/stable\"", "JC3104")]
    [InlineData("gadget", "\"gad=edge\"", "JC3104")]
    [InlineData("kernel", "\"1\"", "JC3102")]
    [InlineData("kernel", "\"a--b\"", "JC3102")]
    [InlineData("kernel", "\"-ab\"", "JC3102")]
    [InlineData("kernel", "\"2a\"", null)]
    [InlineData("kernel", "\"ker_x\"", "JC3102")]
    [InlineData("kernel", "\"a23456789012345678901234567890123456789x\"", null)]
    [InlineData("kernel", "\"a23456789012345678901234567890123456789xx\"", "JC3102")]
    [InlineData("kernel", "\"ker\\n\"", "JC3102")]
    [InlineData("required-snaps", "[ \"one\", \"two\" ]", null)]
    [InlineData("required-snaps", "[]", null)]
    [InlineData("required-snaps", "\"one\"", "JC3105")]
    [InlineData("required-snaps", "[ \"One\" ]", "JC3105")]
    [InlineData("required-snaps", "[ [ \"one\" ] ]", "JC3105")]
    [InlineData("grade", "\"signed\"", "JC3103")]
    [InlineData("storage-safety", "\"encrypted\"", "JC3103")]
    [InlineData("distribution", "\"ubuntu\"", "JC3103")]
    [InlineData("authority-id", "\"other\"", "JC3101")]
    [InlineData("model", "\"Jetson\"", "JC3102")]
    [InlineData("model", "\"jetson-\"", "JC3102")]
    [InlineData("model", "\"1\"", null)]
    [InlineData("serial-authority", "[ \"other\" ]", null)]
    [InlineData("serial-authority", "[ \"no account!\" ]", "JC3105")]
    [InlineData("serial-authority", "\"*\"", "JC3105")]
    [InlineData("system-user-authority", "\"*\"", null)]
    [InlineData("system-user-authority", "\"other\"", "JC3105")]
    [InlineData("system-user-authority", "[ \"other\" ]", null)]
    [InlineData("timestamp", null, "JC3006")]
    [InlineData("timestamp", "\"2019-11-13\"", "JC3009")]
    [InlineData("timestamp", "\"2019-11-13T15:40:00\"", "JC3009")]
    [InlineData("timestamp", "\"2019-13-13T15:40:00Z\"", "JC3009")]
    [InlineData("timestamp", "\"2019-11-13T15:40:00.123456789Z\"", null)]
    [InlineData("timestamp", "\"2019-11-13T15:40:00.5+01:30\"", null)]
    [InlineData("classic", "\"maybe\"", "JC3112")]
    [InlineData("classic", "\"false\"", null)]
    [InlineData("classic", "\"true\"", "JC3103")]
    public void A_model_without_snaps_is_judged_as_snapd_judges_it(string header, string? value, string? code) =>
        Judge(TestChain.ModelJson, header, value, code);

    /// <summary>What 2.57.6 passes over, newer versions of snapd judge.</summary>
    [Theory]
    [InlineData("snaps/2/components", """{ "one": "required", "two": { "presence": "optional", "modes": [ "ephemeral" ] } }""", null)]
    [InlineData("snaps/2/components", """[ "one" ]""", "JC3450")]
    [InlineData("snaps/2/components", """{ "one": "maybe" }""", "JC3450")]
    [InlineData("snaps/2/components", """{ "one": [ "required" ] }""", "JC3450")]
    [InlineData("snaps/2/components", """{ "one": { "modes": [ "ephemeral" ] } }""", "JC3006")]
    [InlineData("snaps/2/components", """{ "one": { "presence": "optional", "modes": [ "run" ] } }""", "JC3450")]
    [InlineData("snaps/2/components", """{ "one": { "presence": "optional", "more": "x" } }""", "JC3450")]
    [InlineData("snaps/2/classic", "\"true\"", "JC3451")]
    [InlineData("snaps/2/classic", "\"false\"", null)]
    [InlineData("preseed-authority", """[ "other" ]""", null)]
    [InlineData("preseed-authority", "\"other\"", "JC3105")]
    public void What_newer_models_say_is_judged(string header, string value, string? code) =>
        Assert.Equal(code is null ? [] : [code], Findings(With(NewModel, header, value).ToJsonString()).Select(finding => finding.Rule.Code));

    [Theory]
    [InlineData("grade", null, null)]
    [InlineData("grade", "\"dangerous\"", null)]
    [InlineData("grade", "\"secured\"", null)]
    [InlineData("grade", "\"safe\"", "JC3106")]
    [InlineData("storage-safety", "\"prefer-unencrypted\"", null)]
    [InlineData("storage-safety", "\"none\"", "JC3106")]
    [InlineData("base", null, "JC3006")]
    [InlineData("base", "\"core99\"", "JC3108")]
    [InlineData("gadget", "\"gad\"", "JC3103")]
    [InlineData("kernel", "\"ker\"", "JC3103")]
    [InlineData("required-snaps", "[ \"app\" ]", "JC3103")]
    [InlineData("snaps", "\"x\"", "JC3107")]
    [InlineData("snaps", "[ \"x\" ]", "JC3107")]
    [InlineData("snaps", "[]", "JC3108")]
    [InlineData("snaps/+", "{ \"name\": \"gad\", \"id\": \"dddddddddddddddddddddddddddddddd\" }", "JC3107")]
    [InlineData("snaps/+", "{ \"name\": \"new\", \"id\": \"cccccccccccccccccccccccccccccccc\" }", "JC3107")]
    [InlineData("snaps/+", "{ \"name\": \"new\" }", "JC3107")]
    [InlineData("snaps/+", "{ \"id\": \"dddddddddddddddddddddddddddddddd\" }", "JC3006")]
    [InlineData("snaps/+", "{ \"name\": \"new\", \"id\": \"dddd\" }", "JC3107")]
    [InlineData("snaps/+", "{ \"name\": \"New\", \"id\": \"dddddddddddddddddddddddddddddddd\" }", "JC3102")]
    [InlineData("snaps/+", "{ \"name\": \"core20\", \"type\": \"base\", \"id\": \"dddddddddddddddddddddddddddddddd\" }", null)]
    [InlineData("snaps/+", "{ \"name\": \"core20\", \"id\": \"dddddddddddddddddddddddddddddddd\" }", "JC3108")]
    [InlineData("snaps/+", "{ \"name\": \"gad2\", \"type\": \"gadget\", \"id\": \"dddddddddddddddddddddddddddddddd\" }", "JC3108")]
    [InlineData("snaps/+", "{ \"name\": \"snapd\", \"type\": \"snapd\", \"id\": \"dddddddddddddddddddddddddddddddd\" }", null)]
    [InlineData("snaps/0/presence", "\"required\"", "JC3107")]
    [InlineData("snaps/0/modes", "[ \"run\" ]", "JC3107")]
    [InlineData("snaps/0/type", "\"app\"", "JC3108")]
    [InlineData("snaps/0/type", "\"thing\"", "JC3107")]
    [InlineData("snaps/2/presence", "\"maybe\"", "JC3107")]
    [InlineData("snaps/2/modes", "[ \"Run\" ]", "JC3107")]
    [InlineData("snaps/2/default-channel", "\"20\"", null)]
    [InlineData("snaps/2/default-channel", "\"stable\"", "JC3109")]
    [InlineData("snaps/2/default-channel", "\"stable/branch\"", "JC3109")]
    [InlineData("snaps/2/default-channel", "\"20/other\"", "JC3109")]
    [InlineData("snaps/2/default-channel", "\"20//\"", "JC3109")]
    [InlineData("snaps/2/default-channel", "\"20/stable/branch/more\"", "JC3109")]
    public void A_model_with_snaps_is_judged_as_snapd_judges_it(string path, string? value, string? code) =>
        Judge(NewModel, path, value, code);

    [Theory]
    [InlineData("series", "\"18\"", "JC3110")]
    [InlineData("brand-id", "\"a brand\"", "JC3102")]
    [InlineData("validation-sets", "[ { \"name\": \"base-set\", \"mode\": \"enforce\", \"sequence\": \"2\" } ]", null)]
    [InlineData("validation-sets", "\"base-set\"", "JC3111")]
    [InlineData("validation-sets", "[ \"base-set\" ]", "JC3111")]
    [InlineData("validation-sets", "[ { \"name\": \"a\", \"mode\": \"hope\" } ]", "JC3111")]
    [InlineData("validation-sets", "[ { \"name\": \"a\", \"mode\": \"enforce\", \"sequence\": \"0\" } ]", "JC3111")]
    [InlineData("validation-sets", "[ { \"name\": \"a\", \"mode\": \"enforce\" }, { \"name\": \"a\", \"mode\": \"enforce\" } ]", "JC3111")]
    [InlineData("validation-sets", "[ { \"name\": \"a\" } ]", "JC3006")]
    public void What_snapd_checks_later_is_checked_too(string path, string value, string? code)
    {
        string?[] codes = [.. Findings(With(NewModel, path, value).ToJsonString()).Select(finding => finding.Rule.Code)];
        if (code is null)
            Assert.Empty(codes);
        else
            Assert.Contains(code, codes);
    }

    [Fact]
    public void All_findings_come_at_once_with_their_places()
    {
        List<Diagnostic> findings = Findings("""
            {
              "series": "18",
              "authority-id": "other",
              "brand-id": "my-brand",
              "model": "Bad",
              "gadget": "gad=edge",
              "timestamp": "today"
            }
            """);
        Assert.Equal(
            ["JC3110 2", "JC3101 3", "JC3102 5", "JC3006 1", "JC3009 7", "JC3104 6", "JC3006 1"],
            findings.Select(finding => $"{finding.Rule.Code} {finding.Span.Line}"));
    }

    [Fact]
    public void A_model_is_read_into_what_the_seed_needs()
    {
        using var chain = new TestChain();
        ModelDefinition? model = ModelReader.Read(chain.Model.Headers, new DiagnosticBag());
        Assert.NotNull(model);
        Assert.Equal(("my-brand", "jetson-tx1", "jetson-tx1", "snapd"), (model.BrandId, model.Name, model.MenuEntry, model.SystemSnap));
        Assert.Equal(("jetson-tx1", "jetson-tx1-kernel", "core18"), (model.Gadget?.Name, model.Kernel?.Name, model.BootBase?.Value));
    }
}
