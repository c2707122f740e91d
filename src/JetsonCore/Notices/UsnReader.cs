// Ubuntu's notices: {USN: {"releases": {CODENAME: {"allbinaries": …, "binaries": …, "sources": …, "archs": …}}}}. All
// binary packages of a notice are in "allbinaries" of newer entries, and older ones name them by the files in "archs",
// whose names have no epochs: those are the sources'. "binaries" has what is in the main archive only.
namespace JetsonCore.Notices;

internal sealed class UsnReader(JsonPull json, Inventory inventory, OpenNotices notices)
{
    private sealed class Fixes
    {
        public Dictionary<string, string> All { get; } = new(StringComparer.Ordinal);

        public Dictionary<string, string> Main { get; } = new(StringComparer.Ordinal);

        public Dictionary<string, string> Files { get; } = new(StringComparer.Ordinal);

        public List<string> Sources { get; } = [];
    }

    // More source packages, with epochs of their own, than any notice has.
    private const int SourcesMax = 1000;

    /// <summary>Reads the value that the reader stands on.</summary>
    public void Read() => json.Object(id => json.Object(name =>
    {
        if (name == "releases")
            json.Object(release => ReadRelease(id, release));
        else
            json.Skip();
    }));

    private void ReadRelease(string id, string codename)
    {
        var fixes = new Fixes();
        json.Object(name =>
        {
            if (name == "allbinaries")
                json.Object(package => ReadVersion(package, fixes.All));
            else if (name == "binaries")
                json.Object(package => ReadVersion(package, fixes.Main));
            else if (name == "sources")
                json.Object(_ => ReadSource(fixes.Sources));
            else if (name == "archs")
                json.Object(_ => json.Object(inner => ReadFiles(inner, fixes.Files)));
            else
                json.Skip();
        });
        foreach (string package in fixes.All.Keys.Concat(fixes.Files.Keys).Concat(fixes.Main.Keys).Distinct())
        {
            string version = fixes.All.GetValueOrDefault(package)
                ?? (fixes.Files.TryGetValue(package, out string? plain) ? WithEpoch(plain, fixes.Sources)
                    : fixes.Main[package]);
            foreach (InstalledPackage installed in inventory.Named(package))
            {
                if (installed.Facts.Distribution is { Id: "ubuntu" } distribution && distribution.Codename == codename
                    && DebianVersion.Compare(installed.Version, version) < 0)
                    notices.Add(installed, id);
            }
        }
    }

    private void ReadVersion(string package, Dictionary<string, string> versions)
    {
        bool isWanted = inventory.Named(package).Any();
        json.Object(name =>
        {
            if (name == "version" && isWanted && json.RequireText() is { Length: > 0 } version)
                versions[package] = version;
            else if (name != "version" || !isWanted)
                json.Skip();
        });
    }

    private void ReadSource(List<string> sources) => json.Object(name =>
    {
        if (name == "version" && json.TextOrSkip() is { Length: > 0 } version && sources.Count < SourcesMax)
            sources.Add(version);
        else if (name != "version")
            json.Skip();
    });

    // http://…/foo_1.2-3_amd64.deb
    private void ReadFiles(string name, Dictionary<string, string> versions)
    {
        if (name != "urls")
        {
            json.Skip();
            return;
        }
        json.Object(url =>
        {
            json.Skip();
            string[] words = url[(url.LastIndexOf('/') + 1)..].Split('_');
            if (words.Length > 2 && inventory.Named(words[0]).Any())
                versions[words[0]] = Uri.UnescapeDataString(words[1]);
        });
    }

    private static string WithEpoch(string version, List<string> sources) =>
        sources.FirstOrDefault(source => source.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon
            && source.AsSpan(colon + 1).SequenceEqual(version)) ?? version;
}
