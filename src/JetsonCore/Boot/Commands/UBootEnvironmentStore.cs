// Where the environment is kept, and what saving it says: a file on the first partition of mmc 0, as our
// configuration of U-Boot has it. U-Boot deletes the old file before it writes the new one.
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Trees;
using JetsonCore.Formats.UBoot;

namespace JetsonCore.Boot.Commands;

/// <summary>Where the environment is kept.</summary>
internal sealed record UBootEnvironmentStore
{
    /// <summary>CONFIG_ENV_EXT4_FILE.</summary>
    public const string Path = "/uboot.env";

    private const int HeaderBytes = 5;

    /// <summary>The environment that U-Boot carries with it.</summary>
    public required IReadOnlyDictionary<string, string> BuiltIn { get; init; }

    /// <summary>What U-Boot calls the place: boards that boot from FAT are built with ENV_IS_IN_FAT.</summary>
    public static string PlaceOf(UBootFileSystem? fileSystem) =>
        fileSystem is { Kind: UBootFileSystemKind.Fat } ? "FAT" : "EXT4";

    /// <summary>The block on disk, or null where there is no such file.</summary>
    public static byte[]? Find(UBootFileSystem? fileSystem, int size)
    {
        FileContent? file = fileSystem?.FindFile(Path);
        return file is not null && file.Length <= size ? file.ReadAll(size) : null;
    }

    /// <summary>The variables of a block, or null where its checksum is wrong.</summary>
    public static SortedDictionary<string, string>? Read(byte[] block, int size)
    {
        // A shorter file leaves the rest of U-Boot's buffer as it is; it does not sum up then.
        if (block.Length != size)
            return null;
        try
        {
            SortedDictionary<string, string> variables = UBootEnvironment.Decode(block);
            return new(variables.ToDictionary(
                variable => UBootText.FromHost(variable.Key), variable => UBootText.FromHost(variable.Value)),
                StringComparer.Ordinal);
        }
        catch (MalformedDataException)
        {
            return null;
        }
    }

    /// <summary>The block of some variables, or null where they do not fit.</summary>
    public static byte[]? Write(IReadOnlyDictionary<string, string> variables, int size)
    {
        var entries = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach ((string name, string value) in variables)
            entries[UBootText.ToHost(name)] = UBootText.ToHost(value);
        if (UBootEnvironment.EncodedLength(entries) > size)
            return null;
        var block = new byte[size];
        UBootEnvironment.Encode(entries, block);
        return block;
    }

    /// <summary>Bytes that variables may take.</summary>
    public static int RoomOf(int size) => size - HeaderBytes;
}
