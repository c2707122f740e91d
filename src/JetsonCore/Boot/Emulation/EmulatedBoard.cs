// A QEMU machine with U-Boot and an SD card: the one place where the program starts another. It is told apart from all
// others by name in a test. Its two consoles, U-Boot's on the PL011 and Linux's on a 16550, are read as one text.
using System.Diagnostics;
using System.Text;
using JetsonCore.Files;

namespace JetsonCore.Boot.Emulation;

#pragma warning disable RS0030 // "boot" runs QEMU, and nothing else runs anything: see src/README.md
internal sealed class EmulatedBoard : IDisposable
{
    public const string Program = "qemu-system-aarch64";

    private static readonly string[] Machine =
        ["-cpu", "cortex-a57", "-smp", "1", "-m", "2048", "-display", "none", "-nic", "none"];

    private readonly Process _process;
    private readonly Task _reading;
    private readonly StringBuilder _console = new();
    private readonly string _ubootLog;
    private readonly Action<string> _show;
    private long _ubootRead;

    public EmulatedBoard(string program, string uboot, string disk, (string UBootLog, Action<string> Show) console)
    {
        (_ubootLog, _show) = console;
        _process = Start(program,
        [
            "-M", "virt", .. Machine, "-bios", uboot, "-monitor", "none",
            "-drive", $"if=none,id=card,format=raw,file={disk.Replace(",", ",,", StringComparison.Ordinal)}",
            "-device", "sdhci-pci", "-device", "sd-card,drive=card",
            "-serial", $"file:{_ubootLog}", "-chardev", "stdio,id=linux", "-device", "pci-serial,chardev=linux",
        ]);
        _reading = Task.Run(ReadLinux);
    }

    /// <summary>All that the consoles have shown.</summary>
    public string Console
    {
        get
        {
            ReadUBoot();
            lock (_console)
                return _console.ToString();
        }
    }

    /// <summary>Whether the machine has been switched off.</summary>
    public bool HasEnded => _process.HasExited;

    /// <summary>QEMU's own device tree for the machine; it depends on U-Boot being there.</summary>
    public static void DumpTree(string program, string uboot, string path)
    {
        using Process process = Start(
            program, ["-M", $"virt,dumpdtb={path}", .. Machine, "-bios", uboot, "-monitor", "none"]);
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
    }

    /// <summary>Types a line at Linux's console.</summary>
    public void Type(string line)
    {
        _process.StandardInput.Write(line + "\r");
        _process.StandardInput.Flush();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.WaitForExit();
        _reading.Wait();
        _process.Dispose();
    }

    private static Process Start(string program, string[] arguments) =>
        Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;

    private void ReadUBoot()
    {
        if (!HostFile.Exists(_ubootLog))
            return;
        using var log = new FileStream(_ubootLog, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        log.Position = _ubootRead;
        var bytes = new byte[(int)Math.Min(log.Length - _ubootRead, 1 << 20)];
        int read = log.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        _ubootRead += read;
        Take(Encoding.Latin1.GetString(bytes, 0, read));
    }

    private void ReadLinux()
    {
        var buffer = new char[4096];
        while (_process.StandardOutput.Read(buffer, 0, buffer.Length) is > 0 and int count)
            Take(new string(buffer, 0, count));
    }

    private void Take(string text)
    {
        if (text.Length == 0)
            return;
        string shown = text.Replace("\r", "", StringComparison.Ordinal);
        lock (_console)
        {
            _console.Append(shown);
            _show(shown);
        }
    }
}
#pragma warning restore RS0030
