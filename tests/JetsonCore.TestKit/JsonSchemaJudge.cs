// Debian's python3-jsonschema as the judge of documents by schemas of 2020-12, and of these schemas themselves.
using System.Text;

namespace JetsonCore.TestKit;

public static class JsonSchemaJudge
{
    private const string Judge = """
        import json, sys, jsonschema
        schema = json.load(open(sys.argv[1]))
        assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
        jsonschema.Draft202012Validator.check_schema(schema)
        validator = jsonschema.Draft202012Validator(schema)
        for line in sys.stdin:
            errors = sorted(validator.iter_errors(json.loads(line)), key=str)
            print("; ".join("/".join(map(str, e.path)) + ": " + e.message.replace("\n", " ") for e in errors[:3]))
        """;

    /// <summary>What a schema has against each document, which is JSON on one line; empty where it is content.</summary>
    public static string[] Faults(string schemaPath, IReadOnlyCollection<string> documents)
    {
        string output = Oracle.Run(new OracleCall("python3")
        {
            Arguments = ["-c", Judge, schemaPath],
            Input = Encoding.UTF8.GetBytes(string.Concat(documents.Select(document => document + "\n"))),
        }).MustSucceed();
        string[] faults = output.Split('\n')[..^1];
        return faults.Length == documents.Count ? faults : throw new InvalidOperationException(output);
    }
}
