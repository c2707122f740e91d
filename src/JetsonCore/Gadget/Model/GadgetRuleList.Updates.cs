// Rules from one gadget.yaml to the next: JC21xx.
// One rule a line, so that the list can be read as a table.
using JetsonCore.Diagnostics;

namespace JetsonCore.Gadget.Model;

internal static partial class GadgetRuleList
{
    /// <summary>An update keeps the volumes.</summary>
    public static readonly Rule UpdateVolumes = Error("JC2101", "an update keeps the volumes", "RF-VOLUMES");

    /// <summary>A remodel goes from one volume to the same one.</summary>
    public static readonly Rule RemodelOne =
        Error("JC2102", "a remodel goes from one volume to one of the same name", "RM-ONE");

    /// <summary>A volume keeps its id.</summary>
    public static readonly Rule UpdateId = Error("JC2103", "a volume keeps its id", "RF-ID");

    /// <summary>A volume keeps its schema.</summary>
    public static readonly Rule UpdateSchema = Error("JC2104", "a volume keeps its schema", "RF-SCHEMA");

    /// <summary>A remodel keeps the bootloader.</summary>
    public static readonly Rule RemodelBootloader = Error("JC2105", "a remodel keeps the bootloader", "RM-BOOTLOADER");

    /// <summary>A volume keeps the number of its structures.</summary>
    public static readonly Rule UpdateCount =
        Error("JC2106", "a volume keeps the number of its structures", "RF-COUNT");

    /// <summary>A higher edition updates something.</summary>
    public static readonly Rule UpdateNothing =
        Info("JC2107", "an update changes what has a higher edition", "RF-NOTHING");

    /// <summary>The name of a GPT partition stays.</summary>
    public static readonly Rule ChangedName = Error("JC2111", "a partition of a GPT keeps its name", "CS-NAME");

    /// <summary>The size stays.</summary>
    public static readonly Rule ChangedSize = Error("JC2112", "a structure keeps its size", "CS-SIZE");

    /// <summary>The written offset stays.</summary>
    public static readonly Rule ChangedOffset = Error("JC2113", "a structure keeps its offset as written", "CS-OFFSET");

    /// <summary>The start stays.</summary>
    public static readonly Rule ChangedStart = Error("JC2114", "a structure keeps its place", "CS-START");

    /// <summary>The offset-write stays.</summary>
    public static readonly Rule ChangedOffsetWrite = Error("JC2115", "a structure keeps its offset-write", "CS-OW");

    /// <summary>The role stays.</summary>
    public static readonly Rule ChangedRole = Error("JC2116", "a structure keeps its role", "CS-ROLE");

    /// <summary>The type stays.</summary>
    public static readonly Rule ChangedType = Error("JC2117", "a structure keeps its type", "CS-TYPE");

    /// <summary>The id stays.</summary>
    public static readonly Rule ChangedId = Error("JC2118", "a structure keeps its id", "CS-ID");

    /// <summary>The file system stays.</summary>
    public static readonly Rule ChangedFilesystem = Error("JC2119", "a structure keeps its file system", "CS-FS");

    /// <summary>The label stays.</summary>
    public static readonly Rule ChangedLabel = Error("JC2120", "a file system keeps its label", "CS-LABEL");

    /// <summary>The device of a volume stays.</summary>
    public static readonly Rule ChangedDevice = Error("JC2121", "a volume stays on its device", "N-VA");
}
