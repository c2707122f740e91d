// The rules for what boots Ubuntu Core 20 and later from ubuntu-seed.
using JetsonCore.Diagnostics;

namespace JetsonCore.Content;

/// <summary>Rules JC4140 to JC4143 and JC4324.</summary>
public static class RecoveryRules
{
    /// <summary>Boot loaders that are set up.</summary>
    public static readonly Rule Bootloader = new("JC4140", Severity.Error,
        "the gadget says by an empty file which boot loader starts recovery systems: U-Boot, GRUB or piboot");

    /// <summary>What piboot needs.</summary>
    public static readonly Rule PibootFile =
        new("JC4141", Severity.Error, "gadget and kernel have what the firmware of the Raspberry Pi reads");

    /// <summary>snapd's script.</summary>
    public static readonly Rule GrubScript =
        new("JC4142", Severity.Error, "the snapd snap holds its script for GRUB");

    /// <summary>What is not judged.</summary>
    public static readonly Rule NotPlayed =
        new("JC4143", Severity.Info, "booting a recovery system is not simulated");

    /// <summary>Files and gadget.yaml.</summary>
    public static readonly Rule OtherBootloader = new("JC4324", Severity.Warning,
        "gadget.yaml names the boot loader whose file lies in the gadget's root");
}
