// What a JSON schema says of a place in a text: what the key there means, which keys and which values there are. The
// same schemas that `jetson-core schema` prints: what they describe, an editor shows. Of their words only those are
// followed that lead somewhere: properties, additionalProperties, items, and all branches of oneOf, anyOf, allOf,
// then and else, and not $ref, which our schemas do without.
using System.Text.Json;
using JetsonCore.Gadget.Reading;
using JetsonCore.Project;

namespace JetsonCore.Cli.Editing;

/// <summary>A schema.</summary>
internal sealed class EditorSchema
{
    private const int DepthMax = 20;
    private const string Project = "project";

    private static readonly string[] Branches = ["oneOf", "anyOf", "allOf", "then", "else"];

    /// <summary>What there are schemas of: gadget.yaml, snap.yaml, the headers of models, jetson-core.yaml.</summary>
    public static string[] Names { get; } = ["gadget", "snap", "model", Project];

    private readonly JsonElement _root;

    private EditorSchema(JsonElement root) => _root = root;

    /// <summary>Reads a schema that is part of the program.</summary>
    public static EditorSchema Load(string name)
    {
        using JsonDocument document = JsonDocument.Parse(Text(name));
        return new(document.RootElement.Clone());
    }

    /// <summary>The text of a schema.</summary>
    public static string Text(string name)
    {
        if (name == Project)
            return ProjectSchema.Write();
        using Stream text =
            typeof(GadgetReader).Assembly.GetManifestResourceStream($"JetsonCore.{name}.schema.json")!;
        using var reader = new StreamReader(text);
        return reader.ReadToEnd();
    }

    /// <summary>The parts of the schema that are about a node's value; none where it has no word for it.</summary>
    public List<JsonElement> Of(OutlineNode node)
    {
        var way = new Stack<OutlineNode>();
        for (OutlineNode at = node; at.Parent is { } parent; at = parent)
            way.Push(at);
        List<JsonElement> parts = Expand([_root]);
        while (way.TryPop(out OutlineNode? step))
            parts = Expand(parts.SelectMany(part => Below(part, step)));
        return parts;
    }

    /// <summary>What the parts of a schema describe a value as; null where they do not.</summary>
    public static string? Description(IEnumerable<JsonElement> parts) => parts
        .Select(part => part.TryGetProperty("description", out JsonElement text) ? text.GetString() : null)
        .FirstOrDefault(text => text is not null);

    /// <summary>The keys of a map, each with its description.</summary>
    public static IEnumerable<SchemaWord> Keys(IEnumerable<JsonElement> parts) =>
        from part in parts
        where part.TryGetProperty("properties", out _)
        from property in part.GetProperty("properties").EnumerateObject()
        let below = Expand([property.Value])
        select new SchemaWord(property.Name, Description(below), KindOf(below));

    /// <summary>The keys of the maps in a list.</summary>
    public static IEnumerable<SchemaWord> KeysOfItems(IEnumerable<JsonElement> parts) => Keys(Expand(
        parts.Where(part => part.TryGetProperty("items", out _)).Select(part => part.GetProperty("items"))));

    /// <summary>The values that can be written, each with its description.</summary>
    public static IEnumerable<SchemaWord> Values(IEnumerable<JsonElement> parts)
    {
        foreach (JsonElement part in parts)
        {
            string? description = part.TryGetProperty("description", out JsonElement text) ? text.GetString() : null;
            if (part.TryGetProperty("const", out JsonElement one) && TextOf(one) is { Length: > 0 } single)
                yield return new(single, description, SchemaKind.Scalar);
            foreach (string list in (string[])["enum", "examples"])
            {
                if (!part.TryGetProperty(list, out JsonElement values))
                    continue;
                foreach (string? value in values.EnumerateArray().Select(TextOf))
                {
                    if (value is { Length: > 0 })
                        yield return new(value, null, SchemaKind.Scalar);
                }
            }
            if (part.TryGetProperty("type", out JsonElement type) && ValueEquals(type, "boolean"))
            {
                yield return new("true", description, SchemaKind.Scalar);
                yield return new("false", description, SchemaKind.Scalar);
            }
        }
    }

    private static bool ValueEquals(JsonElement type, string name) =>
        type.ValueKind == JsonValueKind.String && type.ValueEquals(name);

    private static string? TextOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
        _ => null,
    };

    /// <summary>Whether a map, a list or neither follows a key.</summary>
    private static SchemaKind KindOf(List<JsonElement> parts) =>
        parts.Exists(part => Allows(part, "array")) ? SchemaKind.List
        : parts.Exists(part => Allows(part, "object")) ? SchemaKind.Map
        : SchemaKind.Scalar;

    private static bool Allows(JsonElement part, string name) => part.TryGetProperty("type", out JsonElement type)
        && (type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().Any(one => ValueEquals(one, name))
            : ValueEquals(type, name));

    /// <summary>Parts with all of their branches.</summary>
    private static List<JsonElement> Expand(IEnumerable<JsonElement> parts)
    {
        var expanded = new List<JsonElement>();
        var open = new Stack<(JsonElement Part, int Depth)>(parts.Reverse().Select(part => (part, 0)));
        while (open.TryPop(out (JsonElement Part, int Depth) next))
        {
            if (next.Part.ValueKind != JsonValueKind.Object || next.Depth > DepthMax)
                continue;
            expanded.Add(next.Part);
            foreach (string word in Branches)
            {
                if (!next.Part.TryGetProperty(word, out JsonElement branch))
                    continue;
                IEnumerable<JsonElement> branches =
                    branch.ValueKind == JsonValueKind.Array ? branch.EnumerateArray().Reverse() : [branch];
                foreach (JsonElement one in branches)
                    open.Push((one, next.Depth + 1));
            }
        }
        return expanded;
    }

    private static IEnumerable<JsonElement> Below(JsonElement part, OutlineNode step)
    {
        if (step.Kind == OutlineKind.Item)
        {
            if (part.TryGetProperty("items", out JsonElement items))
                yield return items;
        }
        else if (part.TryGetProperty("properties", out JsonElement named)
            && named.TryGetProperty(step.Name, out JsonElement property))
        {
            yield return property;
        }
        else if (part.TryGetProperty("additionalProperties", out JsonElement others))
        {
            yield return others;
        }
    }
}

/// <summary>What a schema says that can follow.</summary>
internal enum SchemaKind
{
    /// <summary>A text, a number, a boolean.</summary>
    Scalar,

    /// <summary>A map.</summary>
    Map,

    /// <summary>A list.</summary>
    List,
}

/// <summary>A key or a value that a schema knows.</summary>
internal sealed record SchemaWord(string Text, string? Description, SchemaKind Kind);
