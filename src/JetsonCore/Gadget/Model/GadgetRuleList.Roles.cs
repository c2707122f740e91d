// Rules about roles, defaults, connections and what newer releases of snapd added.
// One rule a line, so that the list can be read as a table.
using JetsonCore.Diagnostics;

namespace JetsonCore.Gadget.Model;

internal static partial class GadgetRuleList
{
    /// <summary>Each system role is used once.</summary>
    public static readonly Rule RoleOnce = Error("JC1601", "each system role is used once", "R-ONCE");

    /// <summary>Labels of the system are left to structures with a role.</summary>
    public static readonly Rule LabelReserved =
        Error("JC1602", "labels of the system are left to structures with a role", "R-RESERVED");

    /// <summary>The model needs system-seed and system-data.</summary>
    public static readonly Rule SeedNone =
        Error("JC1603", "the model needs system-seed and system-data", "R-SEED-NONE");

    /// <summary>System-seed needs system-data.</summary>
    public static readonly Rule SeedNeedsData = Error("JC1604", "system-seed needs system-data", "R-SEED-DATA");

    /// <summary>System-seed needs a model with a grade.</summary>
    public static readonly Rule SeedTooNew = Error("JC1605", "system-seed needs a model with a grade", "R-SEED-OLD");

    /// <summary>System-save needs a seed.</summary>
    public static readonly Rule SaveTooNew = Error("JC1606", "system-save needs a seed", "R-SAVE-OLD");

    /// <summary>Without a seed, system-data is labelled writable.</summary>
    public static readonly Rule DataLabelOld =
        Error("JC1607", "without a seed, system-data is labelled writable", "R-LABEL18");

    /// <summary>With a seed, system structures have their own labels.</summary>
    public static readonly Rule LabelSeed =
        Error("JC1608", "with a seed, system structures have their own labels", "R-LABEL20");

    /// <summary>The system's structures share the volume of the seed.</summary>
    public static readonly Rule RolesOneVolume =
        Error("JC1609", "the system's structures share the volume of the seed", "R-VOLUME");

    /// <summary>Installing needs a system-boot structure.</summary>
    public static readonly Rule InstallNeedsBoot =
        Warning("JC1610", "installing needs a system-boot structure", "R-INSTALL");

    /// <summary>An implied label is not used by another structure.</summary>
    public static readonly Rule LabelTaken =
        Error("JC1611", "an implied label is not used by another structure", "I-TAKEN");

    /// <summary>Encryption needs a system-save structure.</summary>
    public static readonly Rule EncryptNeedsSave =
        Info("JC1612", "encryption needs a system-save structure", "R-ENCRYPT");

    /// <summary>Classic with modes has system-boot and system-data, with their labels.</summary>
    public static readonly Rule ClassicModes =
        Error("JC1613", "classic with modes has system-boot and system-data, with their labels", "N-CM");

    /// <summary>Defaults are keyed by system or a snap id.</summary>
    public static readonly Rule DefaultsKey = Error("JC1701", "defaults are keyed by system or a snap id", "DF-KEY");

    /// <summary>The defaults of a snap are a map.</summary>
    public static readonly Rule DefaultsMap = Error("JC1702", "the defaults of a snap are a map", "DF-MAP");

    /// <summary>Keys within defaults are text.</summary>
    public static readonly Rule DefaultsDeepKey = Error("JC1703", "keys within defaults are text", "DF-DEEPKEY");

    /// <summary>Defaults are text, booleans, numbers, lists and maps.</summary>
    public static readonly Rule DefaultsValue =
        Error("JC1704", "defaults are text, booleans, numbers, lists and maps", "DF-VALUE");

    /// <summary>A connection has a plug ID:NAME.</summary>
    public static readonly Rule ConnectionPlug = Error("JC1711", "a connection has a plug ID:NAME", "CN-PLUG");

    /// <summary>A slot is ID:NAME.</summary>
    public static readonly Rule ConnectionSlot = Error("JC1712", "a slot is ID:NAME", "CN-SLOT");

    /// <summary>A gadget has cmdline.extra or cmdline.full, not both.</summary>
    public static readonly Rule CommandLineBoth =
        Error("JC1721", "a gadget has cmdline.extra or cmdline.full, not both", "CL-BOTH");

    /// <summary>Cmdline files hold kernel arguments.</summary>
    public static readonly Rule CommandLineForm = Error("JC1722", "cmdline files hold kernel arguments", "CL-FORM");

    /// <summary>Arguments that snapd itself sets are left alone.</summary>
    public static readonly Rule CommandLineArgument =
        Error("JC1723", "arguments that snapd itself sets are left alone", "N-CMD");

    /// <summary>Kernel-cmdline holds single kernel arguments.</summary>
    public static readonly Rule KernelCommandLine =
        Error("JC1731", "kernel-cmdline holds single kernel arguments", "N-KCL");

    /// <summary>Min-size is not larger than size.</summary>
    public static readonly Rule MinSize = Error("JC1801", "min-size is not larger than size", "N-MIN");

    /// <summary>Partial names what is left out, each once.</summary>
    public static readonly Rule Partial = Error("JC1802", "partial names what is left out, each once", "N-PART");

    /// <summary>An emmc volume holds the images of boot0 and boot1 and nothing else.</summary>
    public static readonly Rule Emmc =
        Error("JC1803", "an emmc volume holds the images of boot0 and boot1 and nothing else", "N-EMMC");

    /// <summary>Volume-assignments map known volumes to devices.</summary>
    public static readonly Rule VolumeAssignments =
        Error("JC1804", "volume-assignments map known volumes to devices", "N-VA");

    /// <summary>System-boot-state is one raw partition of at least 1 MiB.</summary>
    public static readonly Rule BootState =
        Error("JC1805", "system-boot-state is one raw partition of at least 1 MiB", "N-BS");

    /// <summary>Structures stay off the partition table.</summary>
    public static readonly Rule GptArea = Warning("JC1806", "structures stay off the partition table", "N-GPT");
}
