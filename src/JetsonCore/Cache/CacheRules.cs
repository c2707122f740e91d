// The rules of what is kept between builds.
using JetsonCore.Diagnostics;

namespace JetsonCore.Cache;

/// <summary>Rules JC9220 to JC9222.</summary>
internal static class CacheRules
{
    /// <summary>Damage.</summary>
    public static readonly Rule Damage =
        new("JC9220", Severity.Warning, "files of the cache are as they were written");

    /// <summary>A cache that a fleet shares.</summary>
    public static readonly Rule Remote = new("JC9222", Severity.Warning, "the remote cache answers as one");

    /// <summary>A full disk, a folder that may not be written.</summary>
    public static readonly Rule NotKept = new("JC9221", Severity.Warning, "the cache takes what is to be kept");
}
