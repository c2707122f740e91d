// `jetson-core key …`: the keys that sign assertions.
using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using JetsonCore.Assertions;
using JetsonCore.Assertions.Keys;
using JetsonCore.Cli.Shell;
using JetsonCore.Diagnostics;
using JetsonCore.Files;

namespace JetsonCore.Cli.Commands;

internal static class KeyCommand
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>A key as it is shown; whether one of snap has a passphrase, only its program knows.</summary>
    private sealed record Listed(string Name, string? Id, string Keyring, bool? IsEncrypted);

    public static Command Create(Terminal terminal) => new("key", """
        Make, list, register and delete signing keys

        Keys are files of mode 0600 below ${XDG_DATA_HOME:-~/.local/share}/jetson-core/keys. Keep a copy of each: a lost
        key cannot be made again, and devices accept no other. Keys of snap are used too: those of snap create-key
        (through gpg), or with SNAPD_EXT_KEYMGR those of that program. snap:NAME names one where the folder has the
        same name.
        """)
    {
        CreateCreate(terminal),
        CreateList(terminal),
        CreateExport(terminal),
        CreateImport(terminal),
        CreateRegisterRequest(terminal),
        CreateDelete(),
    };

    private static Command CreateCreate(Terminal terminal)
    {
        Argument<string> name = Name();
        var open = new Option<bool>("--no-passphrase") { Description = "ask for none" };
        var arguments = new KeyArguments();
        var command = new Command("create", """
            Make a new RSA key of 4096 bits and print its id

            A person at a terminal is asked for a passphrase, twice.

            Example:
              jetson-core key create my-key
            """)
        {
            name, open,
        };
        arguments.AddTo(command);
        command.SetAction(parsed =>
        {
            string keyName = parsed.GetRequiredValue(name);
            KeyArguments.Keys.Store.RequireFree(keyName);
            using AssertionKey key = KeyArguments.Keys.Store.Create(
                keyName, arguments.NewPassphrase(parsed, keyName, mayAsk: !parsed.GetValue(open)));
            terminal.Output.WriteLine(key.Id);
        });
        return command;
    }

    private static Command CreateList(Terminal terminal)
    {
        var json = new Option<bool>("--json") { Description = "print JSON instead of a table" };
        var command = new Command("list", """
            List the keys and their ids: those of the folder, then those of snap

            Example:
              jetson-core key list
            """)
        {
            json,
        };
        command.SetAction(parsed =>
        {
            var diagnostics = new DiagnosticBag();
            UserKeys keys = KeyArguments.Keys;
            Listed[] listed =
            [
                .. keys.Store.List().Select(key => new Listed(key.Name, key.Id, "file", key.IsEncrypted)),
                .. keys.ListKeyring(diagnostics).Select(key => new Listed(key.Name, key.Id, "snap", null)),
            ];
            DiagnosticPrinter.Print(diagnostics, terminal.Error);
            if (parsed.GetValue(json))
                PrintJson(listed, terminal.Output);
            else
                PrintTable(listed, terminal.Output);
        });
        return command;
    }

    private static Command CreateExport(Terminal terminal)
    {
        Argument<string> name = Name();
        var account = new Option<string?>("--account")
        {
            Description = "write what key register-request writes, as snap export-key does",
            HelpName = "ID",
        };
        var arguments = new KeyArguments();
        var command = new Command("export", """
            Write the public half of a key: the body of its account-key

            Example:
              jetson-core key export my-key
            """)
        {
            name, account,
        };
        arguments.AddTo(command);
        command.SetAction(parsed =>
        {
            string keyName = parsed.GetRequiredValue(name);
            using AssertionKey key = KeyArguments.Load(keyName, arguments.Passphrase(parsed, keyName), terminal);
            if (parsed.GetValue(account) is { } id)
                return (int)WriteRequest(key, keyName, id, until: null, terminal);
            terminal.Output.WriteLine(key.EncodedPublicKey);
            return (int)ExitCode.Success;
        });
        return command;
    }

    private static Command CreateRegisterRequest(Terminal terminal)
    {
        Argument<string> name = Name();
        var account = new Option<string>("--account")
        {
            Description = "the id of the account that the key shall belong to",
            HelpName = "ID",
            Required = true,
        };
        var until = new Option<string?>("--until")
        {
            Description = "when the key shall stop signing (RFC 3339); without it never",
            HelpName = "TIME",
        };
        var arguments = new KeyArguments();
        var command = new Command("register-request", """
            Write an account-key-request: what a store registers a key by

            It is signed with the key itself, which proves that you have it. The store answers with the account-key that
            build and sign --chain take with --assertion.

            Example:
              jetson-core key register-request my-key --account ID > my-key.request
            """)
        {
            name, account, until,
        };
        arguments.AddTo(command);
        command.SetAction(parsed =>
        {
            string keyName = parsed.GetRequiredValue(name);
            using AssertionKey key = KeyArguments.Load(keyName, arguments.Passphrase(parsed, keyName), terminal);
            return (int)WriteRequest(
                key, keyName, parsed.GetRequiredValue(account), parsed.GetValue(until), terminal);
        });
        return command;
    }

    private static Command CreateDelete()
    {
        Argument<string> name = Name();
        var force = new Option<bool>("--force") { Description = "do not ask" };
        var command = new Command("delete", """
            Delete a key, for ever

            What it has signed stays as it is. Nothing new can be signed with it, and no device takes another key in its
            place. One of snap's keyring is deleted only by the name snap:NAME.

            Example:
              jetson-core key delete my-key
            """)
        {
            name, force,
        };
        command.SetAction(parsed =>
        {
            string keyName = parsed.GetRequiredValue(name);
            UserKeys keys = KeyArguments.Keys;
            keys.Require(keyName);
            if (!parsed.GetValue(force))
                Confirm(keyName);
            keys.Delete(keyName);
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
            string keyName = parsed.GetValue(name) ?? Path.GetFileNameWithoutExtension(path);
            var passphrase = new Lazy<string?>(arguments.Passphrase(parsed, keyName));
            var diagnostics = new DiagnosticBag();
            using AssertionKey key = KeyStore.LoadFile(path, () => passphrase.Value, diagnostics);
            DiagnosticPrinter.Print(diagnostics, terminal.Error);
            KeyArguments.Keys.Store.Save(
                keyName, key, passphrase.IsValueCreated ? passphrase.Value : arguments.Given(parsed));
            terminal.Output.WriteLine(key.Id);
        });
        return command;
    }

    private static Argument<string> Name() => new("NAME") { Description = "the key's name" };

    private static void Confirm(string name)
    {
        string? typed = TypedSecret.AskOpenly(
            $"\"{name}\" cannot be made again, and devices accept no other key. Type its name to delete it: ");
        if (typed == name)
            return;
        throw typed is null
            ? new UserErrorException(FailureKind.Usage, KeyRules.Deletion, null,
                $"cannot ask whether \"{name}\" shall be deleted: there is no terminal", "give --force")
            : new UserErrorException(FailureKind.Usage, KeyRules.Deletion, null,
                $"did not delete the key \"{name}\": its name was not typed");
    }

    private static ExitCode WriteRequest(
        AssertionKey key, string name, string account, string? until, Terminal terminal)
    {
        DateTimeOffset now = KeyArguments.SigningTime;
        AssertionHeaders headers = AssertionHeaders.None
            .With("type", "account-key-request")
            .With("account-id", account)
            .With("name", UserKeys.InKeyring(name) ?? name)
            .With("public-key-sha3-384", key.Id)
            .With("since", KeyArguments.Timestamp(now));
        if (until is not null)
            headers = headers.With("until", until);
        var diagnostics = new DiagnosticBag();
        var statement = new AssertionStatement(headers, System.Text.Encoding.ASCII.GetBytes(key.EncodedPublicKey));
        Assertion? request = AssertionSigner.Sign(statement, key, now, diagnostics);
        DiagnosticPrinter.Print(diagnostics, terminal.Error);
        if (request is null)
            return ExitCode.Findings;
        terminal.Output.Write(System.Text.Encoding.UTF8.GetString(request.ToBytes()));
        return ExitCode.Success;
    }

    private static void PrintTable(IReadOnlyList<Listed> keys, TextWriter output)
    {
        int width = keys.Select(key => key.Name.Length).Append(4).Max();
        output.WriteLine($"{"NAME".PadRight(width)}  SHA3-384");
        foreach (Listed key in keys)
        {
            string more = key.Keyring == "snap" ? "  snap" : key.IsEncrypted is true ? "  encrypted" : "";
            output.WriteLine($"{key.Name.PadRight(width)}  {key.Id ?? "(unreadable)"}{more}");
        }
    }

    private static void PrintJson(IReadOnlyList<Listed> keys, TextWriter output) =>
        output.WriteLine(new JsonObject
        {
            ["schema"] = "jetson-core/keys",
            ["version"] = 1,
            ["keys"] = new JsonArray([.. keys.Select(key => new JsonObject
            {
                ["name"] = key.Name,
                ["id"] = key.Id,
                ["keyring"] = key.Keyring,
                ["encrypted"] = key.IsEncrypted,
            })]),
        }.ToJsonString(Indented));
}
