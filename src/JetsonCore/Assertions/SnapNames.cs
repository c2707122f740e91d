// The shapes of names in snaps: the same sets as snapd's snap/naming and snap/validate.
using System.Text.RegularExpressions;

namespace JetsonCore.Assertions;

/// <summary>Which names snaps and their parts may have.</summary>
internal static partial class SnapNames
{
    private const int ShortestName = 2, LongestName = 40;

    /// <summary>
    /// Whether a snap may have this name: 2 to 40 lower-case letters, digits and single inner dashes, one letter at
    /// least.
    /// </summary>
    public static bool IsSnapName(string name) =>
        name is { Length: >= ShortestName and <= LongestName } && Words().IsMatch(name)
            && name.AsSpan().ContainsAnyInRange('a', 'z');

    /// <summary>Whether this is a name as snaps have them, of any length: sockets have such.</summary>
    public static bool IsWordName(string name) =>
        Words().IsMatch(name) && name.AsSpan().ContainsAnyInRange('a', 'z');

    /// <summary>Whether a command may be called by this name.</summary>
    public static bool IsAlias(string name) => Alias().IsMatch(name);

    /// <summary>Whether snapd runs hooks of this name.</summary>
    public static bool IsKnownHook(string name) => KnownHook().IsMatch(name);

    /// <summary>Whether a user of the system may have this name.</summary>
    public static bool IsUserName(string name) => User().IsMatch(name);

    /// <summary>Whether this is a kind of links.</summary>
    public static bool IsLinksKey(string name) => LinksKey().IsMatch(name);

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

    [GeneratedRegex(@"^[a-zA-Z0-9][-_.a-zA-Z0-9]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Alias();

    [GeneratedRegex(@"^[a-z0-9][-a-z0-9+._]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex User();

    [GeneratedRegex(@"^[a-zA-Z](?:-?[a-zA-Z0-9])*\z", RegexOptions.CultureInvariant)]
    private static partial Regex LinksKey();

    [GeneratedRegex(@"^(?:(?:un)?prepare-(?:plug|slot)-[-a-z0-9]+|(?:dis)?connect-(?:plug|slot)-[-a-z0-9]+|configure"
        + "|prepare-device|install-device|install|pre-refresh|post-refresh|remove|check-health|fde-setup"
        + @"|gate-auto-refresh)\z", RegexOptions.CultureInvariant)]
    private static partial Regex KnownHook();

    [GeneratedRegex(@"^[a-z](?:-?[a-z0-9])*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Hook();

    [GeneratedRegex(@"^[a-zA-Z0-9](?:[a-zA-Z0-9:.+~-]{0,30}[a-zA-Z0-9+~])?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Version();
}
