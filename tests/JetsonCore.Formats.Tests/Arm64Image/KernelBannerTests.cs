// What a kernel says of itself: the release of Debian's, a configuration that was put in as the kernel's build does it
// and that a shell gets out as scripts/extract-ikconfig does, bombs and damage.
using System.Text;
using JetsonCore.Formats.Arm64Image;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Tests.Linux;
using JetsonCore.Formats.Trees;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Formats.Tests.Arm64Image;

public sealed class KernelBannerTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [DebianInputsFact]
    public void Debians_kernel_says_its_release()
    {
        DirectoryNode package = LinuxInputs.Package("kernel", _temp);
        string release = ((DirectoryNode)package.Find("lib/modules")!).Children.Keys.Single();
        var image = (RegularFileNode)package.Find($"boot/vmlinuz-{release}")!;
        Assert.Equal(new KernelBanner(release, null), KernelBanner.Read(image.Content));
    }

    [Theory]
    [InlineData(64)]
    [InlineData((1 << 20) - 3)]             // across the edge of what is read at a time
    [InlineData((1 << 20) + 500)]
    public void A_configuration_within_is_found_wherever_it_lies(int offset)
    {
        const string Config = "# Linux/arm64 6.1.0 Kernel Configuration\nCONFIG_SQUASHFS=y\n";
        byte[] image = [.. new byte[offset], .. "IKCFG_ST"u8, .. Gzip(Config), .. "IKCFG_ED"u8, .. new byte[100],
            .. "Linux version %s (%s)\0Linux version 4.4.38-tegra (a@b) (gcc) #1\n"u8];
        Assert.Equal(new KernelBanner("4.4.38-tegra", Config), KernelBanner.Read(FileContent.Of(image)));
        string path = _temp.Write("image", image);
        Assert.Equal(Config, Oracle.Run("sh", "-c",
            $"at=$(grep -abo IKCFG_ST {path} | cut -d: -f1); tail -c +$((at + 9)) {path} | zcat 2>/dev/null || true").Output);
    }

    [Fact]
    public void A_kernel_without_either_says_nothing() =>
        Assert.Equal(new KernelBanner(null, null),
            KernelBanner.Read(FileContent.Of(Encoding.ASCII.GetBytes("Linux version , IKCFG_ST and Linux version \0"))));

    [Fact]
    public void Bombs_and_damage_are_refused()
    {
        byte[] bomb = [.. "IKCFG_ST"u8, .. Oracle.Run("sh", "-c", "head -c 100000000 /dev/zero | gzip -nc").OutputBytes];
        Assert.Throws<MalformedDataException>(() => KernelBanner.Read(FileContent.Of(bomb)));
        byte[] image = [.. "Linux version 6.1.0 (x)\n"u8, .. "IKCFG_ST"u8, .. Gzip(string.Join('\n', Enumerable.Range(0, 500)))];
        DamageTrial.Run(Soak.Rounds(1000, 50_000), round => KernelBanner.Read(
            FileContent.Of(Mutations.Mutate(image, new SeededRandom((ulong)round)))));
    }

    private static byte[] Gzip(string text) =>
        Oracle.Run(new OracleCall("gzip") { Arguments = ["-9nc"], Input = Encoding.ASCII.GetBytes(text) }).OutputBytes;
}
