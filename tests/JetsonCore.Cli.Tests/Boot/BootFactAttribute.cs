// A test that boots the image in QEMU. scripts/check builds the image and a U-Boot for QEMU and says where they are;
// without them the test is skipped at home, and fails where judges are required.
using Xunit;

namespace JetsonCore.Cli.Tests.Boot;

[AttributeUsage(AttributeTargets.Method)]
public sealed class BootFactAttribute : FactAttribute
{
    public BootFactAttribute()
    {
        if (!BootInputs.AreGiven && Environment.GetEnvironmentVariable("REQUIRE_ORACLES") != "1")
            Skip = $"set {BootInputs.BuildVariable} and {BootInputs.UBootVariable}, or run scripts/check, which does";
    }
}

/// <summary>Where scripts/check has put what is booted.</summary>
internal static class BootInputs
{
    public const string BuildVariable = "JETSON_CORE_BUILD", UBootVariable = "JETSON_CORE_UBOOT_QEMU";

    public static bool AreGiven => Read(BuildVariable) is not null && Read(UBootVariable) is not null;

    /// <summary>The image that scripts/build-tx1 made.</summary>
    public static string Image => Path.Combine(Require(BuildVariable), "jetson.img");

    /// <summary>U-Boot for QEMU's "virt" machine, which takes the disk for "mmc 0", as the TX1 does.</summary>
    public static string UBoot => Require(UBootVariable);

    private static string Require(string variable) =>
        Read(variable) ?? throw new InvalidOperationException($"{variable} is not set: run scripts/check");

    private static string? Read(string variable) => Environment.GetEnvironmentVariable(variable);
}
