// Debian's Chromium without a window, spoken to by the DevTools protocol: what a page is for people is asked of a browser.
// Source: https://chromedevtools.github.io/devtools-protocol/.
using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using JetsonCore.TestKit;

namespace JetsonCore.Cli.Tests.Materials;

internal sealed class Browser : IDisposable
{
    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(60);

    private readonly TempFolder _temp = new();
    private readonly Process _process;
    private readonly ClientWebSocket _socket = new();
    private readonly List<JsonNode> _events = [];
    private readonly string _session = "";
    private int _last;

    public Browser()
    {
        string path = Oracle.Find("chromium")
            ?? throw new Xunit.Sdk.XunitException("the judge \"chromium\" is missing: run scripts/check, which installs it");
        var start = new ProcessStartInfo(path) { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (string argument in (string[])["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run",
            "--disable-background-networking", "--remote-debugging-port=0", $"--user-data-dir={_temp.File("profile")}", "about:blank"])
            start.ArgumentList.Add(argument);
        _process = Process.Start(start)!;
        string? line;
        do
            line = _process.StandardError.ReadLine() ?? throw new Xunit.Sdk.XunitException("chromium ended at once");
        while (!line.StartsWith("DevTools listening on ", StringComparison.Ordinal));
        _ = _process.StandardError.ReadToEndAsync();        // a full pipe would hold the browser up
        using var patience = new CancellationTokenSource(TimeLimit);
        _socket.ConnectAsync(new Uri(line[22..]), patience.Token).GetAwaiter().GetResult();
        string target = (string)Call("Target.createTarget", new() { ["url"] = "about:blank" })["targetId"]!;
        _session = (string)Call("Target.attachToTarget", new() { ["targetId"] = target, ["flatten"] = true })["sessionId"]!;
        foreach (string domain in (string[])["Page", "Network", "Log", "Runtime"])
            Call($"{domain}.enable");
    }

    /// <summary>What the page asked the network for, in its order.</summary>
    public IEnumerable<string> Requests => _events.Where(one => (string?)one["method"] == "Network.requestWillBeSent")
        .Select(one => (string)one["params"]!["request"]!["url"]!);

    /// <summary>What the browser complains of: violations of the page's policy, errors.</summary>
    public IEnumerable<string> Complaints => _events.Where(one => (string?)one["method"] is "Log.entryAdded" or "Runtime.exceptionThrown")
        .Select(one => one["params"]!.ToJsonString());

    /// <summary>Opens a page for a reader: width in pixels, dark or light.</summary>
    public void Open(string path, int width, bool isDark)
    {
        _events.Clear();
        Call("Emulation.setDeviceMetricsOverride", new()
        {
            ["width"] = width,
            ["height"] = 800,
            ["deviceScaleFactor"] = 1,
            ["mobile"] = width < 500,
        });
        Call("Emulation.setEmulatedMedia", new()
        {
            ["features"] = new JsonArray(new JsonObject { ["name"] = "prefers-color-scheme", ["value"] = isDark ? "dark" : "light" }),
        });
        Call("Page.navigate", new() { ["url"] = new Uri(path).AbsoluteUri });
        var clock = Stopwatch.StartNew();
        while (!_events.Any(one => (string?)one["method"] == "Page.loadEventFired"))
        {
            Assert(clock.Elapsed < TimeLimit, "the page did not load");
            Receive();
        }
    }

    /// <summary>The value of an expression; of a promise what it comes to.</summary>
    public JsonNode? Evaluate(string expression)
    {
        JsonNode result = Call("Runtime.evaluate", new()
        {
            ["expression"] = expression,
            ["returnByValue"] = true,
            ["awaitPromise"] = true,
        });
        Assert(result["exceptionDetails"] is null, result.ToJsonString());
        return result["result"]!["value"];
    }

    /// <summary>The page on paper.</summary>
    public byte[] Print() => Convert.FromBase64String((string)Call("Page.printToPDF")["data"]!);

    public void Dispose()
    {
        _socket.Dispose();
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
        _temp.Dispose();
    }

    private JsonNode Call(string method, JsonObject? parameters = null)
    {
        int id = ++_last;
        var call = new JsonObject { ["id"] = id, ["method"] = method, ["params"] = parameters ?? [] };
        if (_session.Length > 0)
            call["sessionId"] = _session;
        using var patience = new CancellationTokenSource(TimeLimit);
        _socket.SendAsync(Encoding.UTF8.GetBytes(call.ToJsonString()), WebSocketMessageType.Text, true, patience.Token)
            .GetAwaiter().GetResult();
        while (true)
        {
            JsonNode answer = Receive();
            if ((int?)answer["id"] != id)
                continue;
            return answer["result"] ?? throw new Xunit.Sdk.XunitException($"{method}: {answer.ToJsonString()}");
        }
    }

    private JsonNode Receive()
    {
        using var patience = new CancellationTokenSource(TimeLimit);
        using var message = new MemoryStream();
        var buffer = new byte[1 << 16];
        WebSocketReceiveResult part;
        do
        {
            part = _socket.ReceiveAsync(buffer, patience.Token).GetAwaiter().GetResult();
            message.Write(buffer, 0, part.Count);
        }
        while (!part.EndOfMessage);
        JsonNode node = JsonNode.Parse(message.ToArray())!;
        if (node["method"] is not null)
            _events.Add(node);
        return node;
    }

    private static void Assert(bool holds, string otherwise)
    {
        if (!holds)
            throw new Xunit.Sdk.XunitException(otherwise);
    }
}
