// What scripts/inputs has fetched from Debian for arm64; and the tests that want it: without the packages they are skipped
// at home, and fail where judges are required.
using Xunit;

namespace JetsonCore.TestKit;

[AttributeUsage(AttributeTargets.Method)]
public sealed class DebianInputsFactAttribute : FactAttribute
{
    public DebianInputsFactAttribute()
    {
        if (!File.Exists(DebianInputs.IndexPath) && Environment.GetEnvironmentVariable("REQUIRE_ORACLES") != "1")
            Skip = "run scripts/inputs, which fetches Debian's kernel";
    }
}

public static class DebianInputs
{
    private static readonly string Folder = Path.Combine(
        Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache
            ? cache
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"),
        "jetson-core", "inputs");

    /// <summary>Lists what there is: a line "KEY FILE" each.</summary>
    public static string IndexPath => Path.Combine(Folder, "index");

    /// <summary>The package of a key.</summary>
    public static string PathOf(string key) => Path.Combine(Folder, File.ReadLines(IndexPath)
        .First(line => line.StartsWith(key + " ", StringComparison.Ordinal))[(key.Length + 1)..]);
}
