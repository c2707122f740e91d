// QEMU's "virt" machine with a BootDisk as its SD card: U-Boot speaks on the board's own serial port, Linux on a PCI
// one, which is the ttyS0 that the TX1's command line names. The process is ended with the test.
using System.Diagnostics;
using System.Text;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Cli.Tests.Boot;

internal sealed class VirtualMachine : IDisposable
{
    private const string Qemu = "qemu-system-aarch64";

    /// <summary>The end of the prompt of the base's shell.</summary>
    public const string Prompt = "core18:/# ";

    /// <summary>One boot takes some 12 s on an idle machine, up to ten times that on a busy one.</summary>
    private static readonly TimeSpan BootLimit = TimeSpan.FromSeconds(240), AnswerLimit = TimeSpan.FromSeconds(300);

    private static readonly string[] Board = ["-cpu", "cortex-a57", "-m", "2048", "-display", "none", "-nic", "none"];

    private readonly TempFolder _folder = new();
    private readonly Process _process;
    private readonly Task _reading;
    private readonly EmulatorPoke _poke;
    private readonly StringBuilder _console = new();
    private bool _hasEnded;
    private int _seen;

    /// <summary>
    /// Starts the machine; the device tree on the disk must be that of as many processors. What it writes to the disk
    /// is noted in <paramref name="log"/>.
    /// </summary>
    public VirtualMachine(BootDisk disk, int processors = 1, WriteLog? log = null)
    {
        string[] parts =
        [
            "-M", "virt", "-smp", $"{processors}", "-bios", BootInputs.UBoot,
            .. log?.DriveOf(disk.ImagePath) ?? ["-drive", $"if=none,id=card,format=raw,file={disk.ImagePath}"],
            "-device", "sdhci-pci", "-device", "sd-card,drive=card",
            "-monitor", $"unix:{MonitorPath},server=on,wait=off",
            "-serial", $"file:{UBootLogPath}", "-chardev", "stdio,id=linux", "-device", "pci-serial,chardev=linux",
        ];
        _process = Process.Start(new ProcessStartInfo(Oracle.Find(Qemu)!, [.. Board, .. parts])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        _reading = Task.Run(ReadConsole);
        _poke = new EmulatorPoke(MonitorPath);
    }

    /// <summary>All that U-Boot has said so far, over restarts.</summary>
    public string UBootLog => File.Exists(UBootLogPath) ? ReadShared(UBootLogPath) : "";

    private string MonitorPath => _folder.File("monitor");

    private string UBootLogPath => _folder.File("u-boot.log");

    /// <summary>The device tree of this very machine. Without firmware, QEMU would describe another.</summary>
    public static string WriteDeviceTree(string path)
    {
        Oracle.Run(Qemu, [.. Board, "-smp", "1", "-monitor", "none", "-M", $"virt,dumpdtb={path}", "-bios", BootInputs.UBoot])
            .MustSucceed();
        return path;
    }

    public void WaitForShell() => WaitFor(Prompt, 0, BootLimit);

    /// <summary>Waits for texts, in whatever order, behind the last that was waited for so, or asked for.</summary>
    public void Expect(TimeSpan limit, params string[] texts) => _seen = texts.Max(text => WaitFor(text, _seen, limit));

    /// <summary>What a command of the base's shell prints.</summary>
    public string Ask(string command)
    {
        // the console shows the typed line as well, but that has the sum, not its value
        int from = WaitFor("begin-42\n", Type($"echo begin-$((40+2)); {command}; echo end-$((40+2))"), AnswerLimit);
        int end = WaitFor("end-42", from, AnswerLimit);
        _seen = WaitFor(Prompt, end, AnswerLimit);
        lock (_console)
            return _console.ToString(from, end - from - "end-42".Length);
    }

    /// <summary>Restarts and waits for the next shell.</summary>
    public void Restart() => WaitFor(Prompt, WaitFor("reboot: Restarting", Type("reboot"), AnswerLimit), BootLimit);

    /// <summary>Powers off from the shell, which ends QEMU.</summary>
    public void PowerOff()
    {
        Type("poweroff");
        Assert.True(_process.WaitForExit(AnswerLimit), Explain("the machine does not power off"));
        Assert.True(_process.ExitCode == 0, Explain($"QEMU ended with {_process.ExitCode}"));
    }

    public void Dispose()
    {
        _poke.Dispose();
        if (!_process.HasExited)
            _process.Kill();
        _reading.Wait();
        _process.Dispose();
        _folder.Dispose();
    }

    private static string ReadShared(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>Types a line and returns the console's length before it.</summary>
    private int Type(string line)
    {
        int from;
        lock (_console)
            from = _console.Length;
        _process.StandardInput.Write(line + "\r");
        _process.StandardInput.Flush();
        return from;
    }

    /// <summary>Waits until the console shows a text behind <paramref name="from"/>; returns where it ends.</summary>
    private int WaitFor(string text, int from, TimeSpan limit)
    {
        var waited = Stopwatch.StartNew();
        lock (_console)
        {
            while (true)
            {
                int at = _console.ToString().IndexOf(text, from, StringComparison.Ordinal);
                if (at >= 0)
                    return at + text.Length;
                TimeSpan left = limit - waited.Elapsed;
                if (left <= TimeSpan.Zero || _hasEnded || !Monitor.Wait(_console, left))
                    Assert.Fail(Explain($"no \"{text}\" on the console within {limit.TotalSeconds} s"));
            }
        }
    }

    private void ReadConsole()
    {
        char[] buffer = new char[4096];
        while (_process.StandardOutput.Read(buffer) is > 0 and int count)
        {
            lock (_console)
            {
                _console.Append(buffer, 0, count).Replace("\r", "");
                Monitor.PulseAll(_console);
            }
        }
        lock (_console)
        {
            _hasEnded = true;
            Monitor.PulseAll(_console);
        }
    }

    private string Explain(string message)
    {
        lock (_console)
            return $"{message}\n--- U-Boot\n{Tail(UBootLog)}\n--- Linux\n{Tail(_console.ToString())}";
    }

    private static string Tail(string text) => string.Join('\n', text.Split('\n').TakeLast(40));
}
