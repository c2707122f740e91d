// Seeds beside those of snapd: image.Prepare and SeedPlanner get the same models, snaps and statements; both take or
// refuse each, and what they make is the same, byte by byte, but for what README.md of Seed names. Then snapd loads ours.
using Xunit;

namespace JetsonCore.Tests.Seed;

public sealed class PrepareImageTests
{
    [Fact]
    public void Snapd_takes_and_makes_the_same()
    {
        using var world = new PrepareImageWorld();
        (string differences, int taken) = world.Compare(PrepareImageCase.All);
        Assert.True(differences is "", differences);
        Assert.InRange(taken, 25, PrepareImageCase.All.Length - 15);
    }

    [Fact]
    public void Changed_builds_are_taken_and_refused_alike()
    {
        using var world = new PrepareImageWorld();
        (string differences, int taken) = world.Compare(ChangedBuildCases.Some);
        Assert.True(differences is "", differences);
        Assert.InRange(taken, 3, ChangedBuildCases.Some.Length - 3);
    }

    [Fact]
    [Trait("Runs", "soak")]
    public void Every_changed_build_is_taken_and_refused_alike()
    {
        using var world = new PrepareImageWorld();
        (string differences, int taken) = world.Compare(ChangedBuildCases.All);
        Assert.True(differences is "", differences);
        Assert.InRange(taken, 40, ChangedBuildCases.All.Length - 30);
    }
}
