// `jetson-core verify`: who vouches for the assertions in files.
using System.CommandLine;
using JetsonCore.Assertions;
using JetsonCore.Cli.Reports;
using JetsonCore.Cli.Shell;
using JetsonCore.Diagnostics;

namespace JetsonCore.Cli.Commands;

internal static class VerifyCommand
{
    /// <summary>Arguments as plain values.</summary>
    internal sealed record Options(IReadOnlyList<string> Paths, IReadOnlyList<string> TrustPaths)
    {
        public DateTimeOffset? At { get; init; }

        public bool Json { get; init; }
    }

    public static Command Create(Terminal terminal)
    {
        var files = new Argument<string[]>("FILE")
        {
            Description = "assertions, one or several in a file, their account-keys and accounts among them",
            Arity = ArgumentArity.OneOrMore,
        };
        var trust = new Option<string[]>("--trust")
        {
            Description = "an account and its account-key to trust as a root, besides Canonical's of production",
            HelpName = "FILE",
        };
        Option<DateTimeOffset?> at = TimeOption();
        var json = new Option<bool>("--json") { Description = "print JSON instead of text" };
        var command = new Command("verify", """
            Check the signatures and the trust of assertions

            Prints every assertion that a chain of keys leads to a trusted root, that the right account signed, that
            says what its type may say, and that has all it needs. Exit code 1 if there are others; each gap comes with
            the command that gets what is missing. The order of files and assertions does not matter, of several about
            the same the newest counts. Without --at the day does not matter either.

            Examples:
              jetson-core verify my.account my.account-key tx1.model
              jetson-core verify --at now --json seed/assertions/*
            """)
        {
            files, trust, at, json,
        };
        command.SetAction(parsed =>
            (int)Run(new(parsed.GetRequiredValue(files), parsed.GetValue(trust) ?? [])
            {
                At = parsed.GetValue(at),
                Json = parsed.GetValue(json),
            }, terminal));
        return command;
    }

    /// <summary>The option for the time at which keys must be valid.</summary>
    internal static Option<DateTimeOffset?> TimeOption() => new("--at")
    {
        Description = "refuse what is signed with a key that signs nothing at this time (RFC 3339, or now)",
        HelpName = "TIME",
        CustomParser = ParseTime,
    };

    internal static ExitCode Run(Options options, Terminal terminal)
    {
        var diagnostics = new DiagnosticBag();
        TrustedRoots roots = TrustedRoots.Production;
        foreach (string path in options.TrustPaths)
            roots = roots.With(NamedInputs.Assertions(path, diagnostics) ?? [], path);
        var assertions = new List<Assertion>();
        foreach (string path in options.Paths)
            assertions.AddRange(NamedInputs.Assertions(path, diagnostics) ?? []);
        DiagnosticBag findings = diagnostics.About(options.Paths is [var only] ? only : null);
        IReadOnlyList<Assertion> believed = AssertionVerifier.Verify(assertions, roots, findings, options.At);
        if (options.Json)
        {
            PrintJson(believed, roots, diagnostics, terminal.Output);
            return diagnostics.HasErrors ? ExitCode.Findings : ExitCode.Success;
        }
        foreach (Assertion trusted in believed)
            terminal.Output.WriteLine($"trusted: {trusted.Reference}");
        if (assertions.Count == 0 && !diagnostics.HasErrors)
            terminal.Error.WriteLine("there is no assertion in what was named");
        if (options.TrustPaths.Count > 0)
            terminal.Error.WriteLine($"trusted to begin with: {roots.Name}");
        DiagnosticPrinter.Print(diagnostics, terminal.Error);
        return diagnostics.HasErrors ? ExitCode.Findings : ExitCode.Success;
    }

    private static void PrintJson(
        IReadOnlyList<Assertion> believed, TrustedRoots roots, DiagnosticBag diagnostics, TextWriter output) =>
        JsonReport.WriteDocument(output, json =>
        {
            json.WriteString("schema", "jetson-core/verify");
            json.WriteNumber("version", 1);
            json.WriteString("roots", roots.Name);
            json.WriteStartArray("trusted");
            foreach (Assertion assertion in believed)
            {
                json.WriteStartObject();
                json.WriteString("type", assertion.Type.Name);
                json.WriteString("key", string.Join('/', assertion.PrimaryKey));
                json.WriteNumber("revision", assertion.Revision);
                JsonReport.WriteText(json, "authority", assertion.AuthorityId);
                json.WriteString("signKey", assertion.SignKeyId);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            JsonReport.WriteDiagnostics(json, diagnostics.Items, withPaths: true);
        });

    private static DateTimeOffset? ParseTime(System.CommandLine.Parsing.ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (text == "now")
            return TimeProvider.System.GetUtcNow();
        if (AssertionTime.TryParse(text, out DateTimeOffset time))
            return time;
        result.AddError($"cannot use \"{text}\" as a time: write it like 2026-11-13T15:40:00Z, or now");
        return null;
    }
}
