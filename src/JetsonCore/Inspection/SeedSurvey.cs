// What a device installs: its model and who signed it, recovery systems, and the snaps of each seed. Revision and
// publisher are those that the seed's assertions say of a snap of this name and size; whether the digests are right is
// not asked here, but by `seed check`.
using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using JetsonCore.Artefacts;
using JetsonCore.Assertions;
using JetsonCore.Diagnostics;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.SquashFs;
using JetsonCore.Formats.Trees;
using JetsonCore.Seed;
using JetsonCore.Snaps;

namespace JetsonCore.Inspection;

/// <param name="boot">Takes the kernels that lie in snaps.</param>
/// <param name="problem">Takes what cannot be read, with its place.</param>
internal sealed class SeedSurvey(BootSurvey boot, Action<string, string> problem)
{
    private const int SnapsMax = 1000, FilesMax = 2000;

    private static readonly string[] ModelHeaders =
        ["series", "brand-id", "model", "architecture", "base", "grade", "kernel", "gadget", "timestamp"];

    private readonly List<ImmutableArray<ArtefactFact>> _models = [], _seeds = [], _snaps = [];
    private readonly HashSet<string> _knownModels = new(StringComparer.Ordinal);

    /// <summary>What was found.</summary>
    public IEnumerable<ArtefactTable> Tables =>
        new ArtefactTable[] { new("models", [.. _models]), new("seeds", [.. _seeds]), new("snaps", [.. _snaps]) }
            .Where(table => !table.Rows.IsEmpty);

    /// <summary>Looks for a seed in a tree.</summary>
    public void Look(string place, DirectoryNode root)
    {
        using SeedFolder? seed = SeedFolder.Find(root, place);
        if (seed is null)
            return;
        string folder = seed.Path.TrimStart('/');
        if (seed.Root.Find(RecoverySystem.Systems) is DirectoryNode systems)
        {
            foreach (string label in systems.Children.Keys.Where(label => systems.Find(label) is DirectoryNode))
                Seed(folder, seed.Root, label);
        }
        else
            Seed(folder, seed.Root, "");
    }

    /// <summary>A file of assertions: the models in it.</summary>
    public void Assertions(string place, FileContent file) => Models(place, Read(place, file));

    private void Seed(string folder, DirectoryNode seed, string label)
    {
        string inner = label.Length == 0 ? "" : $"{RecoverySystem.FolderOf(label)}/";
        IEnumerable<string> places = label.Length == 0 ? ["assertions"] : [$"{inner}model", $"{inner}assertions"];
        List<Assertion> all =
        [
            .. places.SelectMany(place => FilesAt(seed, place)).Take(FilesMax)
                .SelectMany(file => Read($"{folder}/{file.Path}", file.Content)),
        ];
        Models(folder.Length == 0 ? inner.TrimEnd('/') : $"{folder}/{inner}".TrimEnd('/'), all);
        var scene = new Statements(all);
        string grade = all.FirstOrDefault(one => one.Type.Name == "model")?.Headers.Text("grade") ?? "";
        (string Path, FileContent Content)[] snaps =
        [
            .. FilesAt(seed, "snaps").Concat(label.Length == 0 ? [] : FilesAt(seed, $"{inner}snaps"))
                .Where(file => file.Path.EndsWith(".snap", StringComparison.Ordinal)).Take(SnapsMax),
        ];
        IReadOnlyDictionary<string, SeedYamlEntry> listed = Listed(seed);
        _seeds.Add(
        [
            new("place", folder), new("system", label), new("grade", grade),
            ArtefactFact.Of("snaps", snaps.Length), ArtefactFact.Of("assertions", all.Count),
        ]);
        foreach ((string path, FileContent content) in snaps)
        {
            SeedYamlEntry? entry = listed.GetValueOrDefault(path[(path.LastIndexOf('/') + 1)..]);
            Snap((folder, path), content, entry, scene);
        }
    }

    private void Snap((string Seed, string Path) at, FileContent content, SeedYamlEntry? entry, Statements said)
    {
        // Systems of one seed share snaps.
        if (_snaps.Exists(row => (row[0].Text, row[1].Text) == at))
            return;
        string place = at.Seed.Length == 0 ? at.Path : $"{at.Seed}/{at.Path}";
        try
        {
            using Stream stream = content.Open();
            using SquashFsReader reader = SquashFsReader.Open(stream);
            DirectoryNode root = reader.ReadTree(ReadLimits.Default);
            if (SnapFile.ReadDefinition("", root, new DiagnosticBag()) is not { } snap)
            {
                problem(place, $"cannot be read as a snap: see jetson-core inspect, or what is wrong in "
                    + SnapFile.YamlPath);
                return;
            }
            (string revision, string publisher) = said.About(snap.Name.Value, content.Length);
            _snaps.Add(
            [
                new("seed", at.Seed), new("file", at.Path),
                new("name", snap.Name.Value), new("version", snap.Version.Value),
                new("isAsserted", revision.Length > 0 ? "yes" : "no"),
                new("revision", revision), new("publisher", publisher),
                new("channel", entry?.Channel ?? ""),
                new("confinement", snap.Confinement),
                new("base", snap.RuntimeBase?.Value ?? (snap.HasNoBase ? "none" : "")),
                new("type", $"{snap.Type.Value}".ToLowerInvariant()),
                ArtefactFact.Of("sizeBytes", content.Length),
            ]);
            if (snap.Type.Value == SnapType.Kernel)
                boot.KernelSnap(place, root);
        }
        catch (MalformedDataException damage)
        {
            problem(place, $"cannot be read: at offset {damage.Offset}: {damage.Message}");
        }
    }

    private static Dictionary<string, SeedYamlEntry> Listed(DirectoryNode seed)
    {
        const int YamlMax = 1 << 20;
        if (seed.Find("seed.yaml") is not RegularFileNode { Content: { Length: <= YamlMax } yaml })
            return [];
        return SeedYamlReader.Read(yaml.ReadAll(YamlMax), new DiagnosticBag())
            .GroupBy(entry => entry.File, StringComparer.Ordinal)
            .ToDictionary(same => same.Key, same => same.First(), StringComparer.Ordinal);
    }

    private static IEnumerable<(string Path, FileContent Content)> FilesAt(DirectoryNode seed, string place) =>
        seed.Find(place) switch
        {
            RegularFileNode file => [(place, file.Content)],
            DirectoryNode folder => folder.Children.Where(child => child.Value is RegularFileNode)
                .Select(child => ($"{place}/{child.Key}", ((RegularFileNode)child.Value).Content)),
            _ => [],
        };

    private IReadOnlyList<Assertion> Read(string place, FileContent file)
    {
        try
        {
            return AssertionReader.ReadAll(file.ReadAll(AssertionReader.StreamLimit));
        }
        catch (MalformedDataException damage)
        {
            problem(place, $"cannot be read: at offset {damage.Offset}: {damage.Message}");
            return [];
        }
    }

    private void Models(string place, IReadOnlyList<Assertion> all)
    {
        var said = new Statements(all);
        foreach (Assertion model in all.Where(one => one.Type.Name == "model"))
        {
            if (!_knownModels.Add(Convert.ToHexString(SHA256.HashData(model.ToBytes()))))
                continue;
            _models.Add(
            [
                new("place", place),
                .. ModelHeaders.Select(name => new ArtefactFact(JsonName(name), model.Headers.Text(name) ?? "")),
                new("signedBy", said.AccountName(model.AuthorityId ?? "")),
                new("signKey", model.SignKeyId),
            ]);
        }
    }

    private static string JsonName(string header) => header == "brand-id" ? "brandId" : header;

    /// <summary>What the assertions of a seed say.</summary>
    private sealed class Statements(IReadOnlyList<Assertion> all)
    {
        private readonly ILookup<string, Assertion> _declarations = all
            .Where(one => one.Type.Name == "snap-declaration")
            .ToLookup(one => one.Headers.Text("snap-name") ?? "", StringComparer.Ordinal);

        private readonly ILookup<string, Assertion> _revisions = all
            .Where(one => one.Type.Name == "snap-revision")
            .ToLookup(one => one.Headers.Text("snap-id") ?? "", StringComparer.Ordinal);

        /// <summary>Revision and publisher of a snap; "" where nothing is said of one of this name and size.</summary>
        public (string Revision, string Publisher) About(string name, long sizeBytes)
        {
            string size = sizeBytes.ToString(CultureInfo.InvariantCulture);
            foreach (Assertion declaration in _declarations[name])
            {
                string[] revisions =
                [
                    .. _revisions[declaration.Headers.Text("snap-id") ?? ""]
                        .Where(one => one.Headers.Text("snap-size") == size)
                        .Select(one => one.Headers.Text("snap-revision") ?? "").Distinct(StringComparer.Ordinal),
                ];
                if (revisions.Length > 0)
                {
                    return (string.Join(" or ", revisions),
                        AccountName(declaration.Headers.Text("publisher-id") ?? ""));
                }
            }
            return ("", "");
        }

        /// <summary>What an account calls itself; its id where the assertions do not say.</summary>
        public string AccountName(string id)
        {
            Assertion? account = all.Concat(TrustedRoots.Production.Assertions).FirstOrDefault(one =>
                one.Type.Name == "account" && one.Headers.Text("account-id") == id);
            string? name = account?.Headers.Text("username");
            return name is null || name == id ? id : $"{name} ({id})";
        }
    }
}
