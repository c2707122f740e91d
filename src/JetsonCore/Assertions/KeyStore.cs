// The folder of signing keys: NAME.pem each, mode 0600 in a folder of mode 0700. A file is never overwritten: a lost
// key cannot be made again.
using System.Security.Cryptography;
using JetsonCore.Diagnostics;

namespace JetsonCore.Assertions;

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
        var directory = new DirectoryInfo(folder);
        if (!directory.Exists)
            return [];
        return
        [
            .. directory.EnumerateFiles($"*{Extension}")
                .Select(file => Path.GetFileNameWithoutExtension(file.Name))
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
        using var stream = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = OwnerOnly,
        });
        using var writer = new StreamWriter(stream);
        writer.Write(KeyFile.Write(key, passphrase));
    }

    /// <summary>Loads a key.</summary>
    /// <exception cref="UserErrorException">There is none of that name, or it cannot be used.</exception>
    public AssertionKey Load(string name, string? passphrase)
    {
        string path = PathOf(name);
        if (!File.Exists(path))
        {
            string[] names = [.. List().Select(entry => $"\"{entry.Name}\"")];
            throw new UserErrorException(FailureKind.Environment, Missing, path, $"cannot find the key \"{name}\"",
                hint: names is [] ? $"make it: jetson-core key create {name}"
                    : $"there are {string.Join(", ", names)}");
        }
        return KeyFile.Read(File.ReadAllText(path), passphrase, path);
    }

    private static bool IsName(string name) => AssertionNames.IsHeaderName(name);

    private Entry Describe(string name)
    {
        string text = File.ReadAllText(PathOf(name));
        return new(name, KeyFile.FindId(text), KeyFile.IsEncrypted(text));
    }

    private string PathOf(string name) => IsName(name)
        ? Path.Combine(folder, name + Extension)
        : throw new UserErrorException(FailureKind.Usage, Name, path: null, $"cannot call a key \"{name}\"",
            hint: "use lower-case letters, digits and single inner dashes, starting with a letter");

    private string RequireFree(string name)
    {
        string path = PathOf(name);
        return File.Exists(path)
            ? throw new UserErrorException(
                FailureKind.Environment, Exists, path, $"cannot make the key \"{name}\": it is there already",
                hint: "choose another name")
            : path;
    }
}
