// How long property and damage tests go on: as long as scripts/check has time for or, with SOAK=1, until it is beyond
// doubt.
namespace JetsonCore.TestKit;

public static class Soak
{
    private static readonly bool IsOn = Environment.GetEnvironmentVariable("SOAK") == "1";

    /// <summary>The number of rounds of a test.</summary>
    public static int Rounds(int check, int soak) => IsOn ? soak : check;
}
