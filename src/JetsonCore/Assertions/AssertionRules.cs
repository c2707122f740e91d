// The rules for what a person gives to be signed, and for what a model may say.
using JetsonCore.Diagnostics;

namespace JetsonCore.Assertions;

/// <summary>Rules JC3002 to JC3011, JC3401, JC3402: any assertion. JC3101 to JC3112, JC3450, JC3451: models.</summary>
public static class AssertionRules
{
    /// <summary>The statement to sign is an object of JSON or a map of YAML.</summary>
    public static readonly Rule Json =
        new("JC3002", Severity.Error, "the statement to sign is a JSON object or a YAML map");

    /// <summary>Header values are strings, lists and maps.</summary>
    public static readonly Rule ValueKind = new("JC3003", Severity.Error, "header values are strings, lists and maps");

    /// <summary>Header names are lower case words joined by dashes.</summary>
    public static readonly Rule HeaderName =
        new("JC3004", Severity.Error, "header names are lower-case words joined by dashes, each there once");

    /// <summary>The type must be known.</summary>
    public static readonly Rule KnownType = new("JC3005", Severity.Error, "the assertion type is a known one");

    /// <summary>The headers that every assertion of a type has.</summary>
    public static readonly Rule Mandatory = new("JC3006", Severity.Error, "mandatory headers are there and not empty");

    /// <summary>Who may answer for an assertion.</summary>
    public static readonly Rule Authority =
        new("JC3007", Severity.Error, "an assertion names its authority, unless it is signed with the key it carries");

    /// <summary>Numbers in headers.</summary>
    public static readonly Rule Number =
        new("JC3008", Severity.Error, "format and revision are whole numbers that are understood");

    /// <summary>Times in headers.</summary>
    public static readonly Rule Time = new("JC3009", Severity.Error, "times follow RFC 3339");

    /// <summary>Sizes that readers accept.</summary>
    public static readonly Rule Size =
        new("JC3010", Severity.Error, "an assertion keeps within the sizes that readers accept");

    /// <summary>Bytes given as assertions.</summary>
    public static readonly Rule Unreadable = new("JC3011", Severity.Error, "an assertion follows its text form");

    /// <summary>Headers have the form that their type gives them.</summary>
    public static readonly Rule HeaderForm =
        new("JC3401", Severity.Error, "headers have the form that their type gives them");

    /// <summary>Bodies are what their type wants.</summary>
    public static readonly Rule Body = new("JC3402", Severity.Error, "the body is what the type wants");

    /// <summary>A model belongs to its signer.</summary>
    public static readonly Rule ModelAuthority = new("JC3101", Severity.Error, "a model is signed by its brand");

    /// <summary>Names of brands, models and snaps.</summary>
    public static readonly Rule ModelNames = new("JC3102", Severity.Error, "brands, models and snaps have valid names");

    /// <summary>Headers that exclude one another.</summary>
    public static readonly Rule ModelConflict =
        new("JC3103", Severity.Error, "headers of old and new models are not mixed");

    /// <summary>A pinned track.</summary>
    public static readonly Rule ModelTrack =
        new("JC3104", Severity.Error, "gadget and kernel are pinned to a track only");

    /// <summary>Lists in a model.</summary>
    public static readonly Rule ModelLists = new("JC3105", Severity.Error, "lists in a model hold what they are for");

    /// <summary>Grade and storage safety.</summary>
    public static readonly Rule ModelGrade =
        new("JC3106", Severity.Error, "grade and storage-safety are known and go together");

    /// <summary>Entries of "snaps".</summary>
    public static readonly Rule ModelSnaps =
        new("JC3107", Severity.Error, "every entry of \"snaps\" is complete and there once");

    /// <summary>The snaps that a device cannot do without.</summary>
    public static readonly Rule ModelEssentials =
        new("JC3108", Severity.Error, "a model has one gadget, one kernel and a known base");

    /// <summary>Channels.</summary>
    public static readonly Rule ModelChannel =
        new("JC3109", Severity.Error, "a default channel names a track and a risk");

    /// <summary>The series.</summary>
    public static readonly Rule ModelSeries = new("JC3110", Severity.Error, "the series of a model is \"16\"");

    /// <summary>Validation sets of a model.</summary>
    public static readonly Rule ModelValidationSets =
        new("JC3111", Severity.Error, "validation sets are named once, with a known mode");

    /// <summary>Classic models.</summary>
    public static readonly Rule ModelClassic =
        new("JC3112", Severity.Error, "a classic model keeps to what classic systems have");

    /// <summary>Components.</summary>
    public static readonly Rule ModelComponents =
        new("JC3450", Severity.Error, "components in a model have a presence, and modes of their snap");

    /// <summary>Classic snaps.</summary>
    public static readonly Rule ModelClassicSnap =
        new("JC3451", Severity.Error, "only apps of classic models are classic snaps");
}
