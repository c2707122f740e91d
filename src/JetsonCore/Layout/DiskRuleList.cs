// Rules of a gadget against a disk: JC22xx.
// One rule a line, so that the list can be read as a table.
using JetsonCore.Diagnostics;

namespace JetsonCore.Layout;

/// <summary>Rules of a gadget against a disk.</summary>
internal static class DiskRuleList
{
    /// <summary>The volume fits the disk.</summary>
    public static readonly Rule Space = Error("JC2201", "the volume fits the disk", "D-SPACE");

    /// <summary>Structures are whole sectors.</summary>
    public static readonly Rule Sector = Error("JC2202", "structures are whole sectors of the disk", "D-SECTOR");

    /// <summary>The disk's table is of the volume's schema.</summary>
    public static readonly Rule Schema = Error("JC2203", "the disk's table is of the volume's schema", "D-SCHEMA");

    /// <summary>The disk has the volume's id.</summary>
    public static readonly Rule Id = Error("JC2204", "the disk has the volume's id", "D-ID");

    /// <summary>Every partition of the disk is in the gadget.</summary>
    public static readonly Rule Extra = Error("JC2205", "every partition of the disk is in the gadget", "D-EXTRA");

    /// <summary>Every partition of the gadget is on the disk.</summary>
    public static readonly Rule Unfound = Error("JC2206", "every partition of the gadget is on the disk", "D-MISSING");

    /// <summary>A partition is what the gadget says.</summary>
    public static readonly Rule Match = Error("JC2207", "a partition is what the gadget says", "D-MATCH");

    /// <summary>The disk has a partition table.</summary>
    public static readonly Rule Table = Error("JC2208", "the disk has a partition table", "D-TABLE");

    private static Rule Error(string code, string title, string name) => new(code, Severity.Error, title, name);
}
