// The shapes of names in snaps: the same sets as snapd's snap/naming and snap/validate.
using System.Text.RegularExpressions;

namespace JetsonCore.Assertions;

/// <summary>Which names snaps and their parts may have.</summary>
public static partial class SnapNames
{
    private const int ShortestName = 2, LongestName = 40;

    /// <summary>
    /// Whether a snap may have this name: 2 to 40 lower-case letters, digits and single inner dashes, one letter at
    /// least.
    /// </summary>
    public static bool IsSnapName(string name) =>
        name is { Length: >= ShortestName and <= LongestName } && Words().IsMatch(name)
            && name.AsSpan().ContainsAnyInRange('a', 'z');

    /// <summary>Whether an app of a snap may have this name.</summary>
    public static bool IsAppName(string name) => App().IsMatch(name);

    /// <summary>Whether a hook may have this name.</summary>
    public static bool IsHookName(string name) => Hook().IsMatch(name);

    /// <summary>
    /// Whether a snap may have this version: 1 to 32 letters, digits and ":.+~-", no punctuation but "+~" at its end.
    /// </summary>
    public static bool IsVersion(string version) => Version().IsMatch(version);

    [GeneratedRegex(@"^[a-z0-9]+(?:-[a-z0-9]+)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Words();

    [GeneratedRegex(@"^[a-zA-Z0-9](?:-?[a-zA-Z0-9])*\z", RegexOptions.CultureInvariant)]
    private static partial Regex App();

    [GeneratedRegex(@"^[a-z](?:-?[a-z0-9])*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Hook();

    [GeneratedRegex(@"^[a-zA-Z0-9](?:[a-zA-Z0-9:.+~-]{0,30}[a-zA-Z0-9+~])?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Version();
}
