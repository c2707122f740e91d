// `jetson-core system-user`: the statement that makes a user on devices of a brand.
using System.CommandLine;
using System.Globalization;
using JetsonCore.Assertions;
using JetsonCore.Cli.Shell;
using JetsonCore.Diagnostics;
using JetsonCore.Files;

namespace JetsonCore.Cli.Commands;

internal static class SystemUserCommand
{
    private const int DaysMax = 36500;

    /// <summary>Arguments as plain values.</summary>
    internal sealed record Options
    {
        public required string Brand { get; init; }

        public required string Email { get; init; }

        public required string Username { get; init; }

        public IReadOnlyList<string> Models { get; init; } = [];

        public IReadOnlyList<string> SshKeyPaths { get; init; } = [];

        public string? Password { get; init; }

        public int Days { get; init; }

        public required string KeyName { get; init; }

        public required Func<string?> Passphrase { get; init; }

        public string? OutputPath { get; init; }

        public bool Force { get; init; }
    }

    public static Command Create(Terminal terminal)
    {
        Option<string> brand = Text("--brand", "ID", "the account of the devices' brand; its key signs");
        Option<string> email = Text("--email", "ADDRESS", "the user's e-mail address");
        Option<string> username = Text("--username", "NAME", "the user's name on the device");
        var key = new Option<string>("--key", "-k")
        {
            Description = "the name of the key that signs",
            HelpName = "NAME",
            Required = true,
        };
        Option<string[]> models = Several("--model", "NAME", "only on devices of this model");
        Option<string[]> sshKeys = Several("--ssh-key", "FILE", "public SSH keys that may log in");
        var password = new Option<string?>("--password-env")
        {
            Description = "take the user's password from this environment variable (- for standard input)",
            HelpName = "NAME",
        };
        Option<int> days = DaysOption();
        var output = new Option<string?>("--output", "-o") { Description = "write to this file", HelpName = "FILE" };
        var force = new Option<bool>("--force") { Description = "overwrite the file" };
        var arguments = new KeyArguments();
        var command = new Command("system-user", """
            Make the statement that creates a user on a device

            The password is hashed here (sha512-crypt), the hash goes into the statement. `build --auto-import` puts the
            result, with the account-key of its signer, where a device imports it when it has seeded.

            Example:
              jetson-core system-user -k my-key --brand my-brand --email me@example.com --username me \
                --model jetson-tx1 --ssh-key ~/.ssh/id_ed25519.pub -o me.assert
            """)
        {
            brand, email, username, models, sshKeys, password, days, key, output, force,
        };
        arguments.AddTo(command);
        command.SetAction(parsed => (int)Run(new()
        {
            Brand = parsed.GetRequiredValue(brand),
            Email = parsed.GetRequiredValue(email),
            Username = parsed.GetRequiredValue(username),
            Models = parsed.GetValue(models) ?? [],
            SshKeyPaths = parsed.GetValue(sshKeys) ?? [],
            Password = UserSecrets.ReadPassword(parsed.GetValue(password)),
            Days = parsed.GetValue(days),
            KeyName = parsed.GetRequiredValue(key),
            Passphrase = arguments.Passphrase(parsed, parsed.GetRequiredValue(key)),
            OutputPath = parsed.GetValue(output),
            Force = parsed.GetValue(force),
        }, terminal));
        return command;
    }

    internal static ExitCode Run(Options options, Terminal terminal)
    {
        var diagnostics = new DiagnosticBag();
        using AssertionKey key = KeyArguments.Keys.Load(options.KeyName, options.Passphrase, diagnostics);
        DateTimeOffset since = KeyArguments.SigningTime;
        string[] sshKeys = [.. options.SshKeyPaths.SelectMany(UserSecrets.ReadSshKeys)];
        AssertionHeaders headers = AssertionHeaders.None.With("type", "system-user")
            .With("authority-id", options.Brand).With("brand-id", options.Brand).With("email", options.Email)
            .With("username", options.Username).With("series", List(["16"]))
            .With("since", Time(since)).With("until", Time(since.AddDays(options.Days)));
        if (options.Models.Count > 0)
            headers = headers.With("models", List(options.Models));
        if (sshKeys is not [])
            headers = headers.With("ssh-keys", List(sshKeys));
        if (options.Password is { } password)
            headers = headers.With("password", Sha512Crypt.Hash(password, Sha512Crypt.NewSalt()));
        Assertion? user = AssertionSigner.Sign(new(headers, default), key, since, diagnostics);
        DiagnosticPrinter.Print(diagnostics, terminal.Error);
        if (user is null)
            return ExitCode.Findings;
        if (options.OutputPath is { } path)
            OutputFile.Write(path, user.ToBytes(), options.Force);
        else
            terminal.Output.Write(System.Text.Encoding.UTF8.GetString(user.ToBytes()));
        return ExitCode.Success;
    }

    private static Option<int> DaysOption()
    {
        var days = new Option<int>("--days")
        {
            Description = "for how many days the statement can be used; at most 365 without --model",
            HelpName = "N",
            DefaultValueFactory = _ => 365,
        };
        days.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var typed }]
                && (!int.TryParse(typed, NumberStyles.None, CultureInfo.InvariantCulture, out int count)
                    || count is < 1 or > DaysMax))
                result.AddError($"--days takes a number from 1 to {DaysMax}");
        });
        return days;
    }

    private static Option<string> Text(string name, string value, string description) =>
        new(name) { Description = description, HelpName = value, Required = true };

    private static Option<string[]> Several(string name, string value, string description) =>
        new(name) { Description = $"{description}; can be given several times", HelpName = value };

    private static HeaderValue.Items List(IEnumerable<string> texts) =>
        new([.. texts.Select(text => (HeaderValue)new HeaderValue.Text(text))]);

    private static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
