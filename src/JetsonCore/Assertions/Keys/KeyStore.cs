// The folder of signing keys: NAME.pem each, mode 0600 in a folder of mode 0700. A file is never overwritten: a lost
// key cannot be made again.
using System.Security.Cryptography;
using System.Text;
using JetsonCore.Diagnostics;
using JetsonCore.Files;

namespace JetsonCore.Assertions.Keys;

/// <summary>A folder of key files.</summary>
/// <param name="folder">The folder; made when the first key is.</param>
public sealed class KeyStore(string folder)
{
    /// <summary>A key's name must be usable as a file's name.</summary>
    public static readonly Rule Name =
        new("JC3204", Severity.Error, "a key's name has lower-case words joined by dashes");

    /// <summary>A key stays as it is.</summary>
    public static readonly Rule Exists = new("JC3205", Severity.Error, "a key is never overwritten");

    /// <summary>A key must be there.</summary>
    public static readonly Rule Missing = new("JC3206", Severity.Error, "a key is there before it signs");

    private static readonly Rule Exposed =
        new("JC9143", Severity.Warning, "a private key is its owner's alone to read");

    private const string Extension = ".pem";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>One key of the folder.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Id">Its id, or null where the file does not tell.</param>
    /// <param name="IsEncrypted">Whether it needs a passphrase.</param>
    public sealed record Entry(string Name, string? Id, bool IsEncrypted);

    /// <summary>The keys in ordinal order of their names.</summary>
    public IReadOnlyList<Entry> List()
    {
        if (Posix.TryStatus(folder) is null)
            return [];
        return
        [
            .. Posix.Names(folder).Where(name => name.EndsWith(Extension, StringComparison.Ordinal))
                .Select(name => name[..^Extension.Length])
                .Where(IsName)
                .Order(StringComparer.Ordinal)
                .Select(Describe),
        ];
    }

    /// <summary>Makes a new RSA key of 4096 bits.</summary>
    /// <exception cref="UserErrorException">The name is taken or no name for a key.</exception>
    public AssertionKey Create(string name, string? passphrase)
    {
        RequireFree(name);
        AssertionKey key = AssertionKey.Of(RSA.Create(AssertionKey.ShortestBits));
        Save(name, key, passphrase);
        return key;
    }

    /// <summary>Takes a key in.</summary>
    /// <exception cref="UserErrorException">The name is taken or no name for a key.</exception>
    public void Save(string name, AssertionKey key, string? passphrase)
    {
        string path = RequireFree(name);
        Directory.CreateDirectory(folder, OwnerOnly | UnixFileMode.UserExecute);
        OutputFile.Write(path, Encoding.ASCII.GetBytes(KeyFile.Write(key, passphrase)), force: false, isSecret: true);
    }

    /// <summary>Whether there is a key of a name.</summary>
    public bool Has(string name) => IsName(name) && HostFile.Exists(PathOf(name));

    /// <summary>Loads a key.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="passphrase">Asked for the passphrase, if the key needs one.</param>
    /// <param name="diagnostics">Takes a warning where others may read it.</param>
    /// <exception cref="UserErrorException">There is none of that name, or it cannot be used.</exception>
    public AssertionKey Load(string name, Func<string?> passphrase, DiagnosticBag diagnostics) =>
        LoadFile(RequireThere(name), passphrase, diagnostics);

    /// <summary>Loads a key from any file; one that others may read is warned of.</summary>
    /// <exception cref="UserErrorException">It cannot be used.</exception>
    public static AssertionKey LoadFile(string path, Func<string?> askPassphrase, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(askPassphrase);
        ArgumentNullException.ThrowIfNull(diagnostics);
        string text = HostFile.ReadText(path);
        string? passphrase = KeyFile.IsEncrypted(text) ? askPassphrase() : null;
        AssertionKey key = KeyFile.Read(text, passphrase, path);
        if (HostFile.OthersMayUse(path))
        {
            diagnostics.AddAbout(path, Exposed, passphrase is null
                    ? "others than its owner may read this private key, or write it"
                    : "others than its owner may read this private key, which only its passphrase guards, or write it",
                "take their rights away: chmod 600, and if others had it, make a new key");
        }
        return key;
    }

    /// <summary>Deletes a key's file, for ever: it is there or not at all, whatever happens meanwhile.</summary>
    /// <exception cref="UserErrorException">There is none of that name.</exception>
    /// <exception cref="IOException">The system refuses.</exception>
    public void Delete(string name)
    {
        Posix.Remove(RequireThere(name));
        Posix.SyncFolder(folder);
    }

    private static bool IsName(string name) => AssertionNames.IsHeaderName(name);

    private Entry Describe(string name)
    {
        string path = PathOf(name);
        try
        {
            if (Posix.TryStatus(path, follow: true) is { IsRegularFile: true })
            {
                string text = HostFile.ReadText(path);
                return new(name, KeyFile.FindId(text), KeyFile.IsEncrypted(text));
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or UserErrorException)
        {
            // One file that cannot be read hides no other key.
        }
        return new(name, null, IsEncrypted: false);
    }

    private string PathOf(string name) => IsName(name)
        ? Path.Combine(folder, name + Extension)
        : throw new UserErrorException(FailureKind.Usage, Name, path: null, $"cannot call a key \"{name}\"",
            hint: "use lower-case letters, digits and single inner dashes, starting with a letter");

    /// <summary>The path of a key.</summary>
    /// <exception cref="UserErrorException">There is none of that name.</exception>
    internal string RequireThere(string name)
    {
        string path = PathOf(name);
        if (HostFile.Exists(path))
            return path;
        string[] names = [.. List().Select(entry => $"\"{entry.Name}\"")];
        throw new UserErrorException(FailureKind.Environment, Missing, path, $"cannot find the key \"{name}\"",
            hint: names is [] ? $"make it: jetson-core key create {name}" : $"there are {string.Join(", ", names)}");
    }

    /// <summary>The path for a new key.</summary>
    /// <exception cref="UserErrorException">The name is taken or no name for a key.</exception>
    internal string RequireFree(string name)
    {
        string path = PathOf(name);
        return HostFile.Exists(path)
            ? throw new UserErrorException(
                FailureKind.Environment, Exists, path, $"cannot make the key \"{name}\": it is there already",
                hint: "choose another name")
            : path;
    }
}
