// A real U-Boot in QEMU whose prompt a test types at: one line at a time, each after the prompt is back, since U-Boot
// throws away what is typed while a command runs.
using System.Diagnostics;
using System.Text;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Cli.Tests.Boot;

internal sealed class UBootPrompt : IDisposable
{
    private const string Prompt = "=> ", Continued = "> ";
    private static readonly TimeSpan BootLimit = TimeSpan.FromSeconds(60), AnswerLimit = TimeSpan.FromSeconds(20);

    // What the console shows before it waits for an answer ends with no prompt: then silence decides.
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(6), Settled = TimeSpan.FromMilliseconds(3);

    private readonly Process _process;
    private readonly Task _reading;
    private readonly StringBuilder _console = new();
    private readonly Stopwatch _sinceLast = Stopwatch.StartNew();
    private bool _hasEnded, _isAsked;

    /// <summary>Waits for the prompt. What U-Boot writes to the image is noted in <paramref name="log"/>.</summary>
    public UBootPrompt(string imagePath, WriteLog? log = null)
    {
        string[] arguments =
        [
            "-M", "virt", "-cpu", "cortex-a57", "-smp", "1", "-m", "2048", "-display", "none", "-nic", "none",
            "-monitor", "none", "-serial", "stdio", "-bios", BootInputs.UBoot,
            .. log?.DriveOf(imagePath) ?? ["-drive", $"if=none,id=card,format=raw,file={imagePath}"],
            "-device", "sdhci-pci", "-device", "sd-card,drive=card",
        ];
        _process = Process.Start(new ProcessStartInfo(Oracle.Find("qemu-system-aarch64")!, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            StandardOutputEncoding = Encoding.Latin1,
        })!;
        _reading = Task.Run(Read);
        WaitFor("Hit any key to stop autoboot", BootLimit);
        Write("\u0003");
        Wait(text => text.EndsWith(Prompt, StringComparison.Ordinal), BootLimit);
        Take();
    }

    /// <summary>What the console shows for a line, without the line itself and the next prompt.</summary>
    public string Type(string line)
    {
        Write(line + "\r");
        Wait(IsPrompt, AnswerLimit);
        string shown = Take();
        if (!_isAsked)
            shown = shown[(shown.IndexOf('\n', StringComparison.Ordinal) + 1)..];
        _isAsked = false;
        if (shown.EndsWith(Prompt, StringComparison.Ordinal))
            return shown[..^Prompt.Length];
        if (shown == Continued || shown.EndsWith("\n" + Continued, StringComparison.Ordinal))
            return shown[..^Continued.Length];
        _isAsked = true;
        return shown;
    }

    /// <summary>Types a line after which U-Boot's prompt does not come back; what the console shows up to a text.</summary>
    public string TypeLast(string line, string until)
    {
        Write(line + "\r");
        WaitFor(until, AnswerLimit);
        return Take();
    }

    /// <summary>Types a line that takes its time; what the console shows up to a text and the next prompt.</summary>
    public string TypeLong(string line, string until)
    {
        Write(line + "\r");
        WaitFor(until, BootLimit);
        Wait(IsPrompt, AnswerLimit);
        return Take();
    }

    /// <summary>Waits for a text on the console.</summary>
    public void WaitFor(string text) => WaitFor(text, BootLimit);

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _reading.Wait();
        _process.Dispose();
    }

    private bool IsPrompt(string text) =>
        (text.EndsWith(Prompt, StringComparison.Ordinal) || text.EndsWith("\n" + Continued, StringComparison.Ordinal))
        && _sinceLast.Elapsed > Settled;

    private void Write(string text)
    {
        lock (_console)
            _sinceLast.Restart();
        _process.StandardInput.Write(text);
        _process.StandardInput.Flush();
    }

    private void WaitFor(string text, TimeSpan limit) =>
        Wait(console => console.Contains(text, StringComparison.Ordinal), limit, mayBeSilent: false);

    private void Wait(Func<string, bool> isThere, TimeSpan limit, bool mayBeSilent = true)
    {
        var waited = Stopwatch.StartNew();
        lock (_console)
        {
            while (!isThere(_console.ToString()))
            {
                if (mayBeSilent && _console.Length > 0 && _sinceLast.Elapsed > Silence)
                    return;
                if (waited.Elapsed > limit || _hasEnded)
                    Assert.Fail($"U-Boot does not answer\n{_console}");
                Monitor.Wait(_console, TimeSpan.FromMilliseconds(2));
            }
        }
    }

    private string Take()
    {
        lock (_console)
        {
            string text = _console.ToString();
            _console.Clear();
            return text;
        }
    }

    private void Read()
    {
        char[] buffer = new char[4096];
        while (_process.StandardOutput.Read(buffer) is > 0 and int count)
        {
            lock (_console)
            {
                _console.Append(buffer, 0, count).Replace("\r", "");
                _sinceLast.Restart();
                Monitor.PulseAll(_console);
            }
        }
        lock (_console)
        {
            _hasEnded = true;
            Monitor.PulseAll(_console);
        }
    }
}
