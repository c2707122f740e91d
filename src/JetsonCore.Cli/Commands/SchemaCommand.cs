// `jetson-core schema gadget`: a JSON schema for editors, such as those with yaml-language-server:
//
//   # yaml-language-server: $schema=gadget.schema.json
using System.CommandLine;
using JetsonCore.Gadget;

namespace JetsonCore.Cli.Commands;

internal static class SchemaCommand
{
    private const string ResourceName = "JetsonCore.Gadget.gadget.schema.json";

    public static Command Create(Terminal terminal)
    {
        var gadget = new Command("gadget", "Print the JSON schema of gadget.yaml");
        gadget.SetAction(_ =>
        {
            using Stream text = typeof(GadgetReader).Assembly.GetManifestResourceStream(ResourceName)!;
            using var reader = new StreamReader(text);
            terminal.Output.Write(reader.ReadToEnd());
            return (int)ExitCode.Success;
        });
        return new Command("schema", """
            Print JSON schemas for editors

              jetson-core schema gadget > gadget.schema.json
              and in gadget.yaml: # yaml-language-server: $schema=gadget.schema.json
            """)
        {
            gadget,
        };
    }
}
