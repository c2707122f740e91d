// A gadget with everything decided that gadget.yaml leaves to the model: schemas, roles and labels (rules I-*).
// GadgetDefaults makes it; rules judge it; the planner lays it out.
using System.Collections.Immutable;

namespace JetsonCore.Gadget.Model;

/// <summary>A gadget for a kind of model.</summary>
public sealed record GadgetDefinition
{
    /// <summary>What was read.</summary>
    public required GadgetDocument Document { get; init; }

    /// <summary>The kind of model.</summary>
    public required GadgetMode Mode { get; init; }

    /// <summary>Whose rules count.</summary>
    public required SnapdRelease Release { get; init; }

    /// <summary>Volumes in file order, with decided schemas, roles and labels.</summary>
    public required ImmutableArray<GadgetVolume> Volumes { get; init; }

    /// <summary>Whether classic with modes has rules of its own here, since snapd 2.58.</summary>
    public bool HasClassicModesRules => Release == SnapdRelease.Latest
        && (Mode == GadgetMode.ClassicModes || (Mode == GadgetMode.None && HasRole("system-seed-null")));

    /// <summary>Whether the rules of a gadget with a seed hold.</summary>
    public bool HasSeedRules => !HasClassicModesRules
        && (Mode.HasGrade() || (Mode == GadgetMode.None && HasRole("system-seed")));

    /// <summary>Whether any structure has a role.</summary>
    public bool HasRole(string role) => !WithRole(role).IsEmpty;

    /// <summary>All structures of a role, with their volumes, in file order.</summary>
    public ImmutableArray<(GadgetVolume Volume, GadgetStructure Structure)> WithRole(string role)
    {
        var found = ImmutableArray.CreateBuilder<(GadgetVolume, GadgetStructure)>();
        foreach (GadgetVolume volume in Volumes)
        {
            foreach (GadgetStructure structure in volume.Structures)
            {
                if (structure.DecidedRole == role)
                    found.Add((volume, structure));
            }
        }
        return found.ToImmutable();
    }
}

/// <summary>Fills in what a model implies.</summary>
public static class GadgetDefaults
{
    /// <summary>The default schema.</summary>
    public const string Gpt = "gpt";

    /// <summary>Decides schemas, roles and labels for a kind of model.</summary>
    public static GadgetDefinition Apply(
        GadgetDocument document, GadgetMode mode, SnapdRelease release = SnapdRelease.Latest)
    {
        ArgumentNullException.ThrowIfNull(document);
        return new GadgetDefinition
        {
            Document = document,
            Mode = mode,
            Release = release,
            Volumes = ImmutableArray.CreateRange(document.Volumes, volume => Decide(volume, mode)),
        };
    }

    /// <summary>The label that a role implies for a kind of model, or empty.</summary>
    public static string ImpliedLabel(string role, GadgetMode mode) => role switch
    {
        "system-data" when mode.LacksGrade() => "writable",
        "system-data" when mode.HasGrade() => "ubuntu-data",
        "system-seed" or "system-seed-null" when mode.HasGrade() => "ubuntu-seed",
        "system-boot" when mode.HasGrade() => "ubuntu-boot",
        "system-save" when mode.HasGrade() => "ubuntu-save",
        _ => "",
    };

    private static GadgetVolume Decide(GadgetVolume volume, GadgetMode mode)
    {
        bool leavesSchemaOpen = volume.HasPartial("schema");
        return volume with
        {
            DecidedSchema = volume.Schema.Value.Length > 0 || leavesSchemaOpen ? volume.Schema.Value : Gpt,
            Structures = ImmutableArray.CreateRange(volume.Structures, structure => Decide(structure, mode)),
        };
    }

    private static GadgetStructure Decide(GadgetStructure structure, GadgetMode mode)
    {
        string role = structure.Role.Value;
        string label = structure.Label.Value;
        if (role.Length == 0 && structure.Type.Value == "mbr")
            return structure with { DecidedRole = "mbr", DecidedLabel = label };
        if (role.Length == 0 && label == "system-boot" && mode.LacksGrade())
            return structure with { DecidedRole = "system-boot", DecidedLabel = label };
        return structure with
        {
            DecidedRole = role,
            DecidedLabel = label.Length > 0 ? label : ImpliedLabel(role, mode),
        };
    }
}
