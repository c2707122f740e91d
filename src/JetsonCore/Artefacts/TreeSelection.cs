// What of a tree is wanted: paths with all that lies below them, and patterns (PathPattern.cs). A pattern that holds no
// "/" is looked for in every folder, and so is any name without "/" that is to be left out. Other paths count from the
// root.
using JetsonCore.Diagnostics;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Artefacts;

/// <summary>Chooses from trees.</summary>
public sealed class TreeSelection
{
    private readonly List<(string Text, Func<string, bool> Fits)> _wanted, _unwanted;
    private readonly HashSet<string> _hit = new(StringComparer.Ordinal);
    private readonly HashSet<FileNode> _onTheWay = new(ReferenceEqualityComparer.Instance);

    /// <summary>Prepares a choice.</summary>
    /// <param name="wanted">Paths and patterns; none: everything.</param>
    /// <param name="unwanted">What is left out of these, with all that lies below.</param>
    public TreeSelection(IReadOnlyList<string> wanted, IReadOnlyList<string> unwanted)
    {
        _wanted = [.. wanted.Select(text => (text, PathMatcher.Matcher(text, isAnywhere: false)))];
        _unwanted = [.. unwanted.Select(text => (text, PathMatcher.Matcher(text, isAnywhere: true)))];
    }

    /// <summary>Folders of the last result that are only on the way to what is wanted.</summary>
    public IReadOnlySet<FileNode> OnTheWay => _onTheWay;

    /// <summary>A tree of what is wanted, and of the folders on the way.</summary>
    /// <exception cref="UserErrorException">Something wanted is not there.</exception>
    public DirectoryNode Of(DirectoryNode root)
    {
        if (_wanted.Count == 0 && _unwanted.Count == 0)
            return root;
        _onTheWay.Clear();
        bool all = _wanted.Count == 0 || _wanted.Any(want => want.Text.Trim('/') is "");
        DirectoryNode chosen = Choose(root, "", all);
        string? missing = _wanted.Select(want => want.Text)
            .FirstOrDefault(text => text.Trim('/') is not "" && !_hit.Contains(text));
        return missing is null
            ? chosen
            : throw new UserErrorException(FailureKind.Input, ArtefactTree.NoSuchFile, missing,
                "cannot find this path in the artefact");
    }

    private DirectoryNode Choose(DirectoryNode from, string prefix, bool isInside)
    {
        var chosen = new DirectoryNode(from.Metadata);
        foreach ((string name, FileNode node) in from.Children)
        {
            string path = prefix + name;
            if (_unwanted.Any(unwanted => unwanted.Fits(path)))
                continue;
            bool isWanted = IsWanted(path) || isInside;
            if (node is DirectoryNode directory)
            {
                DirectoryNode part = Choose(directory, path + "/", isWanted);
                if (!isWanted && part.Children.Count == 0)
                    continue;
                if (!isWanted)
                    _onTheWay.Add(part);
                chosen.Set(name, part);
            }
            else if (isWanted)
            {
                chosen.Set(name, node);
            }
        }
        return chosen;
    }

    private bool IsWanted(string path)
    {
        bool isWanted = false;
        foreach ((string text, Func<string, bool> fits) in _wanted)
        {
            if (!fits(path))
                continue;
            _hit.Add(text);
            isWanted = true;
        }
        return isWanted;
    }
}
