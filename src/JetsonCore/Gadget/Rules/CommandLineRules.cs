// cmdline.extra and cmdline.full in the gadget's root: not both, and nothing in them that snapd sets itself. Read at
// run time, with models that carry a grade; packing does not look at them, so without a model all this is a warning.
// kernel-cmdline in gadget.yaml with append or remove takes their place.
using System.Collections.Immutable;
using System.Text;
using JetsonCore.Diagnostics;
using JetsonCore.Gadget.Model;

namespace JetsonCore.Gadget.Rules;

internal static class CommandLineRules
{
    private const string Extra = "cmdline.extra", Full = "cmdline.full";
    private const int LengthMax = 1 << 20;

    public static void Check(GadgetDefinition gadget, GadgetRoot root, DiagnosticBag diagnostics)
    {
        GadgetKernelCommandLine own = gadget.Document.KernelCommandLine;
        bool isReplaced = gadget.Release == SnapdRelease.Latest && !(own.Append.IsEmpty && own.Remove.IsEmpty);
        if (gadget.Mode.LacksGrade() || isReplaced)
            return;
        Severity severity = gadget.Mode == GadgetMode.None ? Severity.Warning : Severity.Error;
        if (root.Find(Extra) is not null && root.Find(Full) is not null)
        {
            diagnostics.Add(new Diagnostic
            {
                Rule = GadgetRuleList.CommandLineBoth,
                Severity = severity,
                Path = diagnostics.Path,
                Message = $"cannot use both {Extra} and {Full} of the gadget",
                Hint = $"keep {Extra} to add arguments, or {Full} to replace the whole line",
            });
        }
        CheckFile(Extra, root, severity, diagnostics);
        CheckFile(Full, root, severity, diagnostics);
    }

    private static void CheckFile(string name, GadgetRoot root, Severity severity, DiagnosticBag diagnostics)
    {
        using Stream? file = root.OpenFile(name);
        if (file is null)
            return;
        var bytes = new byte[LengthMax];
        int length = file.ReadAtLeast(bytes, LengthMax, throwOnEndOfStream: false);
        string path = Path.Join(GadgetFolder(diagnostics.Path), name);
        string[] lines = Encoding.UTF8.GetString(bytes, 0, length).Split('\n');
        for (int index = 0; index < lines.Length; index++)
        {
            string line = lines[index].TrimEnd('\r');
            if (line.StartsWith('#'))
                continue;
            if (Fault(line) is not { } fault)
                continue;
            diagnostics.Add(new Diagnostic
            {
                Rule = fault.Rule,
                Severity = severity,
                Path = path,
                Span = new SourceSpan(index + 1, 1, index + 1, line.Length + 1),
                Message = $"cannot use the line in {name}: {fault.Reason}",
                Hint = fault.Hint,
            });
        }
    }

    private static (Rule Rule, string Reason, string Hint)? Fault(string line)
    {
        if (KernelArgument.Split(line, out ImmutableArray<KernelArgument> arguments) is { } problem)
        {
            return (GadgetRuleList.CommandLineForm, problem,
                "write arguments as name, name=value or name=\"va lue\", separated by blanks");
        }
        foreach (KernelArgument argument in arguments)
        {
            if (argument.Name.StartsWith('#'))
            {
                return (GadgetRuleList.CommandLineForm, "a \"#\" stands behind the start of the line",
                    "put the comment on a line of its own");
            }
            if (KernelArgument.IsSetBySnapd(argument.Name))
            {
                return (GadgetRuleList.CommandLineArgument, $"snapd sets \"{argument.Name}\" itself",
                    "remove the argument; of those of snapd only snapd.debug may be set");
            }
        }
        return null;
    }

    /// <summary>The gadget's root, of whose meta/gadget.yaml the findings are.</summary>
    private static string GadgetFolder(string? yamlPath) =>
        Path.GetDirectoryName(Path.GetDirectoryName(yamlPath)) ?? "";
}
