// Advice of ours: none of it changes the verdict.
// One rule a line, so that the list can be read as a table.
using JetsonCore.Diagnostics;

namespace JetsonCore.Gadget.Model;

internal static partial class GadgetRuleList
{
    /// <summary>Partitions start at and span whole sectors.</summary>
    public static readonly Rule AlignSector =
        Warning("JC1901", "partitions start at and span whole sectors", "D-SECTOR");

    /// <summary>Partitions start at a multiple of 4 KiB.</summary>
    public static readonly Rule AlignPage = Info("JC1902", "partitions start at a multiple of 4 KiB", "A-ALIGN");

    /// <summary>Partitions start at a multiple of the eMMC's erase block.</summary>
    public static readonly Rule AlignErase =
        Info("JC1903", "partitions start at a multiple of the eMMC's erase block", "A-ERASE");

    /// <summary>A DOS partition table has four primary partitions.</summary>
    public static readonly Rule MbrPartitions =
        Warning("JC1904", "a DOS partition table has four primary partitions", "A-MBR4");

    /// <summary>A DOS partition table reaches 2 TiB.</summary>
    public static readonly Rule MbrReach = Warning("JC1905", "a DOS partition table reaches 2 TiB", "A-MBR2T");

    /// <summary>System-boot holds four times kernel, initrd and device trees.</summary>
    public static readonly Rule BootSmall =
        Warning("JC1906", "system-boot holds four times kernel, initrd and device trees", "A-BOOTSIZE");

    /// <summary>Filesystem: none is left out.</summary>
    public static readonly Rule FilesystemNone = Warning("JC1907", "filesystem: none is left out", "D-MATCH");

    /// <summary>Content fits its structure.</summary>
    public static readonly Rule ContentTooLarge = Warning("JC1908", "content fits its structure", "A-FIT");

    /// <summary>Labels fit the file system.</summary>
    public static readonly Rule LabelLength = Warning("JC1909", "labels fit the file system", "A-LABEL");

    /// <summary>Names fit the partition table.</summary>
    public static readonly Rule NameLength = Warning("JC1910", "names fit the partition table", "A-NAME");

    /// <summary>A label system-boot comes with the role.</summary>
    public static readonly Rule LabelAsRole = Warning("JC1911", "a label system-boot comes with the role", "UI-ROLE");

    /// <summary>Sources stay within the gadget.</summary>
    public static readonly Rule SourceUp = Warning("JC1912", "sources stay within the gadget", "UI-UP");

    /// <summary>A GPT holds 128 partitions.</summary>
    public static readonly Rule GptPartitions = Warning("JC1913", "a GPT holds 128 partitions", "A-GPT128");

    /// <summary>Raw images without size have offsets.</summary>
    public static readonly Rule RawImagesPile = Warning("JC1914", "raw images without size have offsets", "UI-RAW");

    /// <summary>A gadget without system-data gets a writable partition.</summary>
    public static readonly Rule ImplicitData =
        Info("JC1915", "a gadget without system-data gets a writable partition", "UI-DATA18");
}
