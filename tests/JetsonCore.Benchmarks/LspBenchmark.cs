// The language server with the TX1's gadget.yaml: how long an editor waits for findings after a key press, and for each
// answer right behind another one, when nothing is known of the text yet. There is no peer: the promise is one of time.
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace JetsonCore.Benchmarks;

internal static class LspBenchmark
{
    public const string Name = "lsp";

    private const int Rounds = 500;
    private const double MillisecondsMax = 10;
    private const string Uri = "file:///gadget.yaml", Typed = "size: 2097152";

    private static readonly string[] Requests =
        ["textDocument/hover", "textDocument/completion", "textDocument/documentSymbol", "textDocument/codeAction"];

    /// <summary>Prints a line for each kind of answer; whether 99 of 100 came in time.</summary>
    public static bool Run()
    {
        string text = File.ReadAllText(Tool("TX1_GADGET"));
        string[] before = text[..text.IndexOf(Typed, StringComparison.Ordinal)].Split('\n');
        (int line, int character) = (before.Length - 1, before[^1].Length + "size: ".Length);
        using Process server = Process.Start(new ProcessStartInfo(Tool("JETSON_CORE"), ["lsp", "--as", "uc18"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        Say(server, """{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"capabilities":{}}}""");
        WaitFor(server, "id");
        Say(server, $$$$"""{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":{"uri":"{{{{Uri}}}}","languageId":"yaml","version":0,"text":"{{{{JsonEncodedText.Encode(text)}}}}"}}}""");
        WaitFor(server, "method");
        string place = $$"""{"line":{{line}},"character":{{character}}}""";
        string end = $$"""{"line":{{line}},"character":{{character + 1}}}""";
        string parameters = $$$"""{"textDocument":{"uri":"{{{Uri}}}"},"position":{{{place}}},"range":{"start":{{{place}}},"end":{{{end}}} },"context":{"diagnostics":[]}}""";
        bool isGood = Measure("findings", round =>
        {
            Edit(server, round, place, end);
            WaitFor(server, "method");
        });
        foreach (string request in Requests)
        {
            bool isTold = false;        // the findings may come before the answer
            isGood &= Measure(request.Split('/')[1], round =>
            {
                Edit(server, round, place, end);
                Say(server, $$"""{"jsonrpc":"2.0","id":{{round + 1}},"method":"{{request}}","params":{{parameters}} }""");
                isTold = WaitFor(server, "id");
            }, () => isTold = isTold || WaitFor(server, "method"));
        }
        server.StandardInput.Close();
        server.WaitForExit();
        return isGood;
    }

    private static bool Measure(string what, Action<int> act, Action? after = null)
    {
        var times = new double[Rounds];
        for (int round = 0; round < Rounds; round++)
        {
            var watch = Stopwatch.StartNew();
            act(round);
            times[round] = watch.Elapsed.TotalMilliseconds;
            after?.Invoke();
        }
        Array.Sort(times);
        double late = times[Rounds * 99 / 100];
        bool isGood = late <= MillisecondsMax;
        Console.WriteLine(FormattableString.Invariant($"{Name,-14} {what,-16} {times[Rounds / 2],6:f2} ms, 99 of 100 within ")
            + FormattableString.Invariant($"{late,6:f2} ms (<= {MillisecondsMax}){(isGood ? "" : "   FAILED")}"));
        return isGood;
    }

    /// <summary>Another first digit of a size.</summary>
    private static void Edit(Process server, int round, string place, string end) => Say(server,
        $$$"""{"jsonrpc":"2.0","method":"textDocument/didChange","params":{"textDocument":{"uri":"{{{Uri}}}","version":{{{round + 1}}}},"contentChanges":[{"range":{"start":{{{place}}},"end":{{{end}}} },"text":"{{{1 + (round % 9)}}}"}]}}""");

    private static void Say(Process server, string json)
    {
        byte[] content = Encoding.UTF8.GetBytes(json);
        server.StandardInput.BaseStream.Write(
            [.. Encoding.ASCII.GetBytes($"Content-Length: {content.Length}\r\n\r\n"), .. content]);
        server.StandardInput.BaseStream.Flush();
    }

    /// <summary>Reads on to an answer ("id") or a notification ("method"); whether there was another message.</summary>
    private static bool WaitFor(Process server, string member)
    {
        for (bool isOther = false; ; isOther = true)
        {
            using JsonDocument message = Read(server.StandardOutput.BaseStream);
            if (message.RootElement.TryGetProperty("error", out JsonElement error))
                throw new InvalidOperationException(error.GetRawText());
            if (message.RootElement.TryGetProperty(member, out _))
                return isOther;
        }
    }

    private static JsonDocument Read(Stream output)
    {
        var header = new StringBuilder();
        while (!header.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            int next = output.ReadByte();
            header.Append(next < 0 ? throw new EndOfStreamException() : (char)next);
        }
        byte[] content = new byte[int.Parse(header.ToString().Trim()["Content-Length: ".Length..], CultureInfo.InvariantCulture)];
        output.ReadExactly(content);
        return JsonDocument.Parse(content);
    }

    private static string Tool(string variable) => Environment.GetEnvironmentVariable(variable) ?? variable;
}
