// The verb that boots an image in QEMU, on the image that scripts/build-tx1 made.
using System.Text.Json;
using Xunit;

namespace JetsonCore.Cli.Tests.Boot;

public sealed class BootCommandTests
{
    [BootFact]
    public void It_shows_what_CI_waits_for()
    {
        string image = BootInputs.Image;
        DateTime before = File.GetLastWriteTimeUtc(image);
        string output = CliRun.Succeed("boot", image, "--uboot", BootInputs.UBoot, "--expect", "Booting Linux",
            "--expect", VirtualMachine.Prompt, "--send", "", "--timeout", "120", "--json");
        using JsonDocument json = JsonDocument.Parse(output);
        Assert.True(json.RootElement.GetProperty("ok").GetBoolean());
        Assert.Equal(2, json.RootElement.GetProperty("seen").GetArrayLength());
        Assert.Equal(before, File.GetLastWriteTimeUtc(image));
    }

    [Fact]
    public void What_is_missing_is_named()
    {
        CliRun run = CliRun.Of("boot", "/nonexistent.img", "--uboot", "/nonexistent");
        Assert.Equal(3, run.ExitCode);
        Assert.Contains("JC7020", run.Error, StringComparison.Ordinal);
    }
}
