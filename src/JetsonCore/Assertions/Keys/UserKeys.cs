// The keys of a user by their names: those of his own folder, and behind them those that `snap` would sign with. A name
// that both have is the folder's; "snap:NAME" is always the other's.
using JetsonCore.Diagnostics;

namespace JetsonCore.Assertions.Keys;

/// <summary>All keys that a user can sign with.</summary>
/// <param name="store">The folder of key files.</param>
/// <param name="keyring">The keys that `snap` signs with.</param>
public sealed class UserKeys(KeyStore store, IKeyring keyring)
{
    /// <summary>What a name begins with that is one of <see cref="Keyring"/> for certain.</summary>
    public const string KeyringPrefix = "snap:";

    /// <summary>The folder of key files.</summary>
    public KeyStore Store { get; } = store;

    /// <summary>The keys that `snap` signs with.</summary>
    public IKeyring Keyring { get; } = keyring;

    /// <summary>The name in the keyring, where one with its prefix is given.</summary>
    public static string? InKeyring(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.StartsWith(KeyringPrefix, StringComparison.Ordinal) ? name[KeyringPrefix.Length..] : null;
    }

    /// <summary>Loads a key.</summary>
    /// <param name="name">Its name, perhaps with the keyring's prefix.</param>
    /// <param name="passphrase">Asked for the passphrase of a file that needs one.</param>
    /// <param name="diagnostics">Takes warnings.</param>
    /// <exception cref="UserErrorException">There is none of that name, or it cannot be used.</exception>
    public AssertionKey Load(string name, Func<string?> passphrase, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(diagnostics);
        if (InKeyring(name) is { } inner)
            return Keyring.Find(inner) ?? throw Missing(inner);
        if (!Store.Has(name) && Ask(() => Keyring.Find(name), diagnostics) is { } key)
            return key;
        return Store.Load(name, passphrase, diagnostics);
    }

    /// <summary>The keys of the keyring; a warning where it cannot be asked.</summary>
    public IReadOnlyList<KeyringEntry> ListKeyring(DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(diagnostics);
        return Ask(Keyring.List, diagnostics) ?? [];
    }

    /// <summary>Refuses a name that no key has.</summary>
    /// <exception cref="UserErrorException">There is none of that name.</exception>
    public void Require(string name)
    {
        if (InKeyring(name) is not { } inner)
            Store.RequireThere(name);
        else if (!Keyring.List().Any(entry => entry.Name == inner))
            throw Missing(inner);
    }

    /// <summary>Deletes a key for ever: a file of the folder, or with the prefix one of the keyring.</summary>
    /// <exception cref="UserErrorException">There is none of that name, or it cannot be deleted.</exception>
    public void Delete(string name)
    {
        if (InKeyring(name) is not { } inner)
            Store.Delete(name);
        else if (!Keyring.Delete(inner))
            throw Missing(inner);
    }

    private UserErrorException Missing(string name) => new(FailureKind.Environment, KeyStore.Missing, null,
        $"cannot find the key \"{name}\" in {Keyring.Description}", "jetson-core key list shows what is there");

    private static T? Ask<T>(Func<T?> ask, DiagnosticBag diagnostics)
        where T : class
    {
        try
        {
            return ask();
        }
        catch (UserErrorException failure) when (failure.Diagnostic.Rule == KeyRules.Program)
        {
            diagnostics.Add(KeyRules.Unlisted, SourceSpan.None, failure.Diagnostic.Message, failure.Diagnostic.Hint);
            return null;
        }
    }
}
