// The rules of what is kept between builds.
using JetsonCore.Diagnostics;

namespace JetsonCore.Cache;

/// <summary>Rules JC9220 and JC9221.</summary>
internal static class CacheRules
{
    /// <summary>Damage.</summary>
    public static readonly Rule Damage =
        new("JC9220", Severity.Warning, "files of the cache are as they were written");

    /// <summary>A full disk, a folder that may not be written.</summary>
    public static readonly Rule NotKept = new("JC9221", Severity.Warning, "the cache takes what is to be kept");
}
