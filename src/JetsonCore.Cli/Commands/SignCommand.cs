// `jetson-core sign`: headers as JSON or YAML become a signed assertion, as with `snap sign`.
using System.CommandLine;
using System.Text;
using JetsonCore.Assertions;
using JetsonCore.Assertions.Keys;
using JetsonCore.Cli.Shell;
using JetsonCore.Diagnostics;
using JetsonCore.Files;

namespace JetsonCore.Cli.Commands;

internal static class SignCommand
{
    /// <summary>Arguments as plain values.</summary>
    internal sealed record Options(string KeyName, Func<string?> Passphrase, string InputPath)
    {
        public string? OutputPath { get; init; }

        public bool Force { get; init; }

        public bool UpdateTimestamp { get; init; }

        public bool Chain { get; init; }

        public IReadOnlyList<string> Assertions { get; init; } = [];
    }

    public static Command Create(Terminal terminal)
    {
        var file = new Argument<string>("FILE")
        {
            Description = "the headers as a JSON object or a YAML map; \"body\" is the body; - for standard input",
            DefaultValueFactory = _ => InputBytes.StandardInput,
        };
        var key = new Option<string>("--key", "-k")
        {
            Description = "the name of the key; snap:NAME for one of snap's where the folder has the name too",
            HelpName = "NAME",
            Required = true,
        };
        var update = new Option<bool>("--update-timestamp") { Description = "set the header \"timestamp\" to now" };
        var chain = new Option<bool>("--chain")
        {
            Description = "append the account-key and the account of the signer, which --assertion gives",
        };
        Option<string[]> assertions = AssertionsOption();
        Option<string?> output = OutputOption();
        var force = new Option<bool>("--force") { Description = "overwrite the file" };
        var arguments = new KeyArguments();
        var command = new Command("sign", """
            Sign an assertion

            What is wrong with it is said before the key is asked for. The same headers, key and SOURCE_DATE_EPOCH give
            the same bytes.

            Examples:
              jetson-core sign -k my-key tx1-model.json -o tx1.model
              jetson-core sign -k my-key --update-timestamp --chain --assertion brand.assert tx1-model.yaml
            """)
        {
            file, key, update, chain, assertions, output, force,
        };
        arguments.AddTo(command);
        command.SetAction(parsed => (int)Run(
            new(parsed.GetRequiredValue(key), arguments.Passphrase(parsed, parsed.GetRequiredValue(key)),
                parsed.GetRequiredValue(file))
            {
                OutputPath = parsed.GetValue(output),
                Force = parsed.GetValue(force),
                UpdateTimestamp = parsed.GetValue(update),
                Chain = parsed.GetValue(chain),
                Assertions = parsed.GetValue(assertions) ?? [],
            },
            terminal));
        command.Validators.Add(result =>
        {
            if (!result.GetValue(chain) && result.GetValue(assertions) is { Length: > 0 })
                result.AddError("--assertion goes with --chain: it says where the chain is");
        });
        return command;
    }

    private static Option<string?> OutputOption() => new("--output", "-o")
    {
        Description = "write to this file instead of standard output",
        HelpName = "FILE",
    };

    private static Option<string[]> AssertionsOption() => new("--assertion")
    {
        Description = "where the account-key and the account are; can be given several times",
        HelpName = "FILE",
    };

    internal static ExitCode Run(Options options, Terminal terminal)
    {
        var diagnostics = new DiagnosticBag(InputBytes.NameOf(options.InputPath));
        byte[]? signed = null;
        if (ReadStatement(options, diagnostics) is { } statement)
        {
            using AssertionKey key = KeyArguments.Load(options.KeyName, options.Passphrase, terminal);
            signed = Sign(statement, key, options, diagnostics);
        }
        DiagnosticPrinter.Print(diagnostics, terminal.Error);
        if (signed is null)
            return ExitCode.Findings;
        if (options.OutputPath is { } path)
            OutputFile.Write(path, signed, options.Force);
        else
            terminal.Output.Write(Encoding.UTF8.GetString(signed));
        return ExitCode.Success;
    }

    private static AssertionStatement? ReadStatement(Options options, DiagnosticBag diagnostics)
    {
        byte[] text = InputBytes.Read(options.InputPath, AssertionStatement.LengthMax);
        if (AssertionStatement.Read(text, diagnostics) is not { } statement)
            return null;
        if (options.UpdateTimestamp)
            statement = statement.WithTimestamp(KeyArguments.Timestamp(KeyArguments.SigningTime), diagnostics);
        return AssertionSigner.Check(statement, diagnostics) && !diagnostics.HasErrors ? statement : null;
    }

    private static byte[]? Sign(
        AssertionStatement statement, AssertionKey key, Options options, DiagnosticBag diagnostics)
    {
        IReadOnlyList<Assertion> chain = [];
        if (options.Chain)
        {
            List<Assertion> given =
                [.. options.Assertions.SelectMany(path => NamedInputs.Assertions(path, diagnostics) ?? [])];
            string? authority = statement.Headers.Text("authority-id");
            if (SigningChain.Find(key.Id, authority, given, diagnostics) is not { } found)
                return null;
            chain = found;
        }
        return AssertionSigner.Sign(statement, key, KeyArguments.SigningTime, diagnostics) is { } signed
            ? AssertionFile.Encode([signed, .. chain])
            : null;
    }
}
