// `jetson-core model init`: a model to fill in.
using System.CommandLine;
using System.Text;
using JetsonCore.Assertions;
using JetsonCore.Cli.Shell;
using JetsonCore.Files;

namespace JetsonCore.Cli.Commands;

internal static class ModelCommand
{
    public static Command Create(Terminal terminal) => new("model", "Begin a model: which snaps make up a device")
    {
        CreateInit(terminal),
    };

    private static Command CreateInit(Terminal terminal)
    {
        var system = new Option<string>("--as")
        {
            Description = "the system of the devices, Ubuntu Core by its release, or a classic system with modes: "
                + string.Join(", ", ModelTemplate.Systems),
            HelpName = "NAME",
            DefaultValueFactory = _ => ModelTemplate.Default,
        };
        system.AcceptOnlyFromAmong([.. ModelTemplate.Systems]);
        var output = new Option<string?>("--output", "-o")
        {
            Description = "write to this file instead of standard output",
            HelpName = "FILE",
        };
        var force = new Option<bool>("--force") { Description = "overwrite the file" };
        var command = new Command("init", """
            Write a model in YAML to fill in, every header explained

            sign takes it once the empty headers have values, and so does build --model-headers.

            Example:
              jetson-core model init --as uc18 -o tx1-model.yaml
            """)
        {
            system, output, force,
        };
        command.SetAction(parsed =>
        {
            string template = ModelTemplate.For(parsed.GetRequiredValue(system));
            if (parsed.GetValue(output) is { } path)
                OutputFile.Write(path, Encoding.UTF8.GetBytes(template), parsed.GetValue(force));
            else
                terminal.Output.Write(template);
        });
        return command;
    }
}
