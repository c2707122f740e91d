// The folders of the cache, as Bazel's remote caches name them.
using JetsonCore.Files;

namespace JetsonCore.Cache;

internal static class CacheFolders
{
    /// <summary>What stages made, by their keys.</summary>
    public const string Results = "ac";

    /// <summary>Bytes, by their digests.</summary>
    public const string Contents = "cas";

    /// <summary>What is remembered of files.</summary>
    public const string Digests = "digests";

    /// <summary>The user's cache.</summary>
    public static string OfUser(Func<string, string?> variable) => UserCache.Folder(variable, "stages");
}
