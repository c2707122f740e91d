// The packages that notices are looked for, by the names that databases call them by.
using JetsonCore.Materials;

namespace JetsonCore.Notices;

/// <summary>A package where it was found.</summary>
/// <param name="Owner">The snap's name; of packages beside snaps the name of what they lie in.</param>
/// <param name="Revision">The snap's revision, or "unknown".</param>
/// <param name="Name">Its name.</param>
/// <param name="Version">Its version.</param>
/// <param name="Facts">Source package and release.</param>
internal sealed record InstalledPackage(
    string Owner, string Revision, string Name, string Version, PackageFacts Facts);

/// <summary>All packages of some artefacts.</summary>
internal sealed class Inventory
{
    private const string UnknownRevision = "unknown";

    private readonly ILookup<string, InstalledPackage> _byName, _bySource;
    private readonly HashSet<string> _versions;

    /// <summary>The packages of materials.</summary>
    public Inventory(Material root)
    {
        var all = new List<InstalledPackage>();
        Collect(root, root.Name, UnknownRevision, all);
        All = [.. all.Distinct()];
        _byName = All.ToLookup(package => package.Name, StringComparer.Ordinal);
        _bySource = All.ToLookup(package => package.Facts.Source, StringComparer.Ordinal);
        _versions = [.. All.Select(package => package.Facts.SourceVersion), .. All.Select(package => package.Version)];
    }

    /// <summary>All of them.</summary>
    public IReadOnlyList<InstalledPackage> All { get; }

    /// <summary>Those of a name.</summary>
    public IEnumerable<InstalledPackage> Named(string name) => _byName[name];

    /// <summary>Those that were built from a source package.</summary>
    public IEnumerable<InstalledPackage> OfSource(string name) => _bySource[name];

    /// <summary>Whether anything has this version, itself or its source.</summary>
    public bool HasVersion(string version) => _versions.Contains(version);

    /// <summary>Those that a package URL means: of any version where it says none.</summary>
    public IEnumerable<InstalledPackage> OfUrl(string url)
    {
        if (PackageUrl.DebOf(url) is not { } meant)
            return [];
        return Named(meant.Name).Where(package => meant.Version.Length == 0 || meant.Version == package.Version)
            .Where(package => url.StartsWith($"pkg:deb/{package.Facts.Distribution.Id}/", StringComparison.Ordinal));
    }

    private static void Collect(Material material, string owner, string revision, List<InstalledPackage> all)
    {
        if (material.Kind == MaterialKind.Snap)
        {
            owner = material.Name;
            revision = material.Snap?.Revision is { Length: > 0 } known ? known : UnknownRevision;
        }
        else if (material.Kind is MaterialKind.Image or MaterialKind.Partition)
            owner = material.Address;
        else if (material.Package is { } facts)
            all.Add(new(owner, revision, material.Name, material.Version, facts));
        foreach (Material part in material.Parts)
            Collect(part, owner, revision, all);
    }
}
