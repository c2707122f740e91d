// `jetson-core schema gadget`: a JSON schema for editors, such as those with yaml-language-server:
//
//   # yaml-language-server: $schema=gadget.schema.json
using System.CommandLine;
using JetsonCore.Cli.Shell;
using JetsonCore.Gadget.Reading;

namespace JetsonCore.Cli.Commands;

internal static class SchemaCommand
{
    private const string ResourceName = "JetsonCore.Gadget.gadget.schema.json";

    public static Command Create(Terminal terminal)
    {
        var gadget = new Command("gadget", """
            Print the JSON schema of gadget.yaml

            An editor with yaml-language-server takes it from a comment at the top of gadget.yaml:
              # yaml-language-server: $schema=gadget.schema.json

            Example:
              jetson-core schema gadget > gadget.schema.json
            """);
        gadget.SetAction(_ =>
        {
            using Stream text = typeof(GadgetReader).Assembly.GetManifestResourceStream(ResourceName)!;
            using var reader = new StreamReader(text);
            terminal.Output.Write(reader.ReadToEnd());
            return (int)ExitCode.Success;
        });
        return new Command("schema", """
            Print JSON schemas for editors

            Example:
              jetson-core schema gadget > gadget.schema.json
            """)
        {
            gadget,
        };
    }
}
