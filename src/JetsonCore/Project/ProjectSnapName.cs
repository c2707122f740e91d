// A snap as a project names it: by a file or folder, relative to who says so, or by its name in the store, as the
// options of `build` take it.
using JetsonCore.Assertions;
using JetsonCore.Files;

namespace JetsonCore.Project;

/// <summary>Tells paths from names.</summary>
internal static class ProjectSnapName
{
    /// <summary>The path of a snap; null for a name of the store.</summary>
    public static string? PathOf(string text, ProjectLayer layer)
    {
        string path = layer.Resolve(text);
        if (!text.Contains('=', StringComparison.Ordinal) && (HostFile.Exists(path) || HostFile.IsFolder(path)))
            return path;
        return SnapNames.IsSnapName(text.Split('=')[0]) ? null : path;
    }
}
