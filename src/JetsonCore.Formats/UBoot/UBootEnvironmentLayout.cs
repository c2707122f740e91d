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
