// Rules about what can be built: snapd accepts more. JC20xx.
using JetsonCore.Diagnostics;

namespace JetsonCore.Layout;

/// <summary>Rules about layouts.</summary>
internal static class LayoutRuleList
{
    /// <summary>A structure inside the partition table.</summary>
    public static readonly Rule InsideTable =
        Error("JC2001", "structures lie outside of the partition table", "UI-GPT");

    /// <summary>A start within a sector.</summary>
    public static readonly Rule StartAlignment = Error("JC2002", "partitions start with a sector", "UI-TABLE");

    /// <summary>A size that ends within a sector.</summary>
    public static readonly Rule SizeAlignment = Error("JC2003", "partitions are whole sectors", "D-SECTOR");

    /// <summary>Overlap.</summary>
    public static readonly Rule Overlap = Error("JC2004", "structures do not overlap", "L-OVERLAP");

    /// <summary>More than the device has.</summary>
    public static readonly Rule DeviceSize = Error("JC2005", "the structures fit the device", "D-SPACE");

    /// <summary>Too many partitions.</summary>
    public static readonly Rule PartitionCount = Error("JC2006", "the partition table holds all partitions", "A-COUNT");

    /// <summary>Beyond 32 bits of sectors.</summary>
    public static readonly Rule SectorRange = Error("JC2007", "sector numbers fit the partition table", "A-MBR2T");

    /// <summary>An open size.</summary>
    public static readonly Rule OpenSize = Error("JC2008", "every structure has a size", "L-SIZE");

    /// <summary>A name longer than the table can hold.</summary>
    public static readonly Rule NameLength = Error("JC2009", "names fit the partition table", "A-NAME");

    /// <summary>A volume that has no image.</summary>
    public static readonly Rule NoVolumes = Error("JC2010", "there is a volume to lay out", "UI-ONE");

    /// <summary>An id that is no GUID.</summary>
    public static readonly Rule PartitionId = Error("JC2011", "ids of GPT partitions are GUIDs", "A-ID");

    /// <summary>A volume with nothing in it.</summary>
    public static readonly Rule NoStructures = Error("JC2012", "a volume has structures", "UI-EMPTY");

    private static Rule Error(string code, string title, string name) => new(code, Severity.Error, title, name);
}
