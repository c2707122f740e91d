// Releases of L4T, by what decides about flashing.
namespace JetsonCore.Flash.Tree;

/// <summary>Releases that flash in the same way.</summary>
public enum L4tGeneration
{
    /// <summary>R24: U-Boot in EBT behind a TBOOT header, mkgpt, Python 2.</summary>
    R24,

    /// <summary>R28: U-Boot in LNX as an Android boot image, mkgpt, Python 2.7 to 3.8.</summary>
    R28,

    /// <summary>R32: U-Boot in LNX and LNX-1, boot chain in the boot areas of the eMMC, Python 3.</summary>
    R32,

    /// <summary>R34 and later: no U-Boot any more.</summary>
    R35,
}

/// <summary>A release.</summary>
/// <param name="Name">"R28.1"; "R28" where only the generation is known.</param>
/// <param name="Generation">How it flashes.</param>
/// <param name="Evidence">How that is known.</param>
public sealed record L4tRelease(string Name, L4tGeneration Generation, string Evidence)
{
    /// <summary>Whether U-Boot comes from an Android boot image in LNX.</summary>
    public bool BootsFromLnx => Generation is L4tGeneration.R28 or L4tGeneration.R32;

    /// <summary>The release of a branch: 28 and "1" are R28.1.</summary>
    public static L4tRelease? Of(int branch, string revision, string evidence) => branch switch
    {
        24 => new($"R{branch}.{revision}", L4tGeneration.R24, evidence),
        28 => new($"R{branch}.{revision}", L4tGeneration.R28, evidence),
        32 => new($"R{branch}.{revision}", L4tGeneration.R32, evidence),
        >= 34 and <= 99 => new($"R{branch}.{revision}", L4tGeneration.R35, evidence),
        _ => null,
    };
}
