// `jetson-core env lint`, `env diff` and `env set`: mistakes in a boot script, what two environments have different,
// and a changed variable.
using System.CommandLine;
using JetsonCore.Artefacts;
using JetsonCore.Boot;
using JetsonCore.Boot.Scenarios;
using JetsonCore.Build;
using JetsonCore.Cli.Reports;
using JetsonCore.Cli.Shell;
using JetsonCore.Diagnostics;
using JetsonCore.Files;
using JetsonCore.Formats.UBoot;
using JetsonCore.Gadget.Model;

namespace JetsonCore.Cli.Commands;

internal static class EnvLintCommand
{
    internal static readonly Rule Assignment = new("JC9163", Severity.Error, "variables are set as NAME=VALUE");
    internal static readonly Rule InPlace = new("JC9181", Severity.Error, "what is changed is a file of its own");

    public static Command CreateLint(Terminal terminal)
    {
        var file = Environment();
        Option<string?> kernel = GadgetArguments.Path("--kernel", "PATH", "kernel snap or folder that is booted");
        var json = new Option<bool>("--json") { Description = "print JSON instead of text" };
        var command = new Command("lint", """
            Look for mistakes in an environment and its scripts

            Names that nobody sets or uses, branches that always come out the same, saves that nobody checks, values of
            one single board, quotes without their mate, scripts that run themselves. Exit code 1 where one is an
            error. With a kernel: whether it, its initrd and its device tree have room where they are loaded.

            Example:
              jetson-core env lint --kernel out/kernel gadget/uboot.env.in
            """)
        {
            file, kernel, json,
        };
        command.SetAction(parsed => (int)Lint(
            parsed.GetRequiredValue(file), parsed.GetValue(kernel), parsed.GetValue(json), terminal));
        return command;
    }

    public static Command CreateDiff(Terminal terminal)
    {
        var old = new Argument<string>("OLD") { Description = "an environment: text, image, or IMAGE:PARTITION/PATH" };
        var changed = new Argument<string>("NEW") { Description = "another one" };
        var command = new Command("diff", """
            Show what two environments have different

            Exit code 1 where they differ.

            Example:
              jetson-core env diff gadget/uboot.env.in out/jetson.img:system-boot/uboot.env
            """)
        {
            old, changed,
        };
        command.SetAction(parsed =>
            (int)Diff(parsed.GetRequiredValue(old), parsed.GetRequiredValue(changed), terminal));
        return command;
    }

    public static Command CreateSet()
    {
        var image = new Argument<string>("FILE") { Description = "an environment image, which is changed" };
        var variables = new Argument<string[]>("NAME=VALUE")
        {
            Description = "what to set; without a value the variable is deleted",
            Arity = ArgumentArity.OneOrMore,
        };
        var command = new Command("set", """
            Change variables of an environment image

            Length, layout and byte order stay as they are.

            Example:
              jetson-core env set uboot.env bootdelay=3 snap_mode=
            """)
        {
            image, variables,
        };
        command.SetAction(parsed =>
            (int)Set(parsed.GetRequiredValue(image), parsed.GetRequiredValue(variables)));
        return command;
    }

    internal static ExitCode Lint(string path, string? kernelPath, bool asJson, Terminal terminal)
    {
        var diagnostics = new DiagnosticBag();
        IReadOnlyList<UBootTextEntry> entries = Entries(path);
        EnvironmentLinter.Check(InputBytes.NameOf(path), entries, diagnostics);
        using GadgetRoot? kernel = GadgetArguments.OpenKernel(kernelPath);
        if (kernel is not null)
        {
            var variables = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (UBootTextEntry entry in entries.Where(entry => entry.Value is not null))
                variables[entry.Key] = entry.Value!;
            GadgetBoot.CheckAddresses(variables, kernelPath!, kernel, diagnostics);
        }
        if (asJson)
        {
            JsonReport.WriteDocument(terminal.Output, json =>
            {
                json.WriteString("schema", "jetson-core/env-lint");
                json.WriteNumber("version", 1);
                JsonReport.WriteDiagnostics(json, diagnostics.Items, withPaths: true);
            });
        }
        else
        {
            DiagnosticPrinter.Print(diagnostics, terminal.Output);
        }
        return diagnostics.HasErrors ? ExitCode.Findings : ExitCode.Success;
    }

    internal static ExitCode Diff(string oldPath, string newPath, Terminal terminal)
    {
        SortedDictionary<string, string> old = Variables(oldPath);
        SortedDictionary<string, string> changed = Variables(newPath);
        ExitCode code = ExitCode.Success;
        foreach (string name in old.Keys.Union(changed.Keys).Order(StringComparer.Ordinal))
        {
            string? before = old.GetValueOrDefault(name), after = changed.GetValueOrDefault(name);
            if (before == after)
                continue;
            code = ExitCode.Findings;
            if (before is not null)
                terminal.Output.WriteLine($"-{name}={before}");
            if (after is not null)
                terminal.Output.WriteLine($"+{name}={after}");
        }
        return code;
    }

    internal static ExitCode Set(string path, IReadOnlyList<string> assignments)
    {
        if (path == InputBytes.StandardInput || ArtefactFile.IsInside(path))
        {
            throw new UserErrorException(FailureKind.Usage, InPlace, InputBytes.NameOf(path),
                "cannot change it: only a file of its own can be", "take it out first: jetson-core fs cat, or cat");
        }
        byte[] block = InputBytes.Read(path, UBootEnvironment.LengthMax);
        UBootEnvironmentForm form = UBootEnvironment.Recognise(block) ?? default;
        SortedDictionary<string, string> variables =
            Failures.About(path, () => UBootEnvironment.Decode(block, form));
        foreach (string assignment in assignments)
        {
            int split = assignment.IndexOf('=', StringComparison.Ordinal);
            if (split < 1)
            {
                throw new UserErrorException(FailureKind.Usage, Assignment, null,
                    $"cannot set \"{assignment}\": it is not NAME=VALUE", "NAME= deletes the variable");
            }
            variables.Remove(assignment[..split]);
            if (split + 1 < assignment.Length)
                variables[assignment[..split]] = assignment[(split + 1)..];
        }
        long needed = UBootEnvironment.EncodedLength(variables, form.Layout);
        if (needed > block.Length)
        {
            throw new UserErrorException(FailureKind.Input, EnvironmentRules.Length, path,
                $"cannot set the variables: the environment has {block.Length} bytes, {needed} are needed",
                "make a larger one with env make --size, and build U-Boot with that CONFIG_ENV_SIZE");
        }
        UBootEnvironment.Encode(variables, block, form);
        OutputFile.Write(path, block, force: true);
        return ExitCode.Success;
    }

    /// <summary>The variables of a text or image, wherever it lies.</summary>
    internal static SortedDictionary<string, string> Variables(string path)
    {
        byte[] bytes = InputBytes.Read(path, UBootEnvironment.LengthMax);
        return Failures.About(InputBytes.NameOf(path), () => EnvironmentInput.Read(bytes));
    }

    private static IReadOnlyList<UBootTextEntry> Entries(string path)
    {
        byte[] bytes = InputBytes.Read(path, UBootEnvironment.LengthMax);
        return Failures.About(InputBytes.NameOf(path), () => EnvironmentInput.ReadEntries(bytes));
    }

    private static Argument<string> Environment() => new("FILE")
    {
        Description = "a text, an environment image, or one inside a disk: IMAGE:PARTITION/PATH; - for standard input",
    };
}
