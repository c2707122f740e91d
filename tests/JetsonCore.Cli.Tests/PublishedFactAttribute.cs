// Tests of what only the program as it is published does: the runtime of the other one wants more than their limits
// allow, and opens files of its own before it looks at an argument. Without it they are skipped at home, and fail where
// judges are required.
using Xunit;

namespace JetsonCore.Cli.Tests;

[AttributeUsage(AttributeTargets.Method)]
internal sealed class PublishedFactAttribute : FactAttribute
{
    public PublishedFactAttribute() => Skip = PublishedProgram.WhyNot;
}

[AttributeUsage(AttributeTargets.Method)]
internal sealed class PublishedTheoryAttribute : TheoryAttribute
{
    public PublishedTheoryAttribute() => Skip = PublishedProgram.WhyNot;
}

internal static class PublishedProgram
{
    public const string HowToGet = "set JETSON_CORE_PROGRAM, or run scripts/check, which does";

    /// <summary>Why a test of the published program is skipped; null: it is not.</summary>
    public static string? WhyNot => ProgramProcess.Published is null && !IsRequired ? HowToGet : null;

    private static bool IsRequired => Environment.GetEnvironmentVariable("REQUIRE_ORACLES") == "1";
}
