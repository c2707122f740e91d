// The rules for a seed as a whole: the model and the snaps must make a device together.
using JetsonCore.Diagnostics;

namespace JetsonCore.Seed;

/// <summary>
/// Rules JC4101 to JC4111, JC4113 to JC4117, JC4119, JC4200 to JC4207, JC4220, JC4223 and JC4320 to JC4323; JC4112 and
/// JC4118 have been used up by rules that are gone.
/// </summary>
public static class SeedRules
{
    /// <summary>Snaps that the model names.</summary>
    public static readonly Rule MissingSnap = new("JC4101", Severity.Error, "every snap that the model needs is given");

    /// <summary>One snap of a name.</summary>
    public static readonly Rule DuplicateSnap = new("JC4102", Severity.Error, "a snap is given once");

    /// <summary>Types as the model has them.</summary>
    public static readonly Rule SnapType = new("JC4103", Severity.Error, "a snap has the type that the model gives it");

    /// <summary>Bases must be there.</summary>
    public static readonly Rule MissingBase = new("JC4104", Severity.Error, "the base of every snap is given");

    /// <summary>Snaps must run on the device.</summary>
    public static readonly Rule Architecture =
        new("JC4105", Severity.Error, "every snap runs on the model's architecture");

    /// <summary>Models whose seeds can be made.</summary>
    public static readonly Rule ModelKind = new("JC4106", Severity.Error, "the model is one of Ubuntu Core");

    /// <summary>Confinement on Ubuntu Core.</summary>
    public static readonly Rule Classic = new("JC4107", Severity.Error, "no snap needs classic confinement");

    /// <summary>Trust in the model.</summary>
    public static readonly Rule Vouching =
        new("JC4108", Severity.Error, "a trusted account vouches for the model's key");

    /// <summary>A model that nobody vouches for, by the user's wish.</summary>
    public static readonly Rule AllowedUnvouched =
        new("JC4200", Severity.Warning, "an image for first boots may have a model that nobody vouches for");

    /// <summary>One kernel, one gadget.</summary>
    public static readonly Rule SecondSystemSnap =
        new("JC4201", Severity.Error, "a seed has the model's kernel and gadget and no other");

    /// <summary>The gadget's base.</summary>
    public static readonly Rule GadgetBase = new("JC4202", Severity.Error, "the gadget has the model's base");

    /// <summary>Content that plugs want.</summary>
    public static readonly Rule DefaultProvider =
        new("JC4203", Severity.Error, "the snaps whose content plugs want by default are given");

    /// <summary>Channels.</summary>
    public static readonly Rule Channel = new("JC4204", Severity.Error, "a channel names track, risk and branch");

    /// <summary>Pinned tracks.</summary>
    public static readonly Rule PinnedTrack =
        new("JC4205", Severity.Error, "a channel keeps to the track that the model pins");

    /// <summary>Settings of the gadget that act before the first boot.</summary>
    public static readonly Rule GadgetDefaults =
        new("JC4207", Severity.Error, "settings of the gadget that act before the first boot have known values");

    /// <summary>Users for the first boot.</summary>
    public static readonly Rule AutoImport =
        new("JC4206", Severity.Error, "assertions to be imported at the first boot hold, and are for this model");

    /// <summary>Headers without meaning yet.</summary>
    public static readonly Rule ReservedHeader =
        new("JC4220", Severity.Error, "a model has none of the headers that snapd keeps for later");

    /// <summary>Snaps that the model names twice.</summary>
    public static readonly Rule NamedTwice = new("JC4223", Severity.Error, "a model names each snap once");

    /// <summary>Snaps that the model does not name.</summary>
    public static readonly Rule ExtraSnap = new("JC4109", Severity.Info, "the model names every snap");

    /// <summary>Statements about a snap file must agree with it.</summary>
    public static readonly Rule SnapStatement =
        new("JC4110", Severity.Error, "assertions about a snap agree with its file");

    /// <summary>One model in a seed.</summary>
    public static readonly Rule OneModel = new("JC4111", Severity.Error, "a seed has one model");

    /// <summary>Grades.</summary>
    public static readonly Rule Grade =
        new("JC4113", Severity.Error, "grades above dangerous take asserted snaps of the model, in its channels");

    /// <summary>Ids of snaps.</summary>
    public static readonly Rule SnapId = new("JC4114", Severity.Error, "a snap has the id that the model names");

    /// <summary>Labels of recovery systems.</summary>
    public static readonly Rule SystemLabel =
        new("JC4115", Severity.Error, "a recovery system's label has lower-case letters, digits and inner dashes");

    /// <summary>Settings at the building.</summary>
    public static readonly Rule Customization = new("JC4116", Severity.Error,
        "what is set up at the building is what this Ubuntu Core, and the model's grade, allow");

    /// <summary>Components.</summary>
    public static readonly Rule Components = new("JC4117", Severity.Error, "the model wants no components in the seed");

    /// <summary>Validation sets of the model.</summary>
    public static readonly Rule SetMissing =
        new("JC4320", Severity.Error, "the validation sets that the model names are given");

    /// <summary>Validation sets beside each other.</summary>
    public static readonly Rule SetConflict =
        new("JC4321", Severity.Error, "validation sets of a model do not contradict each other");

    /// <summary>Validation sets and the snaps.</summary>
    public static readonly Rule SetUnmet =
        new("JC4322", Severity.Error, "a seed has the snaps of its validation sets, in their revisions");

    /// <summary>Validation sets in lists of revisions.</summary>
    public static readonly Rule SetSequence =
        new("JC4323", Severity.Error, "a list of revisions names sequences of validation sets that the model takes");

    /// <summary>Preseeding.</summary>
    public static readonly Rule Preseeding = new("JC4119", Severity.Error, "snaps are seeded on the device");
}
