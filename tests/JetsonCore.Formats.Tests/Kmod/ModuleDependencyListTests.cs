// modules.dep: what depmod writes is read, circles are found, and no text makes it run long or take much.
using System.Text;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Kmod;
using JetsonCore.Formats.Trees;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Formats.Tests.Kmod;

public sealed class ModuleDependencyListTests
{
    [Fact]
    public void What_depmod_writes_is_read()
    {
        using var temp = new TempFolder();
        temp.Write("lib/modules/6.1/kernel/a.ko", new SampleModule { Imports = ["b"], Modinfo = ["license=GPL"] }.ToBytes());
        temp.Write("lib/modules/6.1/kernel/b.ko", new SampleModule { Exports = ["b"], Imports = ["c"] }.ToBytes());
        temp.Write("lib/modules/6.1/kernel/c.ko", new SampleModule { Exports = ["c"] }.ToBytes());
        temp.Write("lib/modules/6.1/modules.builtin", "");
        temp.Write("lib/modules/6.1/modules.order", "kernel/a.ko\nkernel/b.ko\nkernel/c.ko\n");
        Oracle.Run("depmod", "-b", temp.Path, "6.1").MustSucceed();
        string text = File.ReadAllText(temp.File("lib", "modules", "6.1", "modules.dep"));
        IReadOnlyDictionary<string, IReadOnlyList<string>> read = Read(text);
        Assert.Equal(["kernel/b.ko", "kernel/c.ko"], read["kernel/a.ko"]);
        Assert.Equal(["kernel/c.ko"], read["kernel/b.ko"]);
        Assert.Empty(read["kernel/c.ko"]);
        Assert.Null(ModuleDependencyList.FindCircle(read));
    }

    [Theory]
    [InlineData("a.ko: b.ko\nb.ko: a.ko\n", "a.ko", "b.ko")]
    [InlineData("a.ko:\nb.ko: b.ko\n", "b.ko", "b.ko")]
    public void Circles_are_found(string text, string one, string other) =>
        Assert.Equal((one, other), ModuleDependencyList.FindCircle(Read(text)));

    [Fact]
    public void A_line_without_a_module_is_refused_with_its_place() =>
        Assert.Equal(6, Assert.Throws<MalformedDataException>(() => Read("a.ko:\n b\n")).Offset);

    [Fact]
    public void Long_lists_are_read_and_endless_ones_refused()
    {
        string hundredThousand = string.Concat(Enumerable.Range(0, 100_000).Select(number => $"k/{number}.ko: k/{number + 1}.ko\n"));
        IReadOnlyDictionary<string, IReadOnlyList<string>> read = Read(hundredThousand);
        Assert.Equal(100_000, read.Count);
        Assert.Null(ModuleDependencyList.FindCircle(read));
        Assert.Throws<MalformedDataException>(() => Read("a:" + string.Concat(Enumerable.Repeat(" b", 1 << 20))));
        Assert.Throws<MalformedDataException>(() => Read(new string('a', 17 << 20)));
    }

    [Fact]
    public void Damaged_lists_are_read_or_refused()
    {
        byte[] list = Encoding.ASCII.GetBytes(string.Concat(
            Enumerable.Range(0, 50).Select(number => $"kernel/{number}.ko: kernel/{number + 1}.ko\n")));
        DamageTrial.Run(Soak.Rounds(1000, 50_000), round => ModuleDependencyList.FindCircle(
            ModuleDependencyList.Read(FileContent.Of(Mutations.Mutate(list, new SeededRandom((ulong)round))))));
    }

    private static IReadOnlyDictionary<string, IReadOnlyList<string>> Read(string text) =>
        ModuleDependencyList.Read(FileContent.Of(Encoding.ASCII.GetBytes(text)));
}
