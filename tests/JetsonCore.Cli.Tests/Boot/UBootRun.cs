// A real U-Boot in QEMU that is left alone from power-on until its kernel switches the machine off.
using System.Diagnostics;
using System.Text;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Cli.Tests.Boot;

internal static class UBootRun
{
    private const string Autoboot = "Hit any key to stop autoboot:", Handover = "Starting kernel ...";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    /// <summary>
    /// What the console shows from bootcmd on, at each start; the banner and its like are left out. What is written to
    /// the image is noted in <paramref name="log"/>.
    /// </summary>
    public static IEnumerable<string> ToTheEnd(string imagePath, WriteLog? log = null)
    {
        string[] arguments =
        [
            "-M", "virt", "-cpu", "cortex-a57", "-smp", "1", "-m", "2048", "-display", "none", "-nic", "none",
            "-monitor", "none", "-serial", "stdio", "-bios", BootInputs.UBoot,
            .. log?.DriveOf(imagePath) ?? ["-drive", $"if=none,id=card,format=raw,file={imagePath}"],
            "-device", "sdhci-pci", "-device", "sd-card,drive=card",
        ];
        using Process process = Process.Start(new ProcessStartInfo(Oracle.Find("qemu-system-aarch64")!, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            StandardOutputEncoding = Encoding.Latin1,
        })!;
        Task<string> console = process.StandardOutput.ReadToEndAsync();
        bool hasEnded = process.WaitForExit(Limit);
        if (!hasEnded)
            process.Kill();
        string text = console.GetAwaiter().GetResult().Replace("\r", "", StringComparison.Ordinal);
        Assert.True(hasEnded, $"the kernel did not switch the machine off\n{text}");
        return Starts(text);
    }

    private static IEnumerable<string> Starts(string text)
    {
        bool isShown = false;
        foreach (string line in text.Split('\n'))
        {
            if (line.StartsWith(Autoboot, StringComparison.Ordinal))
                isShown = true;
            else if (line.StartsWith("U-Boot 20", StringComparison.Ordinal))
                isShown = false;
            else if (isShown)
                yield return line;
            if (line.StartsWith(Handover, StringComparison.Ordinal))
                isShown = false;
        }
    }
}
