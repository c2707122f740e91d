// A judge of JSON schemas for the words that gadget.schema.json uses; any other word is a fault of the schema.
using System.Text.Json;
using System.Text.RegularExpressions;
using JetsonCore.Yaml;

namespace JetsonCore.Tests.Gadget;

internal static class SchemaJudge
{
    private static readonly string[] Notes = ["$schema", "title", "description"];

    /// <summary>What a schema has against a value; nothing where it is content.</summary>
    public static IEnumerable<string> Faults(JsonElement schema, YamlValue value, string place = "")
    {
        foreach (JsonProperty word in schema.EnumerateObject())
        {
            foreach (string fault in Faults(schema, word, value, place))
                yield return fault;
        }
    }

    private static IEnumerable<string> Faults(JsonElement schema, JsonProperty word, YamlValue value, string place)
    {
        JsonElement wanted = word.Value;
        IReadOnlyCollection<YamlEntry> entries = (value as YamlValue.Map)?.Entries ?? [];
        IReadOnlyList<YamlValue> items = (value as YamlValue.Sequence)?.Items ?? [];
        bool isFine = word.Name switch
        {
            "type" => wanted.ValueKind == JsonValueKind.Array
                ? wanted.EnumerateArray().Any(type => IsOf(type.GetString()!, value)) : IsOf(wanted.GetString()!, value),
            "enum" => wanted.EnumerateArray().Any(one => IsValue(one, value)),
            "const" => IsValue(wanted, value),
            "pattern" => value.Text is not { } text || Regex.IsMatch(text, wanted.GetString()!),
            "minimum" or "maximum" => true,             // numbers are judged by their type
            "required" => value is not YamlValue.Map
                || wanted.EnumerateArray().All(key => entries.Any(entry => entry.Key == key.GetString())),
            "oneOf" => wanted.EnumerateArray().Count(one => !Faults(one, value).Any()) == 1,
            "uniqueItems" => items.Select(item => item.Text).Distinct().Count() == items.Count,
            "propertyNames" => entries.All(entry => Regex.IsMatch(entry.Key, wanted.GetProperty("pattern").GetString()!)),
            "properties" or "additionalProperties" or "items" or "if" or "else" => true,
            _ when Notes.Contains(word.Name) => true,
            _ => throw new NotSupportedException(word.Name),
        };
        if (!isFine)
            yield return $"{place}: {word.Name} {wanted.GetRawText().ReplaceLineEndings("")}";
        foreach (string fault in Below(schema, word, (value, entries, items), place))
            yield return fault;
    }

    private static IEnumerable<string> Below(JsonElement schema, JsonProperty word,
        (YamlValue Value, IReadOnlyCollection<YamlEntry> Entries, IReadOnlyList<YamlValue> Items) at, string place) =>
        word.Name switch
        {
            "items" => at.Items.SelectMany((item, index) => Faults(word.Value, item, $"{place}/{index}")),
            "properties" => at.Entries.Where(entry => word.Value.TryGetProperty(entry.Key, out _)).SelectMany(
                entry => Faults(word.Value.GetProperty(entry.Key), entry.Value, $"{place}/{entry.Key}")),
            "additionalProperties" => at.Entries
                .Where(entry => !schema.TryGetProperty("properties", out JsonElement known)
                    || !known.TryGetProperty(entry.Key, out _))
                .SelectMany(entry => word.Value.ValueKind == JsonValueKind.False ? [$"{place}: no {entry.Key}"]
                    : word.Value.ValueKind == JsonValueKind.True ? []
                    : Faults(word.Value, entry.Value, $"{place}/{entry.Key}")),
            "else" when schema.TryGetProperty("if", out JsonElement when) && Faults(when, at.Value).Any() =>
                Faults(word.Value, at.Value, place),
            _ => [],
        };

    private static bool IsOf(string type, YamlValue value) => type switch
    {
        "object" => value is YamlValue.Map,
        "array" => value is YamlValue.Sequence,
        "null" => value.IsNull,
        "string" => value.Text is not null,
        "boolean" => value is YamlValue.Scalar { Meaning.Kind: ScalarKind.Bool },
        "integer" => value is YamlValue.Scalar { Meaning.Kind: ScalarKind.Integer or ScalarKind.LargeInteger },
        "number" => value is YamlValue.Scalar
        {
            Meaning.Kind: ScalarKind.Integer or ScalarKind.LargeInteger or ScalarKind.Float,
        },
        _ => throw new NotSupportedException(type),
    };

    private static bool IsValue(JsonElement wanted, YamlValue value) => wanted.ValueKind switch
    {
        JsonValueKind.Null => value.IsNull,
        JsonValueKind.String => value.Text == wanted.GetString(),
        _ => throw new NotSupportedException(wanted.GetRawText()),
    };
}
