// Device trees compiled by dtc, and damage.
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Fdt;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Formats.Tests.Fdt;

public class FdtHeaderTests
{
    [Fact]
    public void What_dtc_compiles_is_read()
    {
        byte[] tree = Compile();
        FdtHeader header = FdtHeader.Read(new MemoryStream(tree));
        Assert.Equal(((uint)tree.Length, 17u, 16u), (header.TotalSize, header.Version, header.LastCompatibleVersion));
        FdtRoot root = FdtRoot.Read(new MemoryStream(tree));
        Assert.Equal(["nvidia,p2371-2180", "nvidia,tegra210"], root.Texts("compatible"));
        Assert.Equal(["chosen", "memory@80000000"], root.Nodes);
        Assert.Empty(root.Texts("model"));
    }

    [Fact]
    public void A_cut_tree_is_refused() =>
        Assert.Throws<MalformedDataException>(() => FdtHeader.Read(new MemoryStream(Compile()[..^1])));

    [Fact]
    public void Damaged_trees_are_read_or_refused()
    {
        byte[] tree = Compile();
        DamageTrial.Run(Soak.Rounds(2000, 100_000), round =>
            FdtRoot.Read(new MemoryStream(Mutations.Mutate(tree, new SeededRandom((ulong)round)))));
    }

    private static byte[] Compile()
    {
        OracleResult result = Oracle.Run(new OracleCall("dtc")
        {
            Arguments = ["-q", "-I", "dts", "-O", "dtb"],
            Input = """
                /dts-v1/;
                / {
                  compatible = "nvidia,p2371-2180", "nvidia,tegra210";
                  chosen { bootargs = "quiet"; sub { a = <1>; }; };
                  memory@80000000 { reg = <0x80000000 0x1000>; };
                };
                """u8.ToArray(),
        });
        result.MustSucceed();
        return result.OutputBytes;
    }
}
