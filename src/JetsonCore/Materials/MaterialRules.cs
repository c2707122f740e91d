// What can be wrong with what bills of materials are made from.
using JetsonCore.Diagnostics;

namespace JetsonCore.Materials;

/// <summary>The rules.</summary>
public static class MaterialRules
{
    internal const string ManifestPath = "snap/manifest.yaml";

    /// <summary>There is something to look into.</summary>
    public static readonly Rule Nothing =
        new("JC4500", Severity.Error, "a bill of materials is of an artefact that holds files, or of a build's folder");

    /// <summary>What holds materials can be read.</summary>
    public static readonly Rule Unread =
        new("JC4501", Severity.Warning, "what may hold materials can be read, or the bill is incomplete");

    /// <summary>A manifest of snapcraft can be read.</summary>
    public static readonly Rule Manifest =
        new("JC4502", Severity.Warning, "snap/manifest.yaml is YAML that can be read");

    /// <summary>A record of a package says a name and a version.</summary>
    public static readonly Rule Record =
        new("JC4503", Severity.Warning, "a package that is recorded has a name and a version that packages can have");

    /// <summary>A build's manifest.json is one of jetson-core.</summary>
    public static readonly Rule BuildManifest =
        new("JC4504", Severity.Error, "manifest.json of a build's folder is one that build has written");
}
