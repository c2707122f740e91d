// Layouts: paths that a snap sees at another place. Peer: snapd snap/validate.go (ValidateLayoutAll, ValidateLayout).
using System.Buffers;
using System.Globalization;
using JetsonCore.Diagnostics;

namespace JetsonCore.Snaps;

internal sealed class SnapLayoutRules(SnapYamlDocument document, DiagnosticBag diagnostics)
{
    private const int ModeBits = 0x3FF;             // 01777

    private static readonly SearchValues<char> Patterns = SearchValues.Create("?*[]{}^\"\0");
    private static readonly string[] OwnFolders = ["$SNAP", "$SNAP_DATA", "$SNAP_COMMON"];
    private static readonly string[] Kinds = ["bind", "bind-file", "type", "symlink"];

    private static readonly string[] TopFolders =
    [
        "bin", "etc", "lib", "lib64", "meta", "mnt", "opt", "root", "sbin", "snap", "srv", "usr", "var", "writable",
    ];

    private static readonly string[] OffLimits =
    [
        "/dev", "/proc", "/sys", "/media", "/run", "/tmp", "/var/lib/snapd", "/lib/firmware", "/lib/modules",
        "/var/snap", "/home", "/boot", "/lost+found",
    ];

    private readonly string _name = document.Text("name").Value;

    public static void Check(SnapYamlDocument document, DiagnosticBag diagnostics) =>
        new SnapLayoutRules(document, diagnostics).CheckAll();

    private void CheckAll()
    {
        var sources = new Dictionary<string, string>(StringComparer.Ordinal);
        var before = new List<string>();
        foreach (SnapYamlEntry layout in document.Layout.Values.OrderBy(one => one.Name.Value, StringComparer.Ordinal))
        {
            CheckSources(layout, sources);
            string? reason = PathProblem(layout.Name.Value, before) ?? KindProblem(layout) ?? OwnerProblem(layout);
            if (reason is not null)
                Refuse(layout, reason);
            before.Add(SnapPaths.Expand(layout.Name.Value, _name));
        }
    }

    private void CheckSources(SnapYamlEntry layout, Dictionary<string, string> sources)
    {
        foreach (string kind in (ReadOnlySpan<string>)["bind", "bind-file"])
        {
            if (layout.Text(kind).Value is not { Length: > 0 } source)
                continue;
            string expanded = SnapPaths.Expand(source, _name);
            if (sources.TryGetValue(expanded, out string? other) && other != kind)
                Refuse(layout, $"\"{source}\" is both a folder (bind) and a file (bind-file)");
            sources[expanded] = kind;
        }
    }

    private string? PathProblem(string path, List<string> before)
    {
        if (SnapPaths.UnknownVariable(path) is { } variable)
            return $"there is no variable \"{variable}\"";
        string expanded = SnapPaths.Expand(path, _name);
        if (path.AsSpan().ContainsAny(Patterns))
            return "patterns are not accepted in it";
        if (!expanded.StartsWith('/') || !SnapPaths.IsClean(expanded))
            return "it must be absolute, without \"//\", \".\", \"..\" and \"/\" at its end";
        string top = expanded.Split('/')[1];
        if (top.Length > 0 && !TopFolders.Contains(top))
            return $"a snap cannot add the folder \"/{top}\"";
        if (path.StartsWith("/snap/", StringComparison.Ordinal)
            && !path.StartsWith($"/snap/{_name}", StringComparison.Ordinal))
            return "it belongs to another snap";
        return OffLimits.FirstOrDefault(area => IsWithin(expanded, area)) is { } off ? $"\"{off}\" is off limits"
            : before.FirstOrDefault(prior => IsWithin(expanded, prior)) is { } inner
            ? $"it lies in another layout, \"{inner}\"" : null;
    }

    private string? KindProblem(SnapYamlEntry layout)
    {
        string[] used = [.. Kinds.Where(kind => layout.Text(kind).Value.Length > 0)];
        if (used is not [var only])
            return $"it needs one of {string.Join(", ", Kinds)}, and has {used.Length}";
        string value = layout.Text(only).Value;
        if (only == "type")
            return value == "tmpfs" ? null : $"tmpfs is the only type, not \"{value}\"";
        if (SnapPaths.UnknownVariable(value) is { } variable)
            return $"there is no variable \"{variable}\"";
        string expanded = SnapPaths.Expand(value, _name);
        bool isOwn = OwnFolders.Any(
            folder => expanded.StartsWith(SnapPaths.Expand(folder, _name), StringComparison.Ordinal));
        return !isOwn || !SnapPaths.IsClean(expanded) ? $"\"{value}\" does not lie in $SNAP, $SNAP_DATA or $SNAP_COMMON"
            : expanded.AsSpan().ContainsAny(Patterns) ? $"patterns are not accepted in \"{value}\"" : null;
    }

    private static string? OwnerProblem(SnapYamlEntry layout)
    {
        if (layout.Text("user").Value is not ("" or "root") || layout.Text("group").Value is not ("" or "root"))
            return "root is the only user and group";
        string mode = layout.Text("mode").Value;
        bool isOctal = mode.Length == 0 || (mode.Length <= 11 && !mode.AsSpan().ContainsAnyExceptInRange('0', '7')
            && (Convert.ToInt64(mode, 8) & ~ModeBits) == 0);
        return isOctal ? null : string.Create(CultureInfo.InvariantCulture, $"\"{mode}\" is no mode from 0 to 1777");
    }

    private static bool IsWithin(string path, string folder) =>
        path == folder || path.StartsWith(folder + "/", StringComparison.Ordinal);

    private void Refuse(SnapYamlEntry layout, string reason) =>
        diagnostics.Add(SnapRules.Layout, layout.Name.Span, $"cannot lay out \"{layout.Name.Value}\": {reason}");
}
