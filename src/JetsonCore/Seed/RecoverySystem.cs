// The seed of Ubuntu Core 20 and later: a recovery system in the partition ubuntu-seed.
//
//   snaps/NAME_REVISION.snap                    asserted snaps of the model
//   systems/LABEL/
//     model                                     the model alone
//     assertions/model-etc                      what it needs: account, account-key; its store
//     assertions/snaps                          of the model's snaps: declarations, revisions, what those need
//     assertions/extra-snaps                    of the others, where there are any
//     options.yaml                              grade dangerous: unasserted and extra snaps, other channels
//     snaps/NAME_VERSION.snap                   unasserted snaps
//     snaps/NAME_REVISION.snap                  asserted snaps that the model does not name
//     snaps/aux-info.json                       what only a store says of snaps: StoreFacts
//     auto-import.assert                        grade dangerous: what the installed device imports
//
// Peer: snapd seed/seedwriter (seed20.go), seed/internal/options20.go.
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using JetsonCore.Assertions;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Seed;

internal static class RecoverySystem
{
    /// <summary>The folder of all systems.</summary>
    public const string Systems = "systems";

    /// <summary>The channel of snaps that the model does not name.</summary>
    public const string ExtraChannel = "latest/stable";

    /// <summary>Whether a text is the label of a system: the folder's name, on FAT too.</summary>
    public static bool IsLabel(string label) => label is not "" && label[0] != '-' && label[^1] != '-'
        && !label.Contains("--", StringComparison.Ordinal)
        && label.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '-');

    /// <summary>Whether a folder is that of recovery systems.</summary>
    public static bool IsSeed(DirectoryNode folder) => folder.Find(Systems) is DirectoryNode;

    /// <summary>Where the file of a snap lies, from the root of ubuntu-seed.</summary>
    public static string PathOf(string label, SeedSnap snap) =>
        $"{(snap.IsAsserted && snap.Entry is not null ? "" : $"{FolderOf(label)}/")}snaps/{snap.FileName}";

    /// <summary>The folder of a system, from the root of ubuntu-seed.</summary>
    public static string FolderOf(string label) => $"{Systems}/{label}";

    /// <summary>The label of the systems of a day.</summary>
    public static string LabelOf(DateTimeOffset day) =>
        day.UtcDateTime.ToString("yyyyMMdd", CultureInfo.InvariantCulture);

    public static DirectoryNode Files(
        string label, IReadOnlyList<SeedSnap> snaps, SeedStatements statements, byte[]? autoImport)
    {
        var root = new DirectoryNode();
        root.MakeDirectory("snaps");
        DirectoryNode system = root.MakeDirectory(FolderOf(label));
        SeedSnap[] extra = [.. snaps.Where(snap => snap.Entry is null)];
        void Write(string name, IEnumerable<Assertion> assertions) =>
            system.SetPath(name, File(AssertionFile.Encode(assertions)));

        Write("model", statements.OfModel.Where(IsModel));
        Write("assertions/model-etc", statements.OfModel.Where(one => !IsModel(one)));
        Write("assertions/snaps", snaps.Except(extra).SelectMany(snap => statements.OfSnap(snap.File)));
        if (extra.Length > 0)
            Write("assertions/extra-snaps", extra.SelectMany(snap => statements.OfSnap(snap.File)));
        foreach (SeedSnap snap in snaps)
            root.SetPath(PathOf(label, snap), new RegularFileNode(FileMetadata.File, snap.File.Content));
        if (SeedYamlWriter.WriteOptions(snaps) is { } options)
            system.Set("options.yaml", File(Encoding.UTF8.GetBytes(options)));
        if (StoreFacts.Write(snaps) is { } auxInfo)
            system.SetPath("snaps/aux-info.json", File(auxInfo));
        if (autoImport is not null)
            system.Set("auto-import.assert", File(autoImport));
        return root;
    }

    /// <summary>The device installs itself from this system.</summary>
    public static ImmutableSortedDictionary<string, string> BootVariables(string label, bool isFactoryImage)
    {
        ImmutableSortedDictionary<string, string> variables =
            ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal,
            [
                new KeyValuePair<string, string>("snapd_recovery_mode", "install"),
                new KeyValuePair<string, string>("snapd_recovery_system", label),
            ]);
        return isFactoryImage ? variables.Add("snapd_boot_flags", "factory") : variables;
    }

    private static bool IsModel(Assertion assertion) => assertion.Type.Name == "model";

    private static RegularFileNode File(byte[] bytes) => new(FileMetadata.File, FileContent.Of(bytes));
}
