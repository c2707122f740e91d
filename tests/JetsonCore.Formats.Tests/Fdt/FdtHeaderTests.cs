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
        Assert.Equal(new((uint)tree.Length, 17, 16), FdtHeader.Read(new MemoryStream(tree)));
    }

    [Fact]
    public void A_cut_tree_is_refused() =>
        Assert.Throws<MalformedDataException>(() => FdtHeader.Read(new MemoryStream(Compile()[..^1])));

    [Fact]
    public void Damaged_trees_are_read_or_refused()
    {
        byte[] tree = Compile();
        DamageTrial.Run(Soak.Rounds(2000, 100_000), round =>
            FdtHeader.Read(new MemoryStream(Mutations.Mutate(tree, new SeededRandom((ulong)round)))));
    }

    private static byte[] Compile()
    {
        OracleResult result = Oracle.Run(new OracleCall("dtc")
        {
            Arguments = ["-q", "-I", "dts", "-O", "dtb"],
            Input = "/dts-v1/; / { compatible = \"nvidia,p2371-2180\"; };"u8.ToArray(),
        });
        result.MustSucceed();
        return result.OutputBytes;
    }
}
