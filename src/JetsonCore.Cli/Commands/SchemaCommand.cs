// `jetson-core schema NAME`: JSON schemas: of gadget.yaml, snap.yaml, models and projects for editors, such as those
// with yaml-language-server,
//
//   # yaml-language-server: $schema=gadget.schema.json
//
// and of every JSON document that this program writes, by the name behind "jetson-core/" in its "schema".
using System.CommandLine;
using System.Reflection;
using JetsonCore.Cli.Editing;
using JetsonCore.Cli.Shell;

namespace JetsonCore.Cli.Commands;

internal static class SchemaCommand
{
    private const string Start = "JetsonCore.Cli.Schemas.", End = ".schema.json";

    private static Assembly Own => typeof(SchemaCommand).Assembly;

    /// <summary>The names of all documents that this program writes.</summary>
    internal static IEnumerable<string> Documents => Own.GetManifestResourceNames()
        .Where(name => name.StartsWith(Start, StringComparison.Ordinal))
        .Select(name => name[Start.Length..^End.Length]).Order(StringComparer.Ordinal);

    public static Command Create(Terminal terminal)
    {
        string[] names = [.. EditorSchema.Names, .. Documents];
        var name = new Argument<string>("NAME")
        {
            HelpName = "NAME",
            Description = $"one of {string.Join(", ", names)}",
        };
        name.AcceptOnlyFromAmong(names);
        var command = new Command("schema", """
            Print the JSON schema of gadget.yaml, snap.yaml, a model, jetson-core.yaml, or a document of this program

            An editor with yaml-language-server takes those of YAML files from a comment at their top:
              # yaml-language-server: $schema=gadget.schema.json

            Every JSON document names its schema: "jetson-core/inspect" is printed by `jetson-core schema inspect`. They
            are of JSON Schema 2020-12.

            Examples:
              jetson-core schema gadget > gadget.schema.json
              jetson-core schema project > jetson-core.schema.json
              jetson-core schema inspect
            """)
        {
            name,
        };
        command.SetAction(parsed =>
        {
            terminal.Output.Write(Text(parsed.GetRequiredValue(name)));
            return (int)ExitCode.Success;
        });
        return command;
    }

    private static string Text(string name)
    {
        if (EditorSchema.Names.Contains(name))
            return EditorSchema.Text(name);
        using Stream text = Own.GetManifestResourceStream($"{Start}{name}{End}")!;
        using var reader = new StreamReader(text);
        return reader.ReadToEnd();
    }
}
