// The rules for one snap, in the order in which it is looked at: its meta/snap.yaml, then its files.
using JetsonCore.Diagnostics;

namespace JetsonCore.Snaps;

/// <summary>Rules JC4001 to JC4027.</summary>
public static class SnapRules
{
    /// <summary>snap.yaml must be YAML.</summary>
    public static readonly Rule Yaml = new("JC4001", Severity.Error, "meta/snap.yaml is a YAML map");

    /// <summary>Values must have the right kind.</summary>
    public static readonly Rule ValueKind =
        new("JC4002", Severity.Error, "values in snap.yaml have the kind their key wants");

    /// <summary>The snap's name.</summary>
    public static readonly Rule Name = new("JC4003", Severity.Error, "a snap has a valid name");

    /// <summary>The snap's version.</summary>
    public static readonly Rule Version = new("JC4004", Severity.Error, "a snap has a valid version");

    /// <summary>The snap's type.</summary>
    public static readonly Rule Type = new("JC4005", Severity.Error, "a snap's type is a known one");

    /// <summary>The snap's base.</summary>
    public static readonly Rule Base = new("JC4006", Severity.Error, "only snaps that run something have a base");

    /// <summary>The snap's confinement.</summary>
    public static readonly Rule Confinement = new("JC4007", Severity.Error, "a snap's confinement is a known one");

    /// <summary>The snap's epoch.</summary>
    public static readonly Rule Epoch = new("JC4008", Severity.Error, "a snap's epoch makes sense");

    /// <summary>Texts for people have a length that stores accept.</summary>
    public static readonly Rule TextLength = new("JC4009", Severity.Error, "title and description are not too long");

    /// <summary>Names of apps and hooks.</summary>
    public static readonly Rule AppName = new("JC4010", Severity.Error, "apps and hooks have valid names");

    /// <summary>Known architectures.</summary>
    public static readonly Rule Architecture =
        new("JC4011", Severity.Warning, "architectures are spelled as Debian spells them");

    /// <summary>The snap needs its snap.yaml.</summary>
    public static readonly Rule MissingYaml = new("JC4012", Severity.Error, "a snap has meta/snap.yaml");

    /// <summary>Files that an app names must be there.</summary>
    public static readonly Rule MissingFile =
        new("JC4013", Severity.Error, "files that snap.yaml names are in the snap");

    /// <summary>Modes that keep a snap from working.</summary>
    public static readonly Rule Mode =
        new("JC4014", Severity.Error, "what everybody uses is readable and executable for everybody");

    // JC4015 has been used up by a rule that is gone: a gadget snap has meta/gadget.yaml (JC1006 says for whom).

    /// <summary>A snap is there.</summary>
    public static readonly Rule MissingSnap = new("JC4016", Severity.Error, "named snaps are there");

    /// <summary>A snap is a squashfs.</summary>
    public static readonly Rule Unreadable = new("JC4017", Severity.Error, "a snap is a whole squashfs file");

    /// <summary>Anchors that contain themselves or explode.</summary>
    public static readonly Rule Alias =
        new("JC4018", Severity.Error, "anchors of snap.yaml neither contain themselves nor explode");

    /// <summary>Of a key given twice the last one counts.</summary>
    public static readonly Rule DuplicateKey = new("JC4020", Severity.Warning, "each key of snap.yaml is given once");

    /// <summary>Hooks that nobody runs.</summary>
    public static readonly Rule UnknownHook = new("JC4021", Severity.Warning, "snapd runs the hooks that a snap has");

    /// <summary>Fields of apps and hooks.</summary>
    public static readonly Rule App = new("JC4022", Severity.Error, "apps and hooks are described as snapd takes them");

    /// <summary>Plugs, slots, users, links.</summary>
    public static readonly Rule Connection =
        new("JC4023", Severity.Error, "plugs, slots, users and links are described as snapd takes them");

    /// <summary>Layouts.</summary>
    public static readonly Rule Layout = new("JC4024", Severity.Error, "layouts keep to what a snap may lay out");

    /// <summary>Variables of apps.</summary>
    public static readonly Rule Environment =
        new("JC4025", Severity.Error, "variables of an environment have names, each its own");

    /// <summary>What becomes part of a file's name.</summary>
    public static readonly Rule FileName = new("JC4026", Severity.Error, "architectures are words");

    /// <summary>Size and depth.</summary>
    public static readonly Rule Limit = new("JC4027", Severity.Error, "snap.yaml is neither huge nor nested deeply");
}
