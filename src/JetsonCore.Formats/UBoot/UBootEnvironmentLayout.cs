// The two shapes of a U-Boot environment block; see UBootEnvironment.
namespace JetsonCore.Formats.UBoot;

/// <summary>How a U-Boot environment block begins.</summary>
public enum UBootEnvironmentLayout
{
    /// <summary>Checksum, one flag byte, entries ("mkenvimage -r"): what snapd reads.</summary>
    Redundant,

    /// <summary>Checksum, entries: a U-Boot that keeps a single copy without a flag.</summary>
    Single,
}

/// <summary>Layout and byte order of a block.</summary>
/// <param name="Layout">How it begins.</param>
/// <param name="IsBigEndian">Whether the checksum is that of a big-endian machine ("mkenvimage -b").</param>
public readonly record struct UBootEnvironmentForm(UBootEnvironmentLayout Layout, bool IsBigEndian = false)
{
    /// <summary>All of them, those that snapd reads first.</summary>
    internal static ReadOnlySpan<UBootEnvironmentForm> All => new UBootEnvironmentForm[]
    {
        new(UBootEnvironmentLayout.Redundant), new(UBootEnvironmentLayout.Single),
        new(UBootEnvironmentLayout.Redundant, IsBigEndian: true), new(UBootEnvironmentLayout.Single, IsBigEndian: true),
    };
}
