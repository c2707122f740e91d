// Whose rules count. The newest snapd is the truth; the older release is what Debian 12 ships, kept so that the
// verdicts can be compared with a real program.
namespace JetsonCore.Gadget.Model;

/// <summary>A release of snapd, as far as its rules differ.</summary>
public enum SnapdRelease
{
    /// <summary>2.57.6, the last one before min-size, partial, emmc and placement at parse.</summary>
    V2576,

    /// <summary>2.77.</summary>
    Latest,
}

/// <summary>The kind of model a gadget is judged for.</summary>
public enum GadgetMode
{
    /// <summary>No model known, as `snap pack` and ubuntu-image read the file.</summary>
    None,

    /// <summary>A core model without a grade: Ubuntu Core 16 and 18.</summary>
    Uc18,

    /// <summary>A core model with a grade: Ubuntu Core 20, 22, 24.</summary>
    Uc20,

    /// <summary>A classic model without a grade.</summary>
    Classic,

    /// <summary>A classic model with a grade: classic with modes.</summary>
    ClassicModes,
}

/// <summary>Questions about a mode.</summary>
public static class GadgetModes
{
    /// <summary>Whether a gadget without volumes (or without a file) is accepted.</summary>
    public static bool MayLackVolumes(this GadgetMode mode) =>
        mode is GadgetMode.None or GadgetMode.Classic or GadgetMode.ClassicModes;

    /// <summary>Whether the model carries a grade.</summary>
    public static bool HasGrade(this GadgetMode mode) => mode is GadgetMode.Uc20 or GadgetMode.ClassicModes;

    /// <summary>Whether there is a model, and it has no grade.</summary>
    public static bool LacksGrade(this GadgetMode mode) => mode is GadgetMode.Uc18 or GadgetMode.Classic;

    /// <summary>"uc18", as `--as` takes it.</summary>
    public static string Name(this GadgetMode mode) => mode switch
    {
        GadgetMode.Uc18 => "uc18",
        GadgetMode.Uc20 => "uc20",
        GadgetMode.Classic => "classic",
        GadgetMode.ClassicModes => "classic-modes",
        _ => "none",
    };

    /// <summary>The mode of a name, or null.</summary>
    public static GadgetMode? Parse(string name) => name switch
    {
        "uc18" or "uc16" => GadgetMode.Uc18,
        "uc20" or "uc22" or "uc24" or "core26" => GadgetMode.Uc20,
        "classic" => GadgetMode.Classic,
        "classic-modes" => GadgetMode.ClassicModes,
        "none" => GadgetMode.None,
        _ => null,
    };
}
