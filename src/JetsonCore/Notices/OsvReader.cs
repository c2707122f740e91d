// Advisories of OSV: which versions of which source packages of which release are affected, by ranges or one by one. A
// withdrawn one says nothing any more.
// Source: https://ossf.github.io/osv-schema/ (1.7), with Ubuntu's list of binary packages.
using System.Text.Json;
using JetsonCore.Materials;

namespace JetsonCore.Notices;

internal sealed class OsvReader(JsonPull json, Inventory inventory, OpenNotices notices)
{
    private const int EventsMax = 10_000;

    private sealed class Affected
    {
        public string Ecosystem { get; set; } = "";

        public string Name { get; set; } = "";

        public List<List<(string Kind, string Version)>> Ranges { get; } = [];

        public HashSet<string> Versions { get; } = new(StringComparer.Ordinal);

        public Dictionary<string, string> Binaries { get; } = new(StringComparer.Ordinal);

        public int Events { get; set; }
    }

    /// <summary>Reads the value that the reader stands on: an advisory, or a list of them.</summary>
    public void Read()
    {
        if (json.Type == JsonTokenType.StartArray)
            json.Array(Advisory);
        else
            Advisory();
    }

    private void Advisory()
    {
        string id = "";
        bool isWithdrawn = false;
        HashSet<InstalledPackage> found = [];
        json.Object(name =>
        {
            switch (name)
            {
                case "vulns":
                    json.Array(Advisory);
                    break;
                case "id":
                    id = json.TextOrSkip();
                    break;
                case "withdrawn":
                    isWithdrawn = json.TextOrSkip().Length > 0;
                    break;
                case "affected":
                    json.Array(() => found.UnionWith(Match(ReadAffected())));
                    break;
                default:
                    json.Skip();
                    break;
            }
        });
        if (isWithdrawn || id.Length == 0)
            return;
        foreach (InstalledPackage package in found)
            notices.Add(package, id);
    }

    private Affected ReadAffected()
    {
        var affected = new Affected();
        json.Object(name =>
        {
            switch (name)
            {
                case "package":
                    json.Object(inner =>
                    {
                        string text = json.TextOrSkip();
                        (affected.Ecosystem, affected.Name) = inner == "ecosystem" ? (text, affected.Name)
                            : inner == "name" ? (affected.Ecosystem, text) : (affected.Ecosystem, affected.Name);
                    });
                    break;
                case "ranges":
                    json.Array(() => ReadRange(affected));
                    break;
                case "versions":
                    json.Array(() =>
                    {
                        if (json.TextOrSkip() is { } version && inventory.HasVersion(version))
                            affected.Versions.Add(version);
                    });
                    break;
                case "ecosystem_specific":
                    json.Object(inner =>
                    {
                        if (inner == "binaries")
                            json.Array(() => ReadBinary(affected));
                        else
                            json.Skip();
                    });
                    break;
                default:
                    json.Skip();
                    break;
            }
        });
        return affected;
    }

    private void ReadRange(Affected affected)
    {
        string type = "";
        List<(string Kind, string Version)> events = [];
        json.Object(name =>
        {
            if (name == "type")
                type = json.TextOrSkip();
            else if (name == "events")
            {
                json.Array(() => json.Object(kind =>
                {
                    if (json.TextOrSkip() is { Length: > 0 } version && ++affected.Events <= EventsMax)
                        events.Add((kind, version));
                }));
            }
            else
                json.Skip();
        });
        if (type == "ECOSYSTEM")
            affected.Ranges.Add(events);
    }

    // {"binary_name": "libssl1.1", "binary_version": "1.1.1-…"}, before that {"libssl1.1": "1.1.1-…"}.
    private void ReadBinary(Affected affected)
    {
        string name = "", version = "";
        json.Object(key =>
        {
            string text = json.TextOrSkip();
            if (key == "binary_name")
                name = text;
            else if (key == "binary_version")
                version = text;
            else if (inventory.Named(key).Any())
                affected.Binaries[key] = text;
        });
        if (name.Length > 0 && inventory.Named(name).Any())
            affected.Binaries[name] = version;
    }

    private IEnumerable<InstalledPackage> Match(Affected affected)
    {
        foreach (InstalledPackage package in inventory.OfSource(affected.Name))
        {
            if (IsOf(package.Facts.Distribution, affected.Ecosystem)
                && (affected.Versions.Contains(package.Facts.SourceVersion)
                    || affected.Ranges.Any(events => IsIn(package.Facts.SourceVersion, events))))
                yield return package;
        }
        // Where no record names the source package, the binary one has to do.
        foreach ((string name, string version) in affected.Binaries)
        {
            foreach (InstalledPackage package in inventory.Named(name))
            {
                if (package.Facts.Source != affected.Name && version.Length > 0
                    && IsOf(package.Facts.Distribution, affected.Ecosystem)
                    && DebianVersion.Compare(package.Version, version) < 0)
                    yield return package;
            }
        }
    }

    /// <summary>The algorithm of the schema: the last event at or below a version decides.</summary>
    private static bool IsIn(string version, List<(string Kind, string Version)> events)
    {
        bool isIn = false;
        foreach ((string kind, string at) in events.OrderBy(one => one.Version, Comparer<string>.Create(
            (a, b) => a == b ? 0 : a == "0" ? -1 : b == "0" ? 1 : DebianVersion.Compare(a, b))))
        {
            int order = at == "0" ? 1 : DebianVersion.Compare(version, at);
            if (kind == "introduced" && order >= 0)
                isIn = true;
            else if ((kind == "fixed" && order >= 0) || (kind == "last_affected" && order > 0))
                isIn = false;
        }
        return isIn;
    }

    /// <summary>"Ubuntu:18.04:LTS", "Ubuntu:Pro:18.04:LTS", "Debian:12", "Debian".</summary>
    private static bool IsOf(Distribution distribution, string ecosystem)
    {
        string[] words = ecosystem.Split(':');
        string? version = words.Skip(1).FirstOrDefault(word => word.Length > 0 && char.IsAsciiDigit(word[0]));
        return words[0].Equals(distribution.Id, StringComparison.OrdinalIgnoreCase)
            && (version is null || version == distribution.Version);
    }
}
