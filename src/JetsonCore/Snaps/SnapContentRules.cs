// Whether the files of a snap fit its snap.yaml: what apps name is there, and everybody may read and run it.
// Verdicts as of snapd snap/container.go (ValidateContainer), which `snap pack` asks; ours name every file.
using JetsonCore.Diagnostics;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Snaps;

/// <summary>Checks a snap's tree.</summary>
internal static class SnapContentRules
{
    private const int ReadBits = 0x124, ExecuteBits = 0x49;         // 0444, 0111
    private const string HooksFolder = "meta/hooks/";

    [Flags]
    private enum Needs
    {
        None = 0,

        /// <summary>0444: everybody reads it.</summary>
        Read = 1,

        /// <summary>At least one of 0111.</summary>
        SomeoneExecutes = 2,

        /// <summary>0555: everybody reads and runs it.</summary>
        ReadAndExecute = 4,

        /// <summary>A regular file, or a link, which is not followed.</summary>
        File = 8,
    }

    /// <summary>Checks a tree against its definition; findings are about <paramref name="path"/>.</summary>
    public static void Check(string path, DirectoryNode root, SnapDefinition snap, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(root);
        ArgumentNullException.ThrowIfNull(snap);
        ArgumentNullException.ThrowIfNull(diagnostics);
        var checking = new Checking(path, diagnostics);
        SortedDictionary<string, Needs> needs = Collect(snap);
        foreach ((string name, Needs need) in needs)
        {
            if (root.Find(name) is { } node)
                checking.Check(name, node, need);
            else
                checking.ReportMissing(name);
        }
        if (root.Find("meta") is DirectoryNode meta)
        {
            foreach ((string inner, FileNode node) in meta.Walk().Where(
                entry => !needs.ContainsKey($"meta/{entry.Path}")))
                checking.Check($"meta/{inner}", node, NeedsOfMeta($"meta/{inner}"));
        }
    }

    private static SortedDictionary<string, Needs> Collect(SnapDefinition snap)
    {
        var needs = new SortedDictionary<string, Needs>(StringComparer.Ordinal)
        {
            [""] = Needs.ReadAndExecute,
            ["meta"] = Needs.ReadAndExecute,
            [SnapFile.YamlPath] = Needs.Read | Needs.File,
        };
        foreach (SnapApp app in snap.Apps)
        {
            foreach (Located<string> program in app.Programs)
            {
                Add(needs, program.Value, Needs.File | (app.IsService ? Needs.SomeoneExecutes : Needs.ReadAndExecute));
                if (!app.IsService)
                    AddFolders(needs, program.Value);
            }
            if (app.Completer is { } completer)
            {
                Add(needs, completer.Value, Needs.File | Needs.Read);
                AddFolders(needs, completer.Value);
            }
        }
        return needs;
    }

    private static void Add(SortedDictionary<string, Needs> needs, string path, Needs need) =>
        needs[path] = needs.GetValueOrDefault(path) | need;

    private static void AddFolders(SortedDictionary<string, Needs> needs, string path)
    {
        for (int slash = path.LastIndexOf('/'); slash > 0; slash = path.LastIndexOf('/', slash - 1))
            Add(needs, path[..slash], Needs.ReadAndExecute);
    }

    private static Needs NeedsOfMeta(string path) =>
        path.StartsWith(HooksFolder, StringComparison.Ordinal) ? Needs.SomeoneExecutes : Needs.Read;

    private sealed class Checking(string path, DiagnosticBag diagnostics)
    {
        public void Check(string name, FileNode node, Needs need)
        {
            int mode = node.Metadata.Permissions;
            if (node is SymbolicLinkNode)
                return;
            if (node is DirectoryNode && need.HasFlag(Needs.File))
                Report(name, "is a folder, not a file");
            else if (node is SpecialNode && need.HasFlag(Needs.File))
                Report(name, "is no regular file");
            else if (node is DirectoryNode || need.HasFlag(Needs.ReadAndExecute))
                Require(name, mode, ReadBits | ExecuteBits);
            else if (need.HasFlag(Needs.Read))
                Require(name, mode, ReadBits);
            else if ((mode & ExecuteBits) == 0)
                Report(name, $"has mode {Octal(mode)}, nobody may execute it");
        }

        public void ReportMissing(string name) => diagnostics.AddAbout(path, SnapRules.MissingFile,
            $"cannot do without \"{name}\": {SnapFile.YamlPath} names it, and it is not there");

        private void Require(string name, int mode, int bits)
        {
            if ((mode & bits) != bits)
                Report(name, $"has mode {Octal(mode)}, it needs at least {Octal(bits)}");
        }

        private void Report(string name, string why) => diagnostics.AddAbout(path, SnapRules.Mode,
            $"cannot use \"{(name is "" ? "." : name)}\": it {why}");

        private static string Octal(int mode) => Convert.ToString(mode, 8).PadLeft(4, '0');
    }
}
