// Sends a file's bytes to the disk while more are being written. Otherwise the disk idles until the file is made
// durable, and then the program does; and the system must hold all of it in memory.
using Microsoft.Win32.SafeHandles;

namespace JetsonCore.Files;

/// <summary>Has the system write what it holds of a file to the disk, again and again until disposed.</summary>
internal sealed class EarlyWriteback : IDisposable
{
    private const int PauseMilliseconds = 50;

    private readonly Timer _timer;

    /// <param name="file">A file open for writing; to be closed after this.</param>
    public EarlyWriteback(SafeFileHandle file)
    {
        _timer = new(_ => Start(file), null, PauseMilliseconds, PauseMilliseconds);
    }

    /// <summary>Waits until the file is no longer in use.</summary>
    public void Dispose()
    {
        using var idle = new ManualResetEvent(false);
        if (_timer.Dispose(idle))
            idle.WaitOne();
    }

    // The system makes the caller wait where the disk is slow, perhaps for longer than the pause.
    private static void Start(SafeFileHandle file)
    {
        if (!Monitor.TryEnter(file))
            return;
        Posix.StartWriting(file);
        Monitor.Exit(file);
    }
}
