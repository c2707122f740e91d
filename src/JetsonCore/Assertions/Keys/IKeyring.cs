// Keys that another program holds, found by the names that they have there.
namespace JetsonCore.Assertions.Keys;

/// <summary>Keys of another program. Its methods start that program.</summary>
public interface IKeyring
{
    /// <summary>What it is, for messages.</summary>
    string Description { get; }

    /// <summary>The names and ids of all RSA keys, in the order of the program.</summary>
    /// <exception cref="Diagnostics.UserErrorException">The program fails.</exception>
    IReadOnlyList<KeyringEntry> List();

    /// <summary>The first key of a name, or null.</summary>
    /// <exception cref="Diagnostics.UserErrorException">The program fails, or the key is too short.</exception>
    AssertionKey? Find(string name);

    /// <summary>Deletes the first key of a name; false where there is none.</summary>
    /// <exception cref="Diagnostics.UserErrorException">The program fails, or cannot delete.</exception>
    bool Delete(string name);
}

/// <summary>A key of a keyring.</summary>
/// <param name="Name">Its name there.</param>
/// <param name="Id">Its id.</param>
public sealed record KeyringEntry(string Name, string Id);
