// What can be wrong with a project. One line each: code, severity, the rule.
using JetsonCore.Diagnostics;

namespace JetsonCore.Project;

/// <summary>The rules of projects.</summary>
internal static class ProjectRules
{
    /// <summary>There is none where the user says.</summary>
    public static readonly Rule Missing = Error("JC4400", "a project is a folder with jetson-core.yaml, or that file");

    /// <summary>It is not YAML.</summary>
    public static readonly Rule Syntax = Error("JC4401", "jetson-core.yaml is YAML");

    /// <summary>A list where a text belongs, and the like.</summary>
    public static readonly Rule ValueKind = Error("JC4402", "fields of a project have values of their kind");

    /// <summary>A key that is no field.</summary>
    public static readonly Rule UnknownKey = Error("JC4403", "a project has known fields only");

    /// <summary>A key given twice.</summary>
    public static readonly Rule DuplicateKey = Error("JC4404", "each field stands once in its map");

    /// <summary>Anchors that contain themselves or explode, or too many levels.</summary>
    public static readonly Rule Limit = Error("JC4405", "a project can be read within bounds");

    /// <summary>A variable that is not set, or is not written as one.</summary>
    public static readonly Rule Variable = Error("JC4406", "variables in a project are set or have a default");

    /// <summary>A word or number that the field does not take.</summary>
    public static readonly Rule Value = Error("JC4407", "a field has one of its values");

    /// <summary>A file or folder that is not there.</summary>
    public static readonly Rule Input = Error("JC4408", "what a project names is there");

    /// <summary>A project that extends itself, or too many.</summary>
    public static readonly Rule Circle = Error("JC4409", "projects extend each other without going round in a circle");

    /// <summary>A profile that nobody describes.</summary>
    public static readonly Rule Profile = Error("JC4410", "a profile is described in the project");

    /// <summary>Neither a signed model nor headers with a key, or both.</summary>
    public static readonly Rule Model = Error("JC4411", "a project has a signed model, or headers and a key");

    /// <summary>Files of the gadget that are in each other's way.</summary>
    public static readonly Rule GadgetFile = Error("JC4412", "the gadget's files have places of their own in the snap");

    /// <summary>The base has no initrd, and none is named.</summary>
    public static readonly Rule BaseInitrd = Error("JC4413", "the kernel's initrd has one of the base before it");

    /// <summary>--set without a field.</summary>
    public static readonly Rule Setting = Error("JC4414", "--set names a field and its value");

    private static Rule Error(string code, string title) => new(code, Severity.Error, title);
}
