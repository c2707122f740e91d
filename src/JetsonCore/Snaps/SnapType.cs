// The types of snaps, in the order in which a device installs them at its first boot.
// Peer: snapd snap/types.go ("os" is the type of "core"; the snap "snapd" has its type by its name).
namespace JetsonCore.Snaps;

/// <summary>Types of snaps; earlier ones are installed earlier.</summary>
public enum SnapType
{
    /// <summary>The snap "snapd".</summary>
    Snapd,

    /// <summary>The snap "core": snapd and a base in one.</summary>
    Os,

    /// <summary>A kernel with its modules.</summary>
    Kernel,

    /// <summary>A root file system for others.</summary>
    Base,

    /// <summary>Bootloader, partition table, defaults.</summary>
    Gadget,

    /// <summary>Everything else.</summary>
    App,
}
