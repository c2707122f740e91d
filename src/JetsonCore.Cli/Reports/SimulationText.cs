// The result of a simulation as a person reads it: a line for each scenario, then what is wrong.
using JetsonCore.Boot.Scenarios;
using JetsonCore.Cli.Shell;
using JetsonCore.Diagnostics;

namespace JetsonCore.Cli.Reports;

internal static class SimulationText
{
    private const int NameWidth = 20;

    /// <summary>The console of a script, and apart from it what it says about the simulation itself.</summary>
    public static void WriteScript(ScenarioResult result, Terminal terminal)
    {
        bool isEmpty = result.Console is [""];
        foreach (string line in isEmpty ? [] : result.Console)
            terminal.Output.WriteLine(line);
        WriteFindings(result, terminal);
    }

    public static void Write(IReadOnlyList<ScenarioResult> results, bool showsConsole, Terminal terminal)
    {
        foreach (ScenarioResult result in results)
        {
            terminal.Output.WriteLine($"{result.Name.PadRight(NameWidth)} {(result.IsGood ? "ok" : "FAILS")}");
            if (result.Booted is { } booted)
            {
                terminal.Output.WriteLine($"  kernel        {booted.Kernel}");
                WriteUnlessEmpty("  initrd        ", booted.Initrd, terminal);
                WriteUnlessEmpty("  device tree   ", booted.Fdt, terminal);
                terminal.Output.WriteLine($"  command line  {booted.CommandLine}");
            }
            foreach (IReadOnlyDictionary<string, string> save in result.Saves)
            {
                terminal.Output.WriteLine("  saved         "
                    + string.Join(", ", save.Select(variable => $"{variable.Key}={variable.Value}")));
            }
            foreach (string line in showsConsole ? result.Console : [])
                terminal.Output.WriteLine($"  | {line}");
        }
        foreach (ScenarioResult result in results)
            WriteFindings(result, terminal);
    }

    private static void WriteFindings(ScenarioResult result, Terminal terminal)
    {
        foreach (Diagnostic finding in result.Findings)
            DiagnosticPrinter.Print(finding, terminal.Error);
    }

    private static void WriteUnlessEmpty(string title, string value, Terminal terminal)
    {
        if (value.Length > 0)
            terminal.Output.WriteLine(title + value);
    }
}
