// The protocol: its order, its errors, its positions; and whatever an editor may say instead.
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Cli.Tests.LanguageServer;

public class EditorSessionTests
{
    private const string Small = "volumes:\n  board:\n    bootloader: u-boot\n    structure:\n      - {type: bare, size: 1M}\n";

    [Fact]
    public void A_session_that_is_shut_down_ends_with_0_and_any_other_with_1()
    {
        EditorDialogue good = EditorDialogue.Begun();
        int shutdown = good.Ask("shutdown", "null");
        int late = good.AskAt("textDocument/hover", EditorDialogue.Gadget, 0, 0);
        good.Note("exit", "null");
        good.Ask("never", "{}");
        Assert.Equal(0, good.Run());
        Assert.Equal(JsonValueKind.Null, good.Result(shutdown).ValueKind);
        Assert.Equal(-32600, good.Error(late));
        Assert.Equal(3, good.Said.Count);

        EditorDialogue rude = EditorDialogue.Begun();
        rude.Note("exit", "null");
        Assert.Equal(1, rude.Run());
        Assert.Equal(1, EditorDialogue.Begun().Run());
        Assert.Equal(1, new EditorDialogue().Run());
    }

    [Fact]
    public void Only_initialize_is_answered_first_and_only_once()
    {
        var dialogue = new EditorDialogue();
        int early = dialogue.AskAt("textDocument/hover", EditorDialogue.Gadget, 0, 0);
        dialogue.Open(EditorDialogue.Gadget, "volumes: 1");
        int first = dialogue.Ask("initialize", "{}"), second = dialogue.Ask("initialize", "{}");
        int unknown = dialogue.Ask("textDocument/formatting", "{}"), closed = dialogue.AskAt("textDocument/hover", "x", 0, 0);
        int nowhere = dialogue.Ask("textDocument/hover", "{}"), list = dialogue.Ask("textDocument/hover", "[1]");
        dialogue.Run();
        Assert.Equal(-32002, dialogue.Error(early));
        Assert.Equal("utf-16", dialogue.Result(first).GetProperty("capabilities").GetProperty("positionEncoding").GetString());
        Assert.Equal(-32600, dialogue.Error(second));
        Assert.Equal(-32601, dialogue.Error(unknown));
        Assert.Equal([-32602, -32602, -32602], [dialogue.Error(closed), dialogue.Error(nowhere), dialogue.Error(list)]);
        Assert.Equal(7, dialogue.Said.Count);       // nothing of the document that was opened too early
    }

    [Fact]
    public void What_is_no_message_is_refused_and_the_next_one_is_answered()
    {
        EditorDialogue dialogue = EditorDialogue.Begun();
        foreach (string junk in (string[])["", "{", "[]", "7", "{}", "\"x\"", "{\"id\":{},\"method\":\"shutdown\"}",
            "[{\"jsonrpc\":\"2.0\",\"id\":5,\"method\":\"shutdown\"}]", "{\"id\":1,\"method\":3}", new string('[', 5000),
            "{\"method\":\"\\ud800\",\"id\":9}", "\u0000", "{\"a\":1}{}"])
        {
            dialogue.Say(junk);
        }
        dialogue.SayRaw([.. "Content-Type: x; charset=utf-8\r\ncontent-length:4\r\n\r\n"u8, 0xFF, 0xFE, 0, 1]);
        dialogue.Say("""{"id":3,"result":null}""");
        int last = dialogue.AskAt("textDocument/hover", "x", 0, 0);
        Assert.Equal(1, dialogue.Run());
        Assert.Equal(14, dialogue.Errors().Length);
        Assert.All(dialogue.Errors(), code => Assert.True(code is -32700 or -32600));
        Assert.Equal(-32602, dialogue.Error(last));
    }

    [Theory]
    [InlineData("Content-Length: -1\r\n\r\n{}")]
    [InlineData("Content-Length: many\r\n\r\n{}")]
    [InlineData("Content-Length: 99999999999999999999\r\n\r\n{}")]
    [InlineData("\r\n\r\n{}")]
    [InlineData("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"shutdown\"}\n")]
    public void A_header_that_hides_where_the_next_message_begins_ends_the_session(string header)
    {
        EditorDialogue dialogue = EditorDialogue.Begun();
        dialogue.SayRaw(Encoding.UTF8.GetBytes(header));
        dialogue.Ask("shutdown", "null");
        dialogue.Note("exit", "null");
        Assert.Equal(1, dialogue.Run());
        Assert.Equal([-32600], dialogue.Errors());
    }

    [Fact]
    public void Huge_messages_are_passed_over()
    {
        EditorDialogue dialogue = EditorDialogue.Begun();
        dialogue.SayRaw([.. Encoding.ASCII.GetBytes($"Content-Length: {65 << 20}\r\n\r\n"), .. new byte[65 << 20]]);
        int answered = dialogue.AskAt("textDocument/hover", "x", 0, 0);
        dialogue.SayRaw("Content-Length: 9223372036854775807\r\n\r\nthe end"u8.ToArray());
        Assert.Equal(1, dialogue.Run());
        Assert.Equal([-32700], dialogue.Errors());
        Assert.Equal(-32602, dialogue.Error(answered));
    }

    [Fact]
    public void Random_bytes_end_the_session_and_nothing_else()
    {
        var random = new SeededRandom(92);
        for (int round = 0; round < 300; round++)
        {
            EditorDialogue dialogue = EditorDialogue.Begun().Open(EditorDialogue.Gadget, Small);
            byte[] junk = random.Bytes(1 + random.Next(2000));
            if (round % 2 == 0)
                dialogue.Say(Encoding.Latin1.GetString(junk));
            dialogue.SayRaw(junk);
            Assert.Equal(1, dialogue.Run());
        }
    }

    /// <summary>Every request with parameters of which each part in turn is something else.</summary>
    [Fact]
    public void Parameters_of_any_shape_are_refused_or_answered()
    {
        string[] values = ["null", "{}", "[]", "-1", "1e99", "2147483647", "\"\\ud800\"", "true", "\"file:///g/gadget.yaml\""];
        EditorDialogue dialogue = EditorDialogue.Begun().Open(EditorDialogue.Gadget, Small);
        int count = 0;
        foreach (string method in (string[])["hover", "completion", "codeAction", "documentSymbol", "definition", "references"])
        {
            foreach (string value in values)
            {
                foreach (string parameters in (string[])[value, $$$"""{"textDocument":{{{value}}}}""",
                    $$$"""{"textDocument":{"uri":{{{value}}}},"position":{"line":0,"character":0}}""",
                    $$$"""{"textDocument":{"uri":"file:///g/gadget.yaml"},"position":{{{value}}},"range":{{{value}}},"context":{{{value}}}}""",
                    $$$"""{"textDocument":{"uri":"file:///g/gadget.yaml"},"position":{"line":{{{value}}},"character":{{{value}}}},"range":{"start":{"line":{{{value}}},"character":0},"end":{"line":0,"character":{{{value}}}}},"context":{"only":{{{value}}}}}"""])
                {
                    dialogue.Ask($"textDocument/{method}", parameters);
                    dialogue.Note("textDocument/didChange", parameters);
                    count++;
                }
            }
        }
        foreach (string value in values)
        {
            dialogue.Note("textDocument/didOpen", $$$"""{"textDocument":{{{value}}}}""");
            dialogue.Note("textDocument/didClose", value);
            dialogue.Change(EditorDialogue.Gadget, 3, value, $$$"""{"text":{{{value}}}}""", $$$"""{"range":{{{value}}},"text":"x"}""");
        }
        Assert.Equal(1, dialogue.Run());
        JsonElement[] answers = [.. dialogue.Said.Where(one => one.TryGetProperty("id", out _))];
        Assert.Equal(count + 1, answers.Length);
        Assert.DoesNotContain(dialogue.Said, one => one.GetRawText().Contains("fault of jetson-core", StringComparison.Ordinal));
        Assert.All(answers.Where(one => one.TryGetProperty("error", out _)), one =>
            Assert.Equal(-32602, one.GetProperty("error").GetProperty("code").GetInt32()));
    }

    [Fact]
    public void A_request_that_waits_can_be_cancelled()
    {
        // The session is held up by the judgement of a large text, and reads on meanwhile.
        string large = "volumes:\n  board:\n    structure:\n"
            + string.Concat(Enumerable.Repeat("      - {type: bare, size: 1M}\n", 5_000));
        EditorDialogue dialogue = EditorDialogue.Begun().Open(EditorDialogue.Gadget, large);
        int answered = dialogue.AskAt("textDocument/hover", EditorDialogue.Gadget, 3, 10);
        int cancelled = dialogue.AskAt("textDocument/hover", EditorDialogue.Gadget, 4, 10);
        dialogue.Note("$/cancelRequest", $$$"""{"id":{{{cancelled}}}}""");
        dialogue.Note("$/cancelRequest", """{"id":"nobody"}""");
        dialogue.Note("$/cancelRequest", "[]");
        dialogue.Run();
        Assert.Equal(JsonValueKind.Object, dialogue.Result(answered).ValueKind);
        Assert.Equal(-32800, dialogue.Error(cancelled));
    }

    /// <summary>Edits at random places, in each encoding: the text that is judged is the one that was typed.</summary>
    [Theory]
    [InlineData("utf-8")]
    [InlineData("utf-16")]
    [InlineData("utf-32")]
    public void Edits_are_made_where_the_editor_means_them(string encoding)
    {
        var random = new SeededRandom(17);
        string text = "# ä💾\r\nvolumes:\r\n\tx💾: 1\n- ß\r\r\n";
        EditorDialogue dialogue = EditorDialogue.Begun($$$"""{"general":{"positionEncodings":["klingon","{{{encoding}}}","utf-16"]}}""")
            .Open("file:///g/snap.yaml", text);
        string[] pieces = ["", "a", "ö", "💾💾", "\n", "\r\n", "key: value\n", "\"", "\t"];
        for (int version = 2; version < 200; version++)
        {
            // Any place but the middle of a character or of a line's end.
            int[] places = [.. Enumerable.Range(0, text.Length + 1).Where(at => at == 0 || at == text.Length
                || !((char.IsLowSurrogate(text[at])) || (text[at] == '\n' && text[at - 1] == '\r')))];
            int one = places[random.Next(places.Length)], other = places[random.Next(places.Length)];
            (int start, int end) = (Math.Min(one, other), Math.Min(Math.Max(one, other), Math.Min(one, other) + 3));
            if (!places.Contains(end))
                end = start;
            string piece = pieces[random.Next(pieces.Length)];
            dialogue.Change("file:///g/snap.yaml", version,
                $$$"""{"range":{"start":{{{Position(text, start, encoding)}}},"end":{{{Position(text, end, encoding)}}}},"text":{{{JsonSerializer.Serialize(piece)}}}}""");
            text = text[..start] + piece + text[end..];
        }
        EditorDialogue whole = EditorDialogue.Begun($$$"""{"general":{"positionEncodings":["{{{encoding}}}"]}}""").Open("file:///g/snap.yaml", text);
        dialogue.Run();
        whole.Run();
        Assert.Equal(encoding, dialogue.Result(1).GetProperty("capabilities").GetProperty("positionEncoding").GetString());
        Assert.Equal(whole.Findings("file:///g/snap.yaml").GetRawText(), dialogue.Findings("file:///g/snap.yaml").GetRawText());
        Assert.NotEqual(0, whole.Findings("file:///g/snap.yaml").GetArrayLength());
    }

    [Fact]
    public void Large_texts_with_any_line_ends_are_served_and_larger_ones_refused()
    {
        var watch = Stopwatch.StartNew();
        string lines = string.Concat(Enumerable.Repeat($"# 💾 \t{new string('x', 90)}\r\n#\ufffd\r#\u2028\n", 100_000));
        EditorDialogue dialogue = EditorDialogue.Begun().Open(EditorDialogue.Gadget, lines + Small.Replace("1M", "1m", StringComparison.Ordinal));
        int hover = dialogue.AskAt("textDocument/hover", EditorDialogue.Gadget, 300_004, 29);
        dialogue.Open("file:///g/snap.yaml", new string('x', (16 << 20) + 1));
        int nothing = dialogue.AskAt("textDocument/completion", "file:///g/snap.yaml", 0, 0);
        dialogue.Run();
        Assert.Equal(["JC1201"], dialogue.Findings(EditorDialogue.Gadget).EnumerateArray().Select(one => one.GetProperty("code").GetString()));
        Assert.Contains("How large it is", dialogue.Result(hover).GetRawText(), StringComparison.Ordinal);
        Assert.Equal(["JC9270"], dialogue.Findings("file:///g/snap.yaml").EnumerateArray().Select(one => one.GetProperty("code").GetString()));
        Assert.Equal(0, dialogue.Result(nothing).GetArrayLength());
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 60);
    }

    private static string Position(string text, int index, string encoding)
    {
        int line = 0, start = 0;
        for (int at = 0; at < index; at++)
        {
            if (text[at] == '\n' || (text[at] == '\r' && !(at + 1 < text.Length && text[at + 1] == '\n')))
                (line, start) = (line + 1, at + 1);
        }
        string before = text[start..index];
        int character = encoding switch
        {
            "utf-8" => Encoding.UTF8.GetByteCount(before),
            "utf-32" => before.EnumerateRunes().Count(),
            _ => before.Length,
        };
        return $$$"""{"line":{{{line}}},"character":{{{character}}}}""";
    }
}
