// `jetson-core explain CODE…`: what a finding means: the rule, its cause, an example before and after.
using System.CommandLine;
using System.CommandLine.Completions;
using JetsonCore.Assertions;
using JetsonCore.Cli.Reports;
using JetsonCore.Cli.Shell;
using JetsonCore.Diagnostics;
using JetsonCore.Flash;
using JetsonCore.Layout;

namespace JetsonCore.Cli.Commands;

internal static class ExplainCommand
{
    private const int Width = 96;
    private static readonly Rule UnknownCode = new("JC9114", Severity.Error, "codes are known");

    /// <summary>The command.</summary>
    /// <param name="terminal">Where it prints.</param>
    /// <param name="rules">All rules of the program; made when they are asked for.</param>
    public static Command Create(Terminal terminal, Func<IReadOnlyList<Rule>> rules)
    {
        var codes = new Argument<string[]>("CODE")
        {
            Description = "code (JC1104) or name (X-OVERLAP) of a rule, a type of assertion, or a message of NVIDIA's "
                + "flash.sh; without one, all rules",
            Arity = ArgumentArity.ZeroOrMore,
            CompletionSources = { _ => Words(rules()) },
        };
        var json = new Option<bool>("--json") { Description = "print rules as JSON; types of assertions have none" };
        var command = new Command("explain", """
            Explain what a finding means, or what an assertion of a type must say

            Examples:
              jetson-core explain JC1104
              jetson-core explain X-OVERLAP
              jetson-core explain snap-declaration
              jetson-core explain "Error: Invalid size(268439552) for APP"
              jetson-core explain --json | jq -r '.rules[] | "\(.code) \(.title)"'
            """)
        {
            codes, json,
        };
        command.SetAction(parsed =>
        {
            string[] asked = parsed.GetValue(codes) ?? [];
            return (int)(parsed.GetValue(json) ? RunJson(asked, rules(), terminal) : Run(asked, rules(), terminal));
        });
        return command;
    }

    /// <summary>What can be asked for, for a shell that completes it.</summary>
    private static IEnumerable<CompletionItem> Words(IReadOnlyList<Rule> rules) =>
    [
        .. rules.Select(rule => new CompletionItem(rule.Code, detail: rule.Title)),
        .. rules.Where(rule => rule.SpecRule is not null)
            .Select(rule => new CompletionItem(rule.SpecRule!, detail: rule.Title)),
        .. AssertionType.AllNames.Select(name => new CompletionItem(name, detail: "a type of assertion")),
    ];

    /// <summary>The rules of some codes, or all, for other programs.</summary>
    private static ExitCode RunJson(string[] codes, IReadOnlyList<Rule> rules, Terminal terminal)
    {
        var found = new List<Rule>();
        foreach (string code in codes)
        {
            if (Find(code, rules) is { } rule)
                found.Add(rule);
            else
                PrintUnknown(code, rules, terminal);
        }
        RulesJson.Write(codes.Length == 0 ? rules : found, terminal.Output);
        return found.Count == codes.Length ? ExitCode.Success : ExitCode.Usage;
    }

    internal static ExitCode Run(
        IReadOnlyList<string> codes, IReadOnlyList<Rule> rules, Terminal terminal)
    {
        if (codes.Count == 0)
        {
            foreach (Rule rule in rules)
                terminal.Output.WriteLine($"{rule.Code}  {DiagnosticPrinter.Word(rule.Severity),-7}  {rule.Title}");
            return ExitCode.Success;
        }
        ExitCode worst = ExitCode.Success;
        foreach (string code in codes)
        {
            if (Find(code, rules) is { } rule)
            {
                Explain(rule, terminal.Output);
                continue;
            }
            if (AssertionType.Find(code) is { } type)
            {
                AssertionTypeText.Write(type, terminal.Output);
                continue;
            }
            worst = ExitCode.Usage;
            PrintUnknown(code, rules, terminal);
        }
        return worst;
    }

    private static void PrintUnknown(string code, IReadOnlyList<Rule> rules, Terminal terminal)
    {
        string[] known = [.. rules.Select(other => other.Code)];
        DiagnosticPrinter.Print(new Diagnostic
        {
            Rule = UnknownCode,
            Severity = Severity.Error,
            Message = $"cannot explain \"{code}\": no rule has this code",
            Hint = Spelling.Nearest(code, known) is { } meant ? $"did you mean {meant}?"
                : "`jetson-core explain` lists all codes",
        }, terminal.Error);
    }

    /// <summary>The rule of a code, or of a name as the field spells it ("X-OVERLAP"); null if there is none.</summary>
    private static Rule? Find(string code, IReadOnlyList<Rule> rules) =>
        rules.FirstOrDefault(rule => rule.Code.Equals(code, StringComparison.OrdinalIgnoreCase))
        ?? RuleCatalog.Find(code) ?? FlashMessages.Find(code);

    private static void Explain(Rule rule, TextWriter output)
    {
        string specRule = rule.SpecRule is { } name ? $", {name}" : "";
        output.WriteLine($"{rule.Code}: {rule.Title} ({DiagnosticPrinter.Word(rule.Severity)}{specRule})");
        if (Explanations.Find(rule.Code) is not { } explanation)
            return;
        output.WriteLine();
        foreach (string line in Fold(explanation.Cause))
            output.WriteLine(line);
        WriteExample("before:", explanation.Before, output);
        WriteExample("after:", explanation.After, output);
        output.WriteLine();
    }

    private static void WriteExample(string title, string example, TextWriter output)
    {
        if (example.Length == 0)
            return;
        output.WriteLine();
        output.WriteLine(title);
        foreach (string line in example.TrimEnd('\n').Split('\n'))
            output.WriteLine($"    {line}".TrimEnd());
    }

    private static IEnumerable<string> Fold(string text)
    {
        string line = "";
        foreach (string word in text.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length + word.Length >= Width)
            {
                yield return line;
                line = "";
            }
            line = line.Length == 0 ? word : $"{line} {word}";
        }
        yield return line;
    }
}
