// A board file of L4T and all that it sources: what flash.sh is told about a board. Read, never run.
using System.Globalization;
using System.Text;
using JetsonCore.Flash.Shell;

namespace JetsonCore.Flash.Tree;

/// <summary>What a board file says.</summary>
public sealed class L4tConfiguration
{
    private const int TextLengthMax = 1 << 20;

    private readonly ShellReader _reader;

    private L4tConfiguration(L4tTree tree, string boardFile, ShellReader reader) =>
        (Tree, BoardFile, _reader) = (tree, boardFile, reader);

    /// <summary>The tree.</summary>
    public L4tTree Tree { get; }

    /// <summary>The board file, its link followed.</summary>
    public string BoardFile { get; }

    /// <summary>What could not be read.</summary>
    public IReadOnlyList<ShellNote> Notes => _reader.Notes;

    /// <summary>Variables that flash.sh may change by calling a function of the board file.</summary>
    public IReadOnlyDictionary<string, string> SetByFunctions => _reader.SetByFunctions;

    /// <summary>Reads a board file; null where there is none.</summary>
    public static L4tConfiguration? Read(L4tTree tree, string boardFile)
    {
        ArgumentNullException.ThrowIfNull(tree);
        string path = tree.Follow(boardFile);
        if (tree.Content(path) is not { Length: <= TextLengthMax } content)
            return null;
        var known = new Dictionary<string, string> { ["LDK_DIR"] = Path.GetFullPath(tree.Root) };
        string text = Encoding.UTF8.GetString(content.ReadAll(TextLengthMax));
        return new(tree, path, ShellReader.Read(tree.PathOf(path), text, known, new TreeFiles(tree)));
    }

    /// <summary>A variable, or null.</summary>
    public ShellVariable? Variable(string name) => _reader.Variables.GetValueOrDefault(name);

    /// <summary>A variable's value; null where it is not set or cannot be told.</summary>
    public string? Value(string name) => _reader.Value(name);

    /// <summary>A size as flash.sh takes it: digits, or digits and KiB, MiB or GiB; null for anything else.</summary>
    public static long? Size(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        (string digits, long unit) = text switch
        {
            _ when text.EndsWith("KiB", StringComparison.Ordinal) => (text[..^3], 1L << 10),
            _ when text.EndsWith("MiB", StringComparison.Ordinal) => (text[..^3], 1L << 20),
            _ when text.EndsWith("GiB", StringComparison.Ordinal) => (text[..^3], 1L << 30),
            _ => (text, 1L),
        };
        return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long count)
            && count <= long.MaxValue / unit ? count * unit : null;
    }

    private sealed class TreeFiles(L4tTree tree) : IShellFiles
    {
        public (string Path, string Text)? Source(string name)
        {
            string path = tree.Follow(tree.Normalize(name));
            return tree.Content(path) is { Length: <= TextLengthMax } content
                ? (tree.PathOf(path), Encoding.UTF8.GetString(content.ReadAll(TextLengthMax)))
                : null;
        }

        public bool? Test(char test, string name) => test switch
        {
            'f' => tree.HasFile(tree.Normalize(name)),
            'd' => tree.HasFolder(tree.Normalize(name)),
            'e' or 'r' => tree.HasFile(tree.Normalize(name)) || tree.HasFolder(tree.Normalize(name)),
            _ => null,
        };
    }
}
