// What a layout depends on besides the gadget: the device, and what is known of the content.
namespace JetsonCore.Layout;

/// <summary>How to lay a gadget's volumes out.</summary>
public sealed record LayoutOptions
{
    /// <summary>Bytes of a logical sector of the device: 512 or 4096.</summary>
    public int SectorSize { get; init; } = 512;

    /// <summary>
    /// The volume takes exactly so many bytes, and the data partition what is left; null for the least.
    /// </summary>
    public long? DeviceSizeBytes { get; init; }

    /// <summary>Size of the implicit data partition, once its content is known, in bytes.</summary>
    public long? ImplicitDataSizeBytes { get; init; }

    /// <summary>Whether a gadget without system-data gets a partition "writable", as ubuntu-image does it.</summary>
    public bool AddImplicitData { get; init; } = true;

    /// <summary>
    /// Whether the device makes system-boot, system-save and system-data when it installs itself: then they have no
    /// place in the image, nor in its partition table, as ubuntu-image does it.
    /// </summary>
    public bool LeavesOutInstalled { get; init; }

    /// <summary>
    /// Whether the plan is to be looked at only: what keeps it from being built is then a warning beside it.
    /// </summary>
    public bool IsDrawing { get; init; }
}
