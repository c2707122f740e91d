// The filters for machine code that xz has and squashfs uses: by their bit in the compressor's options.
namespace JetsonCore.Formats.SquashFs;

/// <summary>What machine code blocks are filtered for; the values are the bits of mksquashfs.</summary>
public enum SquashFsFilter
{
    /// <summary>No filter.</summary>
    None = 0,

    /// <summary>x86, 32 and 64 bits.</summary>
    X86 = 1,

    /// <summary>ARM.</summary>
    Arm = 8,

    /// <summary>ARM's Thumb.</summary>
    ArmThumb = 16,

    /// <summary>ARM of 64 bits.</summary>
    Arm64 = 64,
}
