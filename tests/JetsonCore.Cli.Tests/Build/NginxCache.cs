// A remote cache as a fleet would run one: nginx as Debian has it, with PUT allowed, and nothing of ours in it.
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using JetsonCore.TestKit;

namespace JetsonCore.Cli.Tests.Build;

internal sealed class NginxCache : IDisposable
{
    private static readonly string[] OtherFolders = ["proxy", "fastcgi", "uwsgi", "scgi"];

    private readonly string _folder;
    private readonly Process _process;

    public NginxCache(string folder)
    {
        _folder = folder;
        Directory.CreateDirectory(Path.Combine(folder, "data"));
        int port = FreePort();
        Address = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}");
        string configuration = File.ReadAllText(Repository.PathOf("examples", "remote-cache", "nginx.conf"))
            .Replace("/srv/jetson-core-cache", Path.Combine(folder, "data"), StringComparison.Ordinal)
            .Replace("listen 8080", $"listen 127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}", StringComparison.Ordinal)
            .Replace("/var/log/nginx/", $"{folder}/", StringComparison.Ordinal)
            .Replace("client_max_body_size 0;", "client_max_body_size 0;" + string.Concat(      // where root alone may write
                OtherFolders.Select(name => $" {name}_temp_path {folder}/{name};")), StringComparison.Ordinal);
        string path = Path.Combine(folder, "nginx.conf");
        File.WriteAllText(path, configuration);
        _process = Process.Start(new ProcessStartInfo(Oracle.Find("nginx") ?? "/usr/sbin/nginx")
        {
            ArgumentList = { "-p", folder, "-c", path, "-g", $"daemon off; pid {folder}/pid; user root;" },
            RedirectStandardError = true,
        })!;
        for (int tries = 0; tries < 100 && !IsOpen(port); tries++)
            Thread.Sleep(50);
    }

    public string Address { get; }

    public string FileOf(string kind) => Path.Combine(_folder, "data", kind);

    public string Log() => File.ReadAllText(Path.Combine(_folder, "access.log"));

    public int Count(string text) => Log().Split('\n').Count(line => line.Contains(text, StringComparison.Ordinal));

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }

    private static bool IsOpen(int port)
    {
        try
        {
            using var client = new TcpClient("127.0.0.1", port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
