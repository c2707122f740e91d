// Ctrl-C and SIGTERM cancel the running command, so that what was written aside is removed before the process ends.
// A second Ctrl-C ends it at once.
using System.Runtime.InteropServices;

namespace JetsonCore.Cli.Shell;

internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration _interrupt;
    private readonly PosixSignalRegistration _terminate;

    public Interruption()
    {
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
    }

    public CancellationToken Token => _source.Token;

    public void Dispose()
    {
        _interrupt.Dispose();
        _terminate.Dispose();
        _source.Dispose();
    }

    private void OnSignal(PosixSignalContext signal)
    {
        signal.Cancel = !_source.IsCancellationRequested;
        _source.Cancel();
    }
}
