// A keyring of snap: a home folder of gpg with an agent, whose pinentry answers by itself.
using JetsonCore.TestKit;

namespace JetsonCore.Cli.Tests.Keys;

internal sealed class GpgHome : IDisposable
{
    public const string Passphrase = "correct horse";

    private readonly TempFolder _temp = new();

    public GpgHome()
    {
        string pinentry = WriteProgram("pinentry", $"""
            #!/bin/sh
            echo "asked" >> "{_temp.File("asked")}"
            echo "OK at your service"
            while read -r command rest; do
              case $command in
                GETPIN) echo "D {Passphrase}"; echo OK ;;
                BYE) echo OK; exit ;;
                *) echo OK ;;
              esac
            done
            """);
        Directory.CreateDirectory(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.WriteAllText(System.IO.Path.Combine(Path, "gpg-agent.conf"), $"pinentry-program {pinentry}\n");
    }

    public string Path => _temp.File("home");

    /// <summary>Whether anybody was asked for the passphrase.</summary>
    public bool HasAsked => File.Exists(_temp.File("asked"));

    /// <summary>Makes a key as `snap create-key` does, but without a passphrase.</summary>
    public void Generate(string name, int bits = 4096) => Oracle.Run(new OracleCall("gpg")
    {
        Arguments = ["--homedir", Path, "-q", "--batch", "--gen-key"],
        Input = System.Text.Encoding.UTF8.GetBytes($"""
            %no-protection
            Key-Type: RSA
            Key-Length: {bits}
            Name-Real: {name}
            Creation-Date: seconds=1451606400
            Preferences: SHA512

            """),
    }).MustSucceed();

    /// <summary>A gpg for SNAP_GNUPG_CMD whose clock stands still.</summary>
    public string FixedClock(long unixSeconds) => WriteProgram("gpg-at", $"""
        #!/bin/sh
        exec gpg --faked-system-time {unixSeconds}! "$@"
        """);

    public string WriteProgram(string name, string text)
    {
        string path = _temp.Write(name, text + "\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }

    public void Dispose()
    {
        Oracle.Run("gpgconf", "--homedir", Path, "--kill", "all");
        _temp.Dispose();
    }
}
