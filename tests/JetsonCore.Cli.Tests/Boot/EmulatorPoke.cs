// QEMU 7.2 now and then sleeps on when a timer of the machine is due, until anything else wakes its main loop: measured
// in some 3 of 130 boots on a busy computer, where the machine then stood still for minutes and went on as soon as its
// monitor was spoken to. So its monitor gets an empty line twice a second.
using System.Net.Sockets;

namespace JetsonCore.Cli.Tests.Boot;

internal sealed class EmulatorPoke : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);
    private readonly string _socketPath;
    private readonly Timer _timer;
    private readonly Lock _lock = new();
    private readonly byte[] _replies = new byte[4096];
    private Socket? _monitor;

    /// <summary>Starts poking the monitor on a socket that QEMU is about to make.</summary>
    public EmulatorPoke(string socketPath)
    {
        _socketPath = socketPath;
        _timer = new Timer(_ => Poke(), null, Interval, Interval);
    }

    public void Dispose()
    {
        _timer.Dispose();
        lock (_lock)
            _monitor?.Dispose();
    }

    private void Poke()
    {
        lock (_lock)
        {
            try
            {
                if (_monitor is null)
                {
                    if (!File.Exists(_socketPath))
                        return;
                    var monitor = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                    _monitor = monitor;
                    monitor.Connect(new UnixDomainSocketEndPoint(_socketPath));
                }
                _monitor.Send("\n"u8);
                while (_monitor.Available > 0 && _monitor.Receive(_replies) > 0)
                {
                }
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                // the machine has ended
            }
        }
    }
}
