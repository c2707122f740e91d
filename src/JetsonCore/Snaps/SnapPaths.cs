// Paths in snap.yaml, which may begin with $SNAP, $SNAP_DATA or $SNAP_COMMON.
// Peer: snapd snap/validate.go (ValidatePathVariables, isAbsAndClean), snap/info.go (ExpandSnapVariables).
using System.Text;

namespace JetsonCore.Snaps;

internal static class SnapPaths
{
    /// <summary>Whether a path is written in its shortest form: no "//", ".", ".." nor "/" at its end.</summary>
    public static bool IsClean(string path) => path == "/"
        || (path.Length > 0 && path.TrimStart('/') is var rest && path.Length - rest.Length <= 1
            && !rest.Split('/').Any(step => step is "" or "." or ".."));

    /// <summary>The first variable that snapd does not know; null where there is none.</summary>
    public static string? UnknownVariable(string path)
    {
        foreach (string part in path.Split('$').Skip(1))
        {
            string name = new([.. part.TakeWhile(letter => char.IsAsciiLetter(letter) || letter == '_')]);
            if (name is not ("SNAP" or "SNAP_DATA" or "SNAP_COMMON"))
                return $"${name}";
        }
        return null;
    }

    /// <summary>A path as it is on a device, for a snap that is not installed yet.</summary>
    public static string Expand(string path, string snapName)
    {
        string[] parts = path.Split('$');
        var expanded = new StringBuilder(parts[0]);
        foreach (string part in parts.Skip(1))
        {
            string name = new([.. part.TakeWhile(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_')]);
            expanded.Append(name switch
            {
                "SNAP" => $"/snap/{snapName}/unset",
                "SNAP_DATA" => $"/var/snap/{snapName}/unset",
                "SNAP_COMMON" => $"/var/snap/{snapName}/common",
                _ => "",
            }).Append(part, name.Length, part.Length - name.Length);
        }
        return expanded.ToString();
    }
}
