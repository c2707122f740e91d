// `jetson-core check FILE…`: all findings about gadgets, in one run.
using System.CommandLine;
using JetsonCore.Diagnostics;
using JetsonCore.Gadget;

namespace JetsonCore.Cli.Commands;

internal static class CheckCommand
{
    public static Command Create(Terminal terminal)
    {
        Argument<string[]> paths = GadgetArguments.Paths();
        Option<string> mode = GadgetArguments.Mode();
        Option<string> release = GadgetArguments.Release();
        var command = new Command("check", "Report everything that is wrong with a gadget") { paths, mode, release };
        command.SetAction(parsed =>
        {
            var diagnostics = new DiagnosticBag();
            foreach (string path in parsed.GetValue(paths) ?? [])
            {
                GadgetInput input = GadgetInput.Open(path);
                diagnostics.CurrentPath = input.YamlPath;
                SnapdRelease snapd = GadgetArguments.ReleaseOf(parsed.GetValue(release));
                GadgetDocument document = GadgetReader.Read(input.Yaml, diagnostics, snapd);
                GadgetRules.CheckAll(
                    GadgetDefaults.Apply(document, GadgetArguments.ModeOf(parsed.GetValue(mode)), snapd), diagnostics);
            }
            DiagnosticPrinter.Print(diagnostics.Items, terminal.Output);
            return (int)(diagnostics.HasErrors ? ExitCode.Findings : ExitCode.Success);
        });
        return command;
    }
}
