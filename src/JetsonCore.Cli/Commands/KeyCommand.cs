// `jetson-core key …`: the keys that sign assertions.
using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using JetsonCore.Assertions;
using JetsonCore.Cli.Shell;
using JetsonCore.Diagnostics;

namespace JetsonCore.Cli.Commands;

internal static class KeyCommand
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static Command Create(Terminal terminal) => new("key", """
        Make, list and export signing keys

        Keys are files of mode 0600 below ${XDG_DATA_HOME:-~/.local/share}/jetson-core/keys. Keep a copy of each: a lost
        key cannot be made again, and devices accept no other.
        """)
    {
        CreateCreate(terminal),
        CreateList(terminal),
        CreateExport(terminal),
        CreateImport(terminal),
    };

    private static Command CreateCreate(Terminal terminal)
    {
        Argument<string> name = Name();
        var arguments = new KeyArguments();
        var command = new Command("create", """
            Make a new RSA key of 4096 bits and print its id

            Example:
              jetson-core key create my-key
            """)
        {
            name,
        };
        arguments.AddTo(command);
        command.SetAction(parsed =>
        {
            using AssertionKey key =
                KeyArguments.Store.Create(parsed.GetRequiredValue(name), arguments.Passphrase(parsed));
            terminal.Output.WriteLine(key.Id);
        });
        return command;
    }

    private static Command CreateList(Terminal terminal)
    {
        var json = new Option<bool>("--json") { Description = "print JSON instead of a table" };
        var command = new Command("list", """
            List the keys and their ids

            Example:
              jetson-core key list
            """)
        {
            json,
        };
        command.SetAction(parsed =>
        {
            IReadOnlyList<KeyStore.Entry> keys = KeyArguments.Store.List();
            if (parsed.GetValue(json))
                PrintJson(keys, terminal.Output);
            else
                PrintTable(keys, terminal.Output);
        });
        return command;
    }

    private static Command CreateExport(Terminal terminal)
    {
        Argument<string> name = Name();
        var account = new Option<string?>("--account")
        {
            Description = "write an account-key-request of this account, signed with the key, to register it with",
            HelpName = "ID",
        };
        var arguments = new KeyArguments();
        var command = new Command("export", """
            Write the public half of a key, or a request to register it

            Example:
              jetson-core key export my-key --account ID > my-key.request
            """)
        {
            name, account,
        };
        arguments.AddTo(command);
        command.SetAction(parsed =>
        {
            string keyName = parsed.GetRequiredValue(name);
            using AssertionKey key = KeyArguments.Load(keyName, arguments.Passphrase(parsed), terminal);
            if (parsed.GetValue(account) is { } id)
                return (int)ExportRequest(key, keyName, id, terminal);
            terminal.Output.WriteLine(key.EncodedPublicKey);
            return (int)ExitCode.Success;
        });
        return command;
    }

    private static Command CreateImport(Terminal terminal)
    {
        var file = new Argument<string>("FILE")
        {
            Description = "an RSA key in PKCS#8 PEM, as openssl genpkey makes it, or as gpg exports it in armour",
        };
        var name = new Option<string?>("--name")
        {
            Description = "the key's name; without it the file's, without its ending",
            HelpName = "NAME",
        };
        var arguments = new KeyArguments();
        var command = new Command("import", """
            Take in a key from a file and print its id

            Examples:
              openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:4096 -out my-key.pem
              jetson-core key import my-key.pem
              gpg --homedir ~/.snap/gnupg --export-secret-keys --armor my-key > my-key.asc
              PASSPHRASE=… jetson-core key import my-key.asc --passphrase-env PASSPHRASE
            """)
        {
            file, name,
        };
        arguments.AddTo(command);
        command.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(file);
            string? passphrase = arguments.Passphrase(parsed);
            var diagnostics = new DiagnosticBag();
            using AssertionKey key = KeyStore.LoadFile(path, passphrase, diagnostics);
            DiagnosticPrinter.Print(diagnostics, terminal.Error);
            KeyArguments.Store.Save(parsed.GetValue(name) ?? Path.GetFileNameWithoutExtension(path), key, passphrase);
            terminal.Output.WriteLine(key.Id);
        });
        return command;
    }

    private static Argument<string> Name() => new("NAME") { Description = "the key's name" };

    private static ExitCode ExportRequest(AssertionKey key, string name, string account, Terminal terminal)
    {
        DateTimeOffset now = KeyArguments.SigningTime;
        AssertionHeaders headers = AssertionHeaders.None
            .With("type", "account-key-request")
            .With("account-id", account)
            .With("name", name)
            .With("public-key-sha3-384", key.Id)
            .With("since", now.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        var diagnostics = new DiagnosticBag();
        var statement = new AssertionStatement(headers, System.Text.Encoding.ASCII.GetBytes(key.EncodedPublicKey));
        Assertion? request = AssertionSigner.Sign(statement, key, now, diagnostics);
        DiagnosticPrinter.Print(diagnostics, terminal.Error);
        if (request is null)
            return ExitCode.Findings;
        terminal.Output.Write(System.Text.Encoding.UTF8.GetString(request.ToBytes()));
        return ExitCode.Success;
    }

    private static void PrintTable(IReadOnlyList<KeyStore.Entry> keys, TextWriter output)
    {
        int width = keys.Select(key => key.Name.Length).Append(4).Max();
        output.WriteLine($"{"NAME".PadRight(width)}  SHA3-384");
        foreach (KeyStore.Entry key in keys)
        {
            string id = key.Id ?? "(unreadable)";
            output.WriteLine($"{key.Name.PadRight(width)}  {id}{(key.IsEncrypted ? "  encrypted" : "")}");
        }
    }

    private static void PrintJson(IReadOnlyList<KeyStore.Entry> keys, TextWriter output) =>
        output.WriteLine(new JsonObject
        {
            ["schema"] = "jetson-core/keys",
            ["version"] = 1,
            ["keys"] = new JsonArray([.. keys.Select(key => new JsonObject
            {
                ["name"] = key.Name,
                ["id"] = key.Id,
                ["encrypted"] = key.IsEncrypted,
            })]),
        }.ToJsonString(Indented));
}
