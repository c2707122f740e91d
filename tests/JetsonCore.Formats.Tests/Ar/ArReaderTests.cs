// ar archives against binutils-like bytes drawn by hand, and against damage. (.deb files are tested in Deb.)
using System.Text;
using JetsonCore.Formats.Ar;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Trees;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Formats.Tests.Ar;

public class ArReaderTests
{
    private static readonly byte[] Sample = Encoding.ASCII.GetBytes(
        "!<arch>\n"
        + "odd/            1500000000  0     0     100644  3         `\nabc\n"
        + "empty           0           0     0     100644  0         `\n"
        + "last            0           0     0     100644  2         `\nxy");

    [Fact]
    public void Members_are_read_in_order()
    {
        IReadOnlyList<ArMember> members = Read(Sample);
        Assert.Equal(["odd", "empty", "last"], members.Select(member => member.Name));
        Assert.Equal(["abc", "", "xy"], members.Select(member => Encoding.ASCII.GetString(member.Content.ReadAll(10))));
    }

    [Fact]
    public void Too_many_members_are_refused() => Assert.Throws<MalformedDataException>(
        () => ArReader.Read(FileContent.Of(Sample), new() { Entries = 2 }));

    [Theory]
    [InlineData(0, "no ar archive")]
    [InlineData(8 + 48, "is no length")]
    [InlineData(8 + 58, "does not end")]
    public void Damage_is_named(int offset, string reason)
    {
        byte[] damaged = [.. Sample];
        damaged[offset] = (byte)'?';
        var refusal = Assert.Throws<MalformedDataException>(() => Read(damaged));
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_archives_are_read_or_refused()
    {
        DamageTrial.Run(Soak.Rounds(2000, 100_000), round =>
            Read(Mutations.Mutate(Sample, new SeededRandom((ulong)round))));
    }

    private static IReadOnlyList<ArMember> Read(byte[] archive) =>
        ArReader.Read(FileContent.Of(archive), ReadLimits.Default);
}
