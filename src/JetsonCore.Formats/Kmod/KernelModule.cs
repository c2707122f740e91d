// What a kernel module says about itself, and its name as modprobe spells it.
namespace JetsonCore.Formats.Kmod;

/// <summary>One kernel module.</summary>
public sealed record KernelModule
{
    /// <summary>Its file below lib/modules/RELEASE ("kernel/fs/ext4/ext4.ko").</summary>
    public required string Path { get; init; }

    /// <summary>Its name as the kernel spells it: with "_" for "-".</summary>
    public string Name => NameOf(Path);

    /// <summary>The processor it was built for (ELF e_machine).</summary>
    public required ushort Machine { get; init; }

    /// <summary>The key=value pairs of its .modinfo section, in its order.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> Properties { get; init; }

    /// <summary>Symbols that other modules may use.</summary>
    public required IReadOnlyList<string> Exports { get; init; }

    /// <summary>Symbols that it takes from the kernel or other modules.</summary>
    public required IReadOnlyList<string> Imports { get; init; }

    /// <summary>The values of one key, in order.</summary>
    public IEnumerable<string> ValuesOf(string key) =>
        Properties.Where(pair => pair.Key == key).Select(pair => pair.Value);

    /// <summary>The module's name for a file ("drivers/mmc/host/sdhci-tegra.ko.xz" is "sdhci_tegra").</summary>
    public static string NameOf(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        string file = path[(path.LastIndexOf('/') + 1)..];
        int dot = file.IndexOf('.', StringComparison.Ordinal);
        return NormalizeName(dot < 0 ? file : file[..dot]);
    }

    /// <summary>A module's name with "_" for "-", as the kernel spells it.</summary>
    public static string NormalizeName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.Replace('-', '_');
    }
}
