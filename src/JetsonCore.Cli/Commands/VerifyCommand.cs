// `jetson-core verify`: who vouches for the assertions in files.
using System.CommandLine;
using JetsonCore.Assertions;
using JetsonCore.Cli.Shell;
using JetsonCore.Diagnostics;

namespace JetsonCore.Cli.Commands;

internal static class VerifyCommand
{
    /// <summary>Arguments as plain values.</summary>
    internal sealed record Options(IReadOnlyList<string> Paths, IReadOnlyList<string> TrustPaths);

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
        var command = new Command("verify", """
            Check the signatures and the trust of assertions

            Prints every assertion that a chain of keys leads to a trusted root. Exit code 1 if there are others, or if
            a model says what no model may say. Whether a key has expired since is not asked.

            Example:
              jetson-core verify my.account my.account-key tx1.model
            """)
        {
            files, trust,
        };
        command.SetAction(parsed =>
            (int)Run(new(parsed.GetRequiredValue(files), parsed.GetValue(trust) ?? []), terminal));
        return command;
    }

    internal static ExitCode Run(Options options, Terminal terminal)
    {
        var diagnostics = new DiagnosticBag();
        TrustedRoots roots = TrustedRoots.Production;
        foreach (string path in options.TrustPaths)
            roots = roots.With(AssertionFile.ReadAll(path, diagnostics) ?? [], path);
        var assertions = new List<Assertion>();
        foreach (string path in options.Paths)
        {
            IReadOnlyList<Assertion> read = AssertionFile.ReadAll(path, diagnostics) ?? [];
            foreach (Assertion model in read.Where(assertion => assertion.Type.Name == "model"))
                ModelReader.Read(model.Headers, diagnostics.About(path));
            assertions.AddRange(read);
        }
        DiagnosticBag findings = diagnostics.About(options.Paths is [var only] ? only : null);
        foreach (Assertion trusted in AssertionVerifier.Verify(assertions, roots, findings))
            terminal.Output.WriteLine($"trusted: {trusted.Reference}");
        if (options.TrustPaths.Count > 0)
            terminal.Error.WriteLine($"trusted to begin with: {roots.Name}");
        DiagnosticPrinter.Print(diagnostics, terminal.Error);
        return diagnostics.HasErrors ? ExitCode.Findings : ExitCode.Success;
    }
}
