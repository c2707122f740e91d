// The JSON schema of jetson-core.yaml, for editors, made of the table of fields. Values are what YAML makes of them: a
// size may be a number, a header's value a text without quotes. Any of them may be a variable.
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace JetsonCore.Project;

/// <summary>Writes the schema.</summary>
internal static class ProjectSchema
{
    private const string Description = "description", Type = "type", Properties = "properties", Variable = "\\$\\{";

    private static readonly JsonWriterOptions Options = new()
    {
        Indented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NewLine = "\n",
    };

    /// <summary>The schema's text.</summary>
    public static string Write()
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, Options))
        {
            json.WriteStartObject();
            json.WriteString("$schema", "http://json-schema.org/draft-07/schema#");
            json.WriteString("title", ProjectFieldList.FileName);
            json.WriteString(Description, "How a board's image is built by jetson-core build DIR.");
            WriteTypes(json, "object", "null");
            json.WriteStartObject(Properties);
            json.WriteStartObject(ProjectFieldList.Extends);
            json.WriteString(Description, Sentence(ProjectFieldList.ExtendsDescription));
            WriteTypes(json, "string", "null");
            json.WriteEndObject();
            WriteFields(json, "");
            json.WriteStartObject(ProjectFieldList.Profiles);
            json.WriteString(Description, Sentence(ProjectFieldList.ProfilesDescription));
            WriteTypes(json, "object", "null");
            json.WriteStartObject("additionalProperties");
            WriteTypes(json, "object", "null");
            json.WriteStartObject(Properties);
            WriteFields(json, "");
            json.WriteEndObject();
            json.WriteBoolean("additionalProperties", false);
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteBoolean("additionalProperties", false);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(bytes.ToArray()) + "\n";
    }

    private static void WriteFields(Utf8JsonWriter json, string group)
    {
        foreach (string key in ProjectFieldList.KeysBelow(group))
        {
            string name = group.Length == 0 ? key : $"{group}.{key}";
            json.WriteStartObject(key);
            if (ProjectFieldList.Find(name) is { } field)
                WriteField(json, field);
            else
            {
                json.WriteString(Description, Sentence(ProjectFieldList.Groups[name]));
                WriteTypes(json, "object", "null");
                json.WriteStartObject(Properties);
                WriteFields(json, name);
                json.WriteEndObject();
                json.WriteBoolean("additionalProperties", false);
            }
            json.WriteEndObject();
        }
    }

    private static void WriteField(Utf8JsonWriter json, ProjectField field)
    {
        json.WriteString(Description, Sentence(field.Description));
        if (field.Default.Length > 0)
            json.WriteString("default", field.Default);
        if (field.Choices is [_, ..])
        {
            json.WriteStartArray("anyOf");
            json.WriteStartObject();
            json.WriteStartArray("enum");
            foreach (string choice in field.Choices)
            {
                json.WriteStringValue(choice);
                if (int.TryParse(choice, out int number))
                    json.WriteNumberValue(number);
            }
            json.WriteNullValue();
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteStartObject();
            json.WriteString(Type, "string");
            json.WriteString("pattern", Variable);
            json.WriteEndObject();
            json.WriteEndArray();
        }
        else if (field.IsList)
        {
            WriteTypes(json, "array", "null");
            WriteScalars(json, "items");
        }
        else if (field.IsMap)
        {
            WriteTypes(json, "object", "null");
            if (field.Kind != ProjectKind.Headers)
                WriteScalars(json, "additionalProperties");
        }
        else
            WriteTypes(json, ScalarTypes);
    }

    private static string[] ScalarTypes => ["string", "number", "boolean", "null"];

    private static void WriteScalars(Utf8JsonWriter json, string name)
    {
        json.WriteStartObject(name);
        WriteTypes(json, ScalarTypes);
        json.WriteEndObject();
    }

    private static void WriteTypes(Utf8JsonWriter json, params string[] types)
    {
        json.WriteStartArray(Type);
        foreach (string type in types)
            json.WriteStringValue(type);
        json.WriteEndArray();
    }

    private static string Sentence(string text) => $"{char.ToUpperInvariant(text[0])}{text[1..]}.";
}
