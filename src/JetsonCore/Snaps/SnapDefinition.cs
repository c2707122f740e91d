// What snap.yaml says about a snap, as far as building an image needs it.
using System.Collections.Immutable;
using JetsonCore.Assertions;
using JetsonCore.Diagnostics;

namespace JetsonCore.Snaps;

/// <summary>A snap as its snap.yaml describes it.</summary>
public sealed record SnapDefinition
{
    /// <summary>The architecture of snaps that run everywhere.</summary>
    public const string AllArchitectures = "all";

    /// <summary>Its name.</summary>
    public required Located<string> Name { get; init; }

    /// <summary>Its version as spelled.</summary>
    public required Located<string> Version { get; init; }

    /// <summary>Its type.</summary>
    public required Located<SnapType> Type { get; init; }

    /// <summary>The base it names, or null for none and for "none".</summary>
    public Located<string>? RuntimeBase { get; init; }

    /// <summary>Whether it says that it needs no base ("none").</summary>
    public bool HasNoBase { get; init; }

    /// <summary>Architectures in Debian's spelling; "all" where it names none.</summary>
    public ImmutableArray<Located<string>> Architectures { get; init; } = [new(AllArchitectures, SourceSpan.None)];

    /// <summary>"strict", "devmode" or "classic".</summary>
    public string Confinement { get; init; } = "strict";

    /// <summary>Its title for people, or empty.</summary>
    public string Title { get; init; } = "";

    /// <summary>One sentence for people, or empty.</summary>
    public string Summary { get; init; } = "";

    /// <summary>Its licence, in SPDX's words as a rule; or empty.</summary>
    public string License { get; init; } = "";

    /// <summary>Where it says that it comes from: what its snap-revision must say too.</summary>
    public string Provenance { get; init; } = AssertionType.DefaultProvenance;

    /// <summary>The first address of its "links: contact:", or empty.</summary>
    public string Contact { get; init; } = "";

    /// <summary>Snaps whose content its plugs want by default, each once.</summary>
    public ImmutableArray<Located<string>> DefaultProviders { get; init; } = [];

    /// <summary>Its apps in file order.</summary>
    public ImmutableArray<SnapApp> Apps { get; init; } = [];

    /// <summary>The names of its hooks that snap.yaml mentions.</summary>
    public ImmutableArray<Located<string>> Hooks { get; init; } = [];

    /// <summary>The architecture in a file's name: the only one, or "multi".</summary>
    public string FileArchitecture => Architectures is [var only] ? only.Value : "multi";

    /// <summary>The name that `snap pack` gives the file.</summary>
    public string FileName => $"{Name.Value}_{Version.Value}_{FileArchitecture}.snap";

    /// <summary>Whether it runs on an architecture.</summary>
    public bool RunsOn(string architecture) =>
        Architectures.Any(one => one.Value is AllArchitectures || one.Value == architecture);
}

/// <summary>One app of a snap.</summary>
public sealed record SnapApp
{
    /// <summary>Its name.</summary>
    public required Located<string> Name { get; init; }

    /// <summary>Whether it is a service.</summary>
    public bool IsService { get; init; }

    /// <summary>
    /// The programs that it runs, relative to the snap, each with its place; the rest of a line is left out.
    /// </summary>
    public ImmutableArray<Located<string>> Programs { get; init; } = [];

    /// <summary>The completion script, or null.</summary>
    public Located<string>? Completer { get; init; }
}
