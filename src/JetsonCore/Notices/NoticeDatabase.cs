// Which packages have open notices, by a database that the user has: Ubuntu's notices, advisories of OSV, statements of
// OpenVEX or CSAF. It is read from front to back, packed or not, and nothing of it is kept but what is about packages
// that are there. What form it has, its first names tell:
//
//   {"3863-1": {"releases": {"xenial": {"binaries": {"apt": {"version": "1.2.29ubuntu0.1"}}}}}}        UsnReader
//   {"schema_version": …, "id": …, "affected": […]}, a list of such, {"vulns": […]}, one on each line   OsvReader
//   {"@context": "https://openvex.dev/ns…", "statements": […]}                                     VexReader
//   {"document": {"category": "csaf_vex"}, "product_tree": {…}, "vulnerabilities": […]}                  CsafReader
using System.Text.Json;
using JetsonCore.Diagnostics;
using JetsonCore.Formats.Compression;
using JetsonCore.Formats.Trees;
using JetsonCore.Materials;

namespace JetsonCore.Notices;

/// <summary>The notices that are open: ids by snap, revision and package, each in ordinal order.</summary>
public sealed class OpenNotices
{
    private readonly SortedDictionary<string, SortedDictionary<string, SortedDictionary<string, SortedSet<string>>>>
        _snaps = new(StringComparer.Ordinal);

    /// <summary>Ids by snap, revision and package.</summary>
    public IEnumerable<(string Snap, string Revision, string Package, IReadOnlyCollection<string> Ids)> All =>
        from snap in _snaps
        from revision in snap.Value
        from package in revision.Value
        select (snap.Key, revision.Key, package.Key, (IReadOnlyCollection<string>)package.Value);

    internal void Add(InstalledPackage package, string id)
    {
        SortedDictionary<string, SortedSet<string>> packages =
            Inner(Inner(_snaps, package.Owner), package.Revision);
        if (!packages.TryGetValue(package.Name, out SortedSet<string>? ids))
            packages.Add(package.Name, ids = new(StringComparer.Ordinal));
        ids.Add(id);
    }

    internal void Remove(InstalledPackage package, string id)
    {
        if (!_snaps.TryGetValue(package.Owner, out var revisions)
            || !revisions.TryGetValue(package.Revision, out var packages)
            || !packages.TryGetValue(package.Name, out SortedSet<string>? ids)
            || !ids.Remove(id) || ids.Count > 0)
            return;
        packages.Remove(package.Name);
        if (packages.Count == 0)
            revisions.Remove(package.Revision);
        if (revisions.Count == 0)
            _snaps.Remove(package.Owner);
    }

    private static SortedDictionary<string, T> Inner<T>(
        SortedDictionary<string, SortedDictionary<string, T>> outer, string key)
    {
        if (!outer.TryGetValue(key, out SortedDictionary<string, T>? inner))
            outer.Add(key, inner = new(StringComparer.Ordinal));
        return inner;
    }
}

/// <summary>A database of notices.</summary>
/// <param name="path">Its file, for messages.</param>
/// <param name="content">Its bytes.</param>
/// <param name="cancellation">Ends the reading early.</param>
public sealed class NoticeDatabase(string path, FileContent content, CancellationToken cancellation)
{
    private enum Form
    {
        Usn,
        Osv,
        Vex,
        Csaf,
    }

    /// <summary>The notices that are open for packages among materials.</summary>
    /// <param name="root">The materials.</param>
    /// <param name="diagnostics">Takes why packages cannot be looked for.</param>
    /// <exception cref="UserErrorException">It is no JSON, or of no known form.</exception>
    /// <exception cref="Formats.Binary.MalformedDataException">It cannot be unpacked.</exception>
    public OpenNotices Find(Material root, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(diagnostics);
        var inventory = new Inventory(root);
        var notices = new OpenNotices();
        Form form = FormOf();
        if (form is Form.Usn or Form.Osv)
            TellOfReleases(inventory, form, diagnostics);
        switch (form)
        {
            case Form.Usn:
                Pass(json => new UsnReader(json, inventory, notices).Read());
                break;
            case Form.Osv:
                Pass(json => new OsvReader(json, inventory, notices).Read());
                break;
            case Form.Vex:
                Pass(json => new VexReader(json, inventory, notices).Read());
                break;
            case Form.Csaf:
                var products = new CsafReader(inventory, notices);
                Pass(products.ReadProducts);
                Pass(products.ReadRelationships);
                Pass(products.ReadVulnerabilities);
                break;
        }
        return notices;
    }

    private void Pass(Action<JsonPull> read)
    {
        using Stream packed = content.Open();
        CompressionFormat compression = Decompression.Detect(packed);
        packed.Position = 0;
        using Stream? plain = compression == CompressionFormat.None
            ? null : Decompression.OpenRead(packed, compression);
        var json = new JsonPull(plain ?? packed, path, cancellation);
        while (json.Read())
            read(json);
    }

    private Form FormOf()
    {
        Form? found = null;
        bool? isEmpty = null;
        Pass(json =>
        {
            isEmpty = isEmpty is null && json.Type == JsonTokenType.StartObject;
            if (json.Type == JsonTokenType.StartArray)
                found ??= Form.Osv;
            if (found is not null || json.Type != JsonTokenType.StartObject)
                json.Skip();
            else
            {
                json.Object(name =>
                {
                    isEmpty = false;
                    found ??= Of(name);
                    json.Skip();
                });
            }
        });
        if (found is null && isEmpty == true)
            return Form.Usn;
        return found ?? throw new UserErrorException(FailureKind.Input, NoticeRules.Form, path,
            "cannot use it as a database of notices: it is none of Ubuntu, OSV, OpenVEX or CSAF",
            "Ubuntu's is https://usn.ubuntu.com/usn-db/database.json.bz2");
    }

    private static Form? Of(string name) => name switch
    {
        "statements" => Form.Vex,
        "product_tree" or "vulnerabilities" => Form.Csaf,
        "affected" or "schema_version" or "vulns" => Form.Osv,
        [>= '0' and <= '9', .., '-', >= '0' and <= '9'] or ['U', 'S', 'N', '-', ..] => Form.Usn,
        _ => null,
    };

    /// <summary>Says of which snaps nobody knows the release.</summary>
    private static void TellOfReleases(Inventory inventory, Form form, DiagnosticBag diagnostics)
    {
        foreach (IGrouping<string, InstalledPackage> owner in inventory.All
            .Where(package => !MayBeNamed(package.Facts.Distribution, form))
            .GroupBy(package => package.Owner, StringComparer.Ordinal))
        {
            string message = $"cannot look for notices of its {owner.Count()} packages: ";
            Distribution distribution = owner.First().Facts.Distribution;
            diagnostics.AddAbout(owner.Key, NoticeRules.Release, distribution.Version.Length > 0
                    ? $"{message}they are of {distribution.Qualifier}, and these notices are Ubuntu's"
                    : $"{message}nothing says which release they are of",
                "an os-release, snapcraft's manifest or the base says it; for Debian take a database of OSV");
        }
    }

    private static bool MayBeNamed(Distribution distribution, Form form) => form == Form.Usn
        ? distribution is { Id: "ubuntu", Codename.Length: > 0 } : distribution.Version.Length > 0;
}
