// `jetson-core sign`: headers as JSON become a signed assertion, as with `snap sign`.
using System.CommandLine;
using JetsonCore.Assertions;
using JetsonCore.Cli.Shell;
using JetsonCore.Diagnostics;
using JetsonCore.Files;

namespace JetsonCore.Cli.Commands;

internal static class SignCommand
{
    /// <summary>Arguments as plain values.</summary>
    internal sealed record Options(
        string KeyName, string? Passphrase, string InputPath, string? OutputPath, bool Force);

    public static Command Create(Terminal terminal)
    {
        var file = new Argument<string>("FILE")
        {
            Description = "the headers as a JSON object of strings; \"body\" is the body; - for standard input",
            DefaultValueFactory = _ => InputBytes.StandardInput,
        };
        var key = new Option<string>("--key", "-k")
        {
            Description = "the name of the key",
            HelpName = "NAME",
            Required = true,
        };
        var output = new Option<string?>("--output", "-o")
        {
            Description = "write to this file instead of standard output",
            HelpName = "FILE",
        };
        var force = new Option<bool>("--force") { Description = "overwrite the file" };
        var arguments = new KeyArguments();
        var command = new Command("sign", """
            Sign an assertion

            The same headers, key and SOURCE_DATE_EPOCH give the same bytes.

            Example:
              jetson-core sign -k my-key tx1-model.json -o tx1.model
            """)
        {
            file, key, output, force,
        };
        arguments.AddTo(command);
        command.SetAction(parsed => (int)Run(
            new(parsed.GetRequiredValue(key), arguments.Passphrase(parsed), parsed.GetRequiredValue(file),
                parsed.GetValue(output), parsed.GetValue(force)),
            terminal));
        return command;
    }

    internal static ExitCode Run(Options options, Terminal terminal)
    {
        using AssertionKey key = KeyArguments.Load(options.KeyName, options.Passphrase, terminal);
        var diagnostics = new DiagnosticBag(InputBytes.NameOf(options.InputPath));
        byte[] json = InputBytes.Read(options.InputPath, AssertionStatement.LengthMax);
        Assertion? signed = AssertionStatement.ReadJson(json, diagnostics) is { } statement
            ? AssertionSigner.Sign(statement, key, KeyArguments.SigningTime, diagnostics)
            : null;
        DiagnosticPrinter.Print(diagnostics, terminal.Error);
        if (signed is null)
            return ExitCode.Findings;
        if (options.OutputPath is { } path)
            OutputFile.Write(path, signed.ToBytes(), options.Force);
        else
            terminal.Output.Write(System.Text.Encoding.UTF8.GetString(signed.ToBytes()));
        return ExitCode.Success;
    }
}
