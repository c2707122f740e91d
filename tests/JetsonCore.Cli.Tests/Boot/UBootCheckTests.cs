// `check` compares a U-Boot with gadget.yaml and the environment: ours, as scripts/build-uboot makes it, agrees.
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Cli.Tests.Boot;

public sealed class UBootCheckTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [BootFact]
    public void Ours_agrees_and_what_is_changed_is_named()
    {
        string gadget = WriteGadget("0x20000");
        File.Copy(BootInputs.UBoot, Path.Combine(gadget, "u-boot.bin"));
        Assert.DoesNotContain("JC70", CliRun.Succeed("check", "--as", "uc18", gadget), StringComparison.Ordinal);

        string yaml = Path.Combine(gadget, "meta", "gadget.yaml");
        File.WriteAllText(yaml, File.ReadAllText(yaml).Replace("filesystem: ext4", "filesystem: vfat", StringComparison.Ordinal));
        CliRun other = CliRun.Of("check", "--as", "uc18", gadget);
        Assert.Equal(1, other.ExitCode);
        Assert.Contains("u-boot.bin: error[JC7023]: cannot boot: U-Boot reads its environment from EXT4", other.Output,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_configuration_stands_in_for_the_program()
    {
        string gadget = WriteGadget("0x4000"), config = _temp.Write("dot.config", File.ReadAllBytes(
            Repository.PathOf("gadget", "u-boot", "common.config")));
        File.WriteAllText(Path.Combine(gadget, "u-boot.bin"), "no U-Boot");
        CliRun run = CliRun.Of("check", "--as", "uc18", "--uboot", config, "--json", gadget);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("\"JC7027\"", run.Output, StringComparison.Ordinal);
        CliRun wrong = CliRun.Of("check", "--uboot", _temp.Write("other", "nothing of U-Boot\n"), gadget);
        Assert.Contains("JC7034", wrong.Error, StringComparison.Ordinal);
    }

    private string WriteGadget(string size)
    {
        string gadget = _temp.File("gadget");
        Directory.CreateDirectory(Path.Combine(gadget, "meta"));
        foreach (string name in new[] { "snap.yaml", "gadget.yaml" })
            File.Copy(Repository.PathOf("gadget", name), Path.Combine(gadget, "meta", name));
        CliRun.Succeed("env", "make", Repository.PathOf("gadget", "uboot.env.in"), Path.Combine(gadget, "uboot.env"),
            "--size", size);
        File.CreateSymbolicLink(Path.Combine(gadget, "uboot.conf"), "uboot.env");
        return gadget;
    }
}
