// A store of snaps that has nothing: snap prepare-image asks one about every snap, and no benchmark uses the network.
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace JetsonCore.Benchmarks;

/// <summary>Answers 404 to everything, on a free port of 127.0.0.1, until disposed.</summary>
internal sealed class EmptyStore : IDisposable
{
    // snapd takes a 404 without the store's own words for a fault.
    private const string Words = """{"error-list":[{"code":"not-found","message":"not found"}]}""";

    private static readonly byte[] NotFound = Encoding.ASCII.GetBytes(
        "HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\n"
            + $"Content-Length: {Words.Length}\r\nConnection: close\r\n\r\n{Words}");

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Task _serving;

    public EmptyStore()
    {
        _listener.Start();
        _serving = Task.Run(Serve);
    }

    public string Address => $"http://{_listener.LocalEndpoint}/";

    public void Dispose()
    {
        _listener.Dispose();
        ((IAsyncResult)_serving).AsyncWaitHandle.WaitOne();
    }

    private async Task Serve()
    {
        try
        {
            while (true)
            {
                using TcpClient client = await _listener.AcceptTcpClientAsync();
                await Answer(client);
            }
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException)      // disposed
        {
        }
    }

    private static async Task Answer(TcpClient client)
    {
        try
        {
            NetworkStream stream = client.GetStream();
            using var request = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
            while (await request.ReadLineAsync() is { Length: > 0 })
            {
            }
            await stream.WriteAsync(NotFound);
            client.Client.Shutdown(SocketShutdown.Send);
            await request.ReadToEndAsync();         // what is closed with bytes unread is reset
        }
        catch (IOException)         // who asked has gone
        {
        }
    }
}
