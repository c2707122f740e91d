// Whether a path is one of those wanted: a name or pattern without "/" in any folder, others from the root.
namespace JetsonCore.Artefacts;

/// <summary>Names and patterns, prepared.</summary>
/// <param name="texts">What is wanted; none: everything.</param>
public sealed class PathMatcher(IReadOnlyList<string> texts)
{
    private readonly Func<string, bool>[] _fits = [.. texts.Select(text => Matcher(text, isAnywhere: true))];

    /// <summary>Whether a path fits one of them.</summary>
    public bool Fits(string path) => _fits.Length == 0 || Array.Exists(_fits, fits => fits(path));

    /// <summary>Tells whether paths fit a text.</summary>
    /// <param name="text">A path, or a pattern (PathPattern.cs).</param>
    /// <param name="isAnywhere">Whether a plain name without "/" is looked for in every folder, too.</param>
    internal static Func<string, bool> Matcher(string text, bool isAnywhere)
    {
        string plain = text.Trim('/');
        bool isPattern = PathPattern.IsPattern(plain);
        bool isName = !plain.Contains('/', StringComparison.Ordinal) && (isPattern || isAnywhere)
            && !text.StartsWith('/');
        if (!isPattern)
            return path => (isName ? NameOf(path) : path) == plain;
        var pattern = new PathPattern(plain);
        return path => pattern.Fits(isName ? NameOf(path) : path);
    }

    private static string NameOf(string path) => path[(path.LastIndexOf('/') + 1)..];
}
