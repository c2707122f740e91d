// A test that lets a real systemd and snapd run in QEMU: minutes, not seconds. scripts/soak seeds makes what it wants and
// says where it is; everywhere else it is skipped.
using System.Globalization;
using Xunit;

namespace JetsonCore.Cli.Tests.Boot;

[AttributeUsage(AttributeTargets.Method)]
public sealed class SeedFactAttribute : FactAttribute
{
    public SeedFactAttribute()
    {
        if (!SeedImages.AreGiven)
            Skip = "takes a quarter of an hour: scripts/soak seeds runs it";
    }
}

/// <summary>Where scripts/soak has put what is seeded from.</summary>
internal static class SeedImages
{
    private static readonly string? Folder = Environment.GetEnvironmentVariable("JETSON_CORE_SEEDS");

    public static bool AreGiven => Folder is { Length: > 0 };

    /// <summary>How many processors the machine of its kernels' device tree has.</summary>
    public static int Processors =>
        int.Parse(Environment.GetEnvironmentVariable("JETSON_CORE_SEEDS_PROCESSORS") ?? "1", CultureInfo.InvariantCulture);

    public static string File(params string[] parts) => Path.Combine([Folder!, .. parts]);
}
