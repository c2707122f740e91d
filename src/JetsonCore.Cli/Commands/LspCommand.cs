// `jetson-core lsp`: a language server, which editors start and talk to over standard input and output.
using System.CommandLine;
using JetsonCore.Cli.LanguageServer;
using JetsonCore.Cli.Shell;
using JetsonCore.Files;
using JetsonCore.Gadget.Model;

namespace JetsonCore.Cli.Commands;

internal static class LspCommand
{
    public static Command Create(Terminal terminal)
    {
        Option<string> mode = GadgetArguments.Mode();
        Option<string> release = GadgetArguments.Release();
        var stdio = new Option<bool>("--stdio")
        {
            Description = "talk over standard input and output, as is done without it: editors like to say it",
        };
        var command = new Command("lsp", """
            Serve editors: findings, documentation, completion and edits while one types

            Speaks the Language Server Protocol. Knows gadget.yaml, snap.yaml, jetson-core.yaml, models in YAML or JSON,
            and texts of U-Boot environments (*.env.in). Exit code 1 where the editor left without saying "shutdown".

            Example:
              jetson-core lsp --as uc18          # the command that an editor is given
            """)
        {
            mode, release, stdio,
        };
        command.SetAction(parsed => (int)Run(
            GadgetArguments.ModeOf(parsed.GetValue(mode)), GadgetArguments.ReleaseOf(parsed.GetValue(release)),
            terminal));
        return command;
    }

    private static ExitCode Run(GadgetMode mode, SnapdRelease release, Terminal terminal)
    {
        using Stream input = HostFile.OpenRead(new(0, ownsHandle: false), InputBytes.NameOf(InputBytes.StandardInput));
        return new EditorSession(input, terminal.OpenBytes(), new() { Mode = mode, Release = release }).Run();
    }
}
