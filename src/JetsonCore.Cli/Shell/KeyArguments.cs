// What the commands that use signing keys share: the folder of keys, passphrases, the signing time.
using System.CommandLine;
using JetsonCore.Assertions;
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

    /// <summary>The keys of this user.</summary>
    public static KeyStore Store => new(Path.Combine(UserFolder(), "jetson-core", "keys"));

    /// <summary>Loads a key of this user; a key that others may read too is warned of.</summary>
    /// <exception cref="UserErrorException">There is none of that name, or it cannot be used.</exception>
    public static AssertionKey Load(string name, string? passphrase, Terminal terminal)
    {
        var diagnostics = new DiagnosticBag();
        AssertionKey key = Store.Load(name, passphrase, diagnostics);
        DiagnosticPrinter.Print(diagnostics, terminal.Error);
        return key;
    }

    /// <summary>SOURCE_DATE_EPOCH, or now.</summary>
    public static DateTimeOffset SigningTime =>
        BuildClock.FromVariable(Environment.GetEnvironmentVariable(BuildClock.VariableName))?.Moment
        ?? TimeProvider.System.GetUtcNow();

    public void AddTo(Command command)
    {
        command.Add(_variable);
        command.Add(_descriptor);
    }

    /// <summary>The passphrase, or null where none is given.</summary>
    public string? Passphrase(ParseResult parsed)
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
