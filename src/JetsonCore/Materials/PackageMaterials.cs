// The packages that a tree was made of, from whatever records it brings. A package that several records name is one.
using JetsonCore.Diagnostics;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Materials;

internal static class PackageMaterials
{
    private const int ReleaseLengthMax = 64 << 10;
    private const string StatusPath = "var/lib/dpkg/status", StatusFolder = "var/lib/dpkg/status.d";
    private const string ListPath = "usr/share/snappy/dpkg.list";

    /// <summary>The packages of a tree, in the order of their names.</summary>
    /// <param name="address">Where the tree lies.</param>
    /// <param name="root">The tree.</param>
    /// <param name="assumed">Where packages are from, if the tree does not say it.</param>
    /// <param name="diagnostics">Takes what cannot be read.</param>
    public static IEnumerable<Material> Read(
        string address, DirectoryNode root, Distribution assumed, DiagnosticBag diagnostics)
    {
        var found = new SortedDictionary<(string Name, string Version), (PackageRecord Record, string Path)>(
            Comparer<(string, string)>.Create((a, b) => string.CompareOrdinal(a.Item1, b.Item1) is not 0 and var names
                ? names : string.CompareOrdinal(a.Item2, b.Item2)));
        Distribution said = Release(root);
        foreach ((string path, Func<DiagnosticBag, IEnumerable<PackageRecord>> read) in Records(root, known =>
            said = said.IsKnown ? said : known))
        {
            DiagnosticBag findings = diagnostics.About($"{address}:{path}");
            try
            {
                foreach (PackageRecord record in read(findings))
                {
                    if (DebianRecords.IsPossible(record))
                        found.TryAdd((record.Name, record.Version), (record, path));
                    else
                        findings.Add(MaterialRules.Record, SourceSpan.None, "a package is left out: no package can be "
                            + $"called \"{Short(record.Name)}\", with the version \"{Short(record.Version)}\"");
                }
            }
            catch (MalformedDataException damage)
            {
                findings.Add(MaterialRules.Unread, SourceSpan.None,
                    $"cannot read it: {damage.Message}", "the bill of materials is incomplete without it");
            }
        }
        Distribution distribution = said.IsKnown ? said : assumed;
        return found.Values.Select(one => Package($"{address}:{one.Path}", one.Record, distribution));
    }

    /// <summary>A package by itself, by the fields of its control file; null where they name none.</summary>
    public static Material? Read(string address, IReadOnlyDictionary<string, string> fields) =>
        DebianRecords.OfFields(fields) is { } record && DebianRecords.IsPossible(record)
            ? Package(address, record with { Summary = record.Summary.Split('\n')[0] }, Distribution.Unknown) : null;

    private static Material Package(string address, PackageRecord record, Distribution distribution) => new()
    {
        Kind = MaterialKind.Package,
        Name = record.Name,
        Version = record.Version,
        Address = address,
        Supplier = record.Maintainer,
        Summary = record.Summary,
        Package = new(
            record.Architecture,
            record.Source.Length > 0 ? record.Source : record.Name,
            record.SourceVersion.Length > 0 ? record.SourceVersion : record.Version,
            distribution.IsKnown ? distribution : Distribution.OfSpelling(record.Version)),
    };

    /// <summary>The records of a tree, those that say most first.</summary>
    private static IEnumerable<(string Path, Func<DiagnosticBag, IEnumerable<PackageRecord>> Read)> Records(
        DirectoryNode root, Action<Distribution> tell)
    {
        if (root.Find(StatusPath) is RegularFileNode status)
            yield return (StatusPath, _ => DebianRecords.ReadStatus(status.Content));
        if (root.Find(StatusFolder) is DirectoryNode folder)
        {
            foreach ((string name, FileNode node) in folder.Children)
            {
                if (node is RegularFileNode file && !name.EndsWith(".md5sums", StringComparison.Ordinal))
                    yield return ($"{StatusFolder}/{name}", _ => DebianRecords.ReadStatus(file.Content));
            }
        }
        if (root.Find(ListPath) is RegularFileNode list)
            yield return (ListPath, _ => DebianRecords.ReadList(list.Content));
        if (root.Find(MaterialRules.ManifestPath) is RegularFileNode manifest)
            yield return (MaterialRules.ManifestPath, findings => Manifest(manifest.Content, tell, findings));
    }

    private static IReadOnlyList<PackageRecord> Manifest(
        FileContent file, Action<Distribution> tell, DiagnosticBag findings)
    {
        SnapManifest read = DebianRecords.ReadManifest(file, findings.Softened());
        if (read.Distribution.IsKnown)
            tell(read.Distribution);
        return read.Packages;
    }

    private static Distribution Release(DirectoryNode root)
    {
        foreach (string path in (string[])["etc/os-release", "usr/lib/os-release"])
        {
            if (root.Find(path) is RegularFileNode { Content: { Length: <= ReleaseLengthMax } content })
            {
                return Distribution.OfRelease(
                    System.Text.Encoding.UTF8.GetString(content.ReadAll(ReleaseLengthMax)));
            }
        }
        return Distribution.Unknown;
    }

    private static string Short(string text) => text.Length > 60 ? $"{text[..60]}…" : text;
}
