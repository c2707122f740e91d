// The folder of what is kept for later runs of a user, and can be removed at any time.
// Spec: XDG Base Directory Specification 0.8.
namespace JetsonCore.Files;

/// <summary>The user's cache.</summary>
internal static class UserCache
{
    /// <summary>A folder of ours in it.</summary>
    /// <param name="variable">The environment.</param>
    /// <param name="name">What is kept there.</param>
    public static string Folder(Func<string, string?> variable, string name)
    {
        string? cache = variable("XDG_CACHE_HOME");
        if (cache is null or "" || !Path.IsPathRooted(cache))
            cache = Path.Join(variable("HOME") is { Length: > 0 } home ? home : "/var/tmp", ".cache");
        return Path.Join(cache, "jetson-core", name);
    }
}
