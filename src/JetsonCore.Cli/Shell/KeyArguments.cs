// What the commands that use signing keys share: the folder of keys, passphrases, the signing time.
using System.CommandLine;
using System.Globalization;
using JetsonCore.Assertions;
using JetsonCore.Assertions.Keys;
using JetsonCore.Build;
using JetsonCore.Diagnostics;
using JetsonCore.Files;
using Microsoft.Win32.SafeHandles;

namespace JetsonCore.Cli.Shell;

internal sealed class KeyArguments
{
    private static readonly Rule PassphraseSource =
        new("JC9301", Severity.Error, "a passphrase comes from a variable or a file descriptor");

    private static readonly Rule KeyFolder =
        new("JC9142", Severity.Error, "private keys have a folder of their own, whatever folder a command runs in");

    private readonly Option<string?> _variable = new("--passphrase-env")
    {
        Description = "take the key's passphrase from this environment variable",
        HelpName = "NAME",
    };

    private readonly Option<int?> _descriptor = new("--passphrase-fd")
    {
        Description = "read the key's passphrase, one line, from this file descriptor",
        HelpName = "NUMBER",
    };

    /// <summary>The keys of this user: his folder, and what `snap` would sign with by the same variables.</summary>
    public static UserKeys Keys => new(new(Folder),
        Variable("SNAPD_EXT_KEYMGR") is { } program
            ? new ExternalKeyring(program)
            : new GpgKeyring(SnapKeyring(), Variable("SNAP_GNUPG_CMD"), FixedTime));

    /// <summary>The folder of this user's key files.</summary>
    /// <exception cref="UserErrorException">The environment does not tell.</exception>
    public static string Folder => Path.Combine(UserFolder(), "jetson-core", "keys");

    /// <summary>Loads a key of this user; a key that others may read too is warned of.</summary>
    /// <exception cref="UserErrorException">There is none of that name, or it cannot be used.</exception>
    public static AssertionKey Load(string name, Func<string?> passphrase, Terminal terminal)
    {
        var diagnostics = new DiagnosticBag();
        try
        {
            return Keys.Load(name, passphrase, diagnostics);
        }
        finally
        {
            DiagnosticPrinter.Print(diagnostics, terminal.Error);
        }
    }

    /// <summary>SOURCE_DATE_EPOCH, or now.</summary>
    public static DateTimeOffset SigningTime => FixedTime ?? TimeProvider.System.GetUtcNow();

    /// <summary>The signing time as headers carry it.</summary>
    public static string Timestamp(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>SOURCE_DATE_EPOCH, or null.</summary>
    public static DateTimeOffset? FixedTime =>
        BuildClock.FromVariable(Environment.GetEnvironmentVariable(BuildClock.VariableName))?.Moment;

    public void AddTo(Command command)
    {
        command.Add(_variable);
        command.Add(_descriptor);
    }

    /// <summary>How to get the passphrase of a key that has one: as given, or asked for on the terminal.</summary>
    public Func<string?> Passphrase(ParseResult parsed, string keyName)
    {
        string? given = Given(parsed);
        return () => given ?? TypedSecret.Ask($"passphrase of the key \"{keyName}\": ");
    }

    /// <summary>
    /// The passphrase for a new key: as given, or asked for twice by a person at the terminal; null for none.
    /// </summary>
    public string? NewPassphrase(ParseResult parsed, string keyName, bool mayAsk)
    {
        if (Given(parsed) is { } given)
            return given;
        if (!mayAsk || !StandardStream.InputIsTerminal)
            return null;
        string question = $"passphrase for the new key \"{keyName}\" (empty for none): ";
        if (TypedSecret.Ask(question) is not { Length: > 0 } typed)
            return null;
        return TypedSecret.Ask("the same once more: ") == typed
            ? typed
            : throw new UserErrorException(FailureKind.Usage, KeyRules.Typing, null,
                "cannot take the passphrase: the second one is another", "run the command again");
    }

    /// <summary>The passphrase as an argument names it; null where none does.</summary>
    public string? Given(ParseResult parsed)
    {
        string? passphrase = null;
        if (parsed.GetValue(_variable) is { } variable)
        {
            passphrase = Environment.GetEnvironmentVariable(variable)
                ?? throw Fail($"cannot take the passphrase from the variable \"{variable}\": it is not set");
        }
        else if (parsed.GetValue(_descriptor) is { } descriptor)
        {
            passphrase = ReadLine(descriptor)
                ?? throw Fail($"cannot take the passphrase from descriptor {descriptor}: it is empty");
        }
        return passphrase is "" ? throw Fail("cannot use an empty passphrase") : passphrase;
    }

    private static string? ReadLine(int descriptor)
    {
        using var handle = new SafeFileHandle(descriptor, ownsHandle: false);
        try
        {
            using var reader = new StreamReader(HostFile.OpenRead(handle, $"descriptor {descriptor}"));
            return reader.ReadLine();
        }
        catch (Exception exception) when (exception is IOException or ArgumentException or UnauthorizedAccessException)
        {
            throw Fail($"cannot take the passphrase from descriptor {descriptor}: it is not open for reading",
                $"open it: {descriptor}< FILE, or {descriptor}<<< \"$PASSPHRASE\"");
        }
    }

    private static string? Variable(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    /// <summary>The folder of the keys that `snap` signs with, whether it is there or not.</summary>
    public static string SnapKeyring() => Variable("SNAP_GNUPG_HOME")
        ?? Path.Combine(UserHome.OfPerson() ?? Variable("HOME") ?? "/", ".snap", "gnupg");

    private static string UserFolder()
    {
        if (Environment.GetEnvironmentVariable("XDG_DATA_HOME") is { Length: > 0 } data)
            return RequireWhole("XDG_DATA_HOME", data);
        return Path.Combine(RequireWhole("HOME", Environment.GetEnvironmentVariable("HOME")), ".local", "share");
    }

    private static string RequireWhole(string variable, string? folder) => Path.IsPathRooted(folder)
        ? folder
        : throw new UserErrorException(FailureKind.Environment, KeyFolder, null,
            $"cannot tell where the keys are: {variable} "
                + (string.IsNullOrEmpty(folder) ? "is not set" : $"is \"{folder}\", a folder below the current one"),
            $"set {variable} to a path that begins with /");

    private static UserErrorException Fail(string message, string? hint = null) =>
        new(FailureKind.Usage, PassphraseSource, null, message, hint);
}
