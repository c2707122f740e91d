// Rules about volumes and structures.
// One rule a line, so that the list can be read as a table.
using JetsonCore.Diagnostics;

namespace JetsonCore.Gadget.Model;

internal static partial class GadgetRuleList
{
    /// <summary>A volume is a map.</summary>
    public static readonly Rule VolumeNull = Error("JC1301", "a volume is a map", "V-NULL");

    /// <summary>Volume names are two or more letters, digits and dashes.</summary>
    public static readonly Rule VolumeName =
        Error("JC1302", "volume names are two or more letters, digits and dashes", "V-NAME");

    /// <summary>The schema is gpt, mbr or emmc.</summary>
    public static readonly Rule VolumeSchema = Error("JC1303", "the schema is gpt, mbr or emmc", "V-SCHEMA");

    /// <summary>The bootloader is one that snapd knows.</summary>
    public static readonly Rule BootloaderName = Error("JC1304", "the bootloader is one that snapd knows", "B-NAME");

    /// <summary>Piboot needs a model with a grade.</summary>
    public static readonly Rule BootloaderPiboot = Error("JC1305", "piboot needs a model with a grade", "B-PIBOOT");

    /// <summary>One volume names a bootloader.</summary>
    public static readonly Rule BootloaderNone = Error("JC1306", "one volume names a bootloader", "B-NONE");

    /// <summary>Only one volume names a bootloader.</summary>
    public static readonly Rule BootloaderMany = Error("JC1307", "only one volume names a bootloader", "B-MANY");

    /// <summary>Structure names are unique in a volume.</summary>
    public static readonly Rule StructureName = Error("JC1401", "structure names are unique in a volume", "S-NAME");

    /// <summary>Labels are unique in a volume.</summary>
    public static readonly Rule StructureLabel = Error("JC1402", "labels are unique in a volume", "S-LABEL");

    /// <summary>A structure has a size.</summary>
    public static readonly Rule StructureSize = Error("JC1403", "a structure has a size", "S-SIZE");

    /// <summary>The file system is one that snapd knows.</summary>
    public static readonly Rule StructureFilesystem =
        Error("JC1404", "the file system is one that snapd knows", "S-FS");

    /// <summary>A structure has a type.</summary>
    public static readonly Rule TypeMissing = Error("JC1411", "a structure has a type", "T-NONE");

    /// <summary>A type is bare, mbr, two hex digits, a GUID, or both with a comma.</summary>
    public static readonly Rule TypeForm =
        Error("JC1412", "a type is bare, mbr, two hex digits, a GUID, or both with a comma", "T-FORM");

    /// <summary>A type of two hex digits goes with schema mbr.</summary>
    public static readonly Rule TypeHex = Error("JC1413", "a type of two hex digits goes with schema mbr", "T-HEX");

    /// <summary>A GUID as type goes with schema gpt.</summary>
    public static readonly Rule TypeGuid = Error("JC1414", "a GUID as type goes with schema gpt", "T-GUID");

    /// <summary>A hybrid type is two upper-case hex digits, a comma and a GUID.</summary>
    public static readonly Rule TypeHybrid =
        Error("JC1415", "a hybrid type is two upper-case hex digits, a comma and a GUID", "T-HYBRID");

    /// <summary>The role is one that snapd knows.</summary>
    public static readonly Rule RoleKnown = Error("JC1421", "the role is one that snapd knows", "R-KNOWN");

    /// <summary>Type bare goes with no role or role mbr.</summary>
    public static readonly Rule RoleBare = Error("JC1422", "type bare goes with no role or role mbr", "R-BARE");

    /// <summary>Type mbr goes with no role or role mbr.</summary>
    public static readonly Rule RoleLegacy = Error("JC1423", "type mbr goes with no role or role mbr", "R-LEGACY");

    /// <summary>The MBR structure has at most 446 bytes.</summary>
    public static readonly Rule MbrSize = Error("JC1431", "the MBR structure has at most 446 bytes", "M-SIZE");

    /// <summary>The offset of the MBR structure is 0.</summary>
    public static readonly Rule MbrOffset = Error("JC1432", "the offset of the MBR structure is 0", "M-OFFSET");

    /// <summary>The MBR structure has no id.</summary>
    public static readonly Rule MbrId = Error("JC1433", "the MBR structure has no id", "M-ID");

    /// <summary>The MBR structure has no file system.</summary>
    public static readonly Rule MbrFilesystem = Error("JC1434", "the MBR structure has no file system", "M-FS");

    /// <summary>Labels of vfat differ by more than case.</summary>
    public static readonly Rule VfatLabelCase = Error("JC1441", "labels of vfat differ by more than case", "N-CASE");
}
