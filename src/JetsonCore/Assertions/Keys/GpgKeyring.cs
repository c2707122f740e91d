// The keyring of `snap create-key`: a home folder of gpg, whose keys are named by their user ids. gpg and its agent
// keep the private half; they are asked for signatures, and ask for passphrases themselves.
//
//   sec:…:FIELD 4 algorithm (1 RSA):FIELD 5 key id:…
//   fpr:…:FIELD 10 fingerprint:
//   uid:…:FIELD 10 name:
//
// Peers: snapd asserts/gpgkeypairmgr.go (which options of gpg), gpg's doc/DETAILS (its list).
using System.Globalization;
using System.Text;
using JetsonCore.Files;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.OpenPgp;

namespace JetsonCore.Assertions.Keys;

/// <summary>The `snap` keyring of a user.</summary>
/// <param name="folder">Its folder; where there is none, there are no keys and gpg is not started.</param>
/// <param name="program">gpg's path, or null to look for gpg1 and gpg.</param>
/// <param name="fixedTime">The time that signatures carry; null for gpg's own clock.</param>
public sealed class GpgKeyring(string folder, string? program, DateTimeOffset? fixedTime) : IKeyring
{
    /// <summary>What gpg is called where nothing else is said.</summary>
    internal const string DefaultProgram = "gpg";

    private const string OldProgram = "gpg1";
    private const int AlgorithmField = 3, KeyIdField = 4, ValueField = 9;
    private const string Rsa = "1";

    private sealed record Entry(string Name, string Fingerprint);

    /// <inheritdoc/>
    public string Description => $"the keyring of snap in \"{folder}\"";

    /// <inheritdoc/>
    public IReadOnlyList<KeyringEntry> List() =>
        [.. Entries().Select(entry => new KeyringEntry(entry.Name, AssertionKey.IdOf(Export(entry))))];

    /// <inheritdoc/>
    public AssertionKey? Find(string name) => Named(name) is { } entry
        ? OutsideKey.Of(Export(entry), $"the key \"{name}\" of {Description}",
            (content, _, _) => Sign(entry, content))
        : null;

    /// <inheritdoc/>
    public bool Delete(string name)
    {
        if (Named(name) is not { } entry)
            return false;
        Run(["--batch", "--yes", "--delete-secret-and-public-key", entry.Fingerprint]);
        return true;
    }

    private Entry? Named(string name) => Entries().FirstOrDefault(entry => entry.Name == name);

    private List<Entry> Entries()
    {
        if (!HostFile.IsFolder(folder))
            return [];
        byte[] list = Run(["--batch", "--list-secret-keys", "--fingerprint", "--with-colons", "--fixed-list-mode"]);
        List<Entry> entries = [];
        string? keyId = null, fingerprint = null, name = null;
        // A key's own fingerprint ends with its id; those of its subkeys do not.
        foreach (string[] fields in Encoding.UTF8.GetString(list).Split('\n').Select(line => line.Split(':')))
        {
            switch (fields[0])
            {
                case "sec":
                    Close();
                    keyId = fields.Length > KeyIdField && fields[AlgorithmField] == Rsa ? fields[KeyIdField] : null;
                    break;
                case "fpr" when keyId is not null && fields.Length > ValueField
                        && fields[ValueField].EndsWith(keyId, StringComparison.Ordinal):
                    fingerprint = fields[ValueField];
                    break;
                case "uid" when fields.Length > ValueField:
                    name = fields[ValueField];          // of several the last, as with snap
                    break;
            }
        }
        Close();
        return entries;

        void Close()
        {
            if (fingerprint is not null && name is { Length: > 0 })
                entries.Add(new(name, fingerprint));
            (keyId, fingerprint, name) = (null, null, null);
        }
    }

    private OpenPgpPublicKey Export(Entry entry)
    {
        byte[] packets = Run(["--batch", "--export", "--export-options",
            "export-minimal,export-clean,no-export-attributes", $"0x{entry.Fingerprint}"]);
        return Read($"the public half of \"{entry.Name}\"",
            () => OpenPgpPublicKey.Read(OpenPgpPacket.ReadFirst(packets)));
    }

    private OpenPgpPacket Sign(Entry entry, ReadOnlySpan<byte> content)
    {
        byte[] packet = Run(["--personal-digest-preferences", "SHA512", "--default-key", $"0x{entry.Fingerprint}",
            "--detach-sign"], content.ToArray());
        return Read($"the signature of \"{entry.Name}\"", () => OpenPgpPacket.Read(packet));
    }

    private byte[] Run(string[] arguments, ReadOnlyMemory<byte> input = default)
    {
        string[] time = fixedTime is { } fix
            ? ["--faked-system-time", fix.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture) + "!"]
            : [];
        return KeyProgram.Run(program ?? Installed(),
            ["--homedir", folder, "-q", "--no-auto-check-trustdb", .. time, .. arguments], input);
    }

    private static string Installed() => KeyProgram.Find(OldProgram) is null ? DefaultProgram : OldProgram;

    private static T Read<T>(string what, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (MalformedDataException exception)
        {
            throw KeyProgram.Fail($"cannot use {what} from gpg: {exception.Message}");
        }
    }
}
