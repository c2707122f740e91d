// The headers' grammar: examples, what is refused and where, and read(write(x)) = x for random headers.
using System.Collections.Immutable;
using System.Text;
using JetsonCore.Assertions;
using JetsonCore.Formats.Binary;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Tests.Assertions;

public class AssertionHeaderTests
{
    private const string Nested = """
        one: a line
        text:
            first
              second, indented

            fourth
        list:
          - a
          -
              two
              lines
          -
            - inner
            -
              key: in a map in a list
          -
            a: 1
            b:
              - x
        map:
          empty: 
          key: value
          list:
            - y
          text:
              deep
              text
        """;

    private static AssertionHeaders Parse(string text) => AssertionHeaderParser.Parse(Encoding.UTF8.GetBytes(text), 0, 1);

    private static string Write(AssertionHeaders headers)
    {
        var text = new StringBuilder();
        foreach ((string name, HeaderValue value) in headers.All)
            AssertionHeaderWriter.Append(text, name, value);
        return text.ToString().TrimStart('\n');
    }

    [Fact]
    public void Every_form_of_value_is_read()
    {
        AssertionHeaders headers = Parse(Nested.Replace("\n\n", "\n    \n", StringComparison.Ordinal));
        Assert.Equal(["list", "map", "one", "text"], headers.Names);
        Assert.Equal("a line", headers.Text("one"));
        Assert.Equal("first\n  second, indented\n\nfourth", headers.Text("text"));
        ImmutableArray<HeaderValue> list = ((HeaderValue.Items)headers["list"]!).Values;
        Assert.Equal(4, list.Length);
        Assert.Equal("two\nlines", ((HeaderValue.Text)list[1]).Value);
        HeaderValue inner = ((HeaderValue.Items)list[2]).Values[1];
        Assert.Equal("in a map in a list", ((HeaderValue.Entries)inner).Values.Text("key"));
        AssertionHeaders map = ((HeaderValue.Entries)headers["map"]!).Values;
        Assert.Equal("", map.Text("empty"));
        Assert.Equal("deep\ntext", map.Text("text"));
        Assert.Equal((22, 8), (map.SpanOf("key").Line, map.SpanOf("key").Column));
    }

    [Fact]
    public void What_was_written_canonically_is_written_again()
    {
        string text = string.Join('\n', Nested.Replace("\n\n", "\n    \n", StringComparison.Ordinal).Split('\n'));
        string canonical = Write(Parse(text));
        Assert.Equal(canonical, Write(Parse(canonical)));
        Assert.StartsWith("list:\n  - a\n  -\n      two\n      lines\n  -\n    - inner\n    -\n      key: in",
            canonical, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("novalue", 0, "line 1: no \":\"")]
    [InlineData("a: 1\nName: x", 5, "line 2: \"Name\" is no header name")]
    [InlineData("a: 1\n: x", 5, "line 2: no name before the \":\"")]
    [InlineData("a: 1\n\nb: x", 5, "line 2: it is empty")]
    [InlineData("a: 1\n-b: x", 5, "no header name")]
    [InlineData("a--b: x", 0, "no header name")]
    [InlineData("a:x", 0, "no blank before the value")]
    [InlineData("a: 1\na: 2", 5, "line 2: header \"a\" is there twice")]
    [InlineData("a:\n  k: 1\n  k: 2", 10, "line 3: header \"k\" is there twice")]
    [InlineData("a:", 0, "must follow \"a:\"")]
    [InlineData("a:\n   x", 0, "4 or more blanks")]
    [InlineData("a:\n  -\n   x", 3, "6 or more blanks")]
    [InlineData("a:\n  - 1\n  x: 2", 9, "no header name")]
    [InlineData("a: 1\n", 5, "line 2: it is empty")]
    public void What_breaks_the_grammar_is_refused_with_its_place(string text, long offset, string message)
    {
        var exception = Assert.Throws<MalformedDataException>(() => Parse(text));
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
        Assert.Equal(offset, exception.Offset);
    }

    [Fact]
    public void Bytes_that_are_no_text_are_refused() =>
        Assert.Throws<MalformedDataException>(() => AssertionHeaderParser.Parse([0x61, 0x3A, 0x20, 0xFF], 0, 1));

    [Fact]
    public void Random_headers_survive_writing_and_reading()
    {
        for (ulong seed = 0; seed < 500; seed++)
        {
            AssertionHeaders headers = RandomEntries(new SeededRandom(seed), depth: 0);
            string text = Write(headers);
            if (text is not "")
                Assert.Equal(text, Write(Parse(text)));
            Assert.DoesNotContain("\n\n", text, StringComparison.Ordinal);
        }
    }

    private static AssertionHeaders RandomEntries(SeededRandom random, int depth)
    {
        AssertionHeaders headers = AssertionHeaders.None;
        for (int count = random.Next(5); count > 0; count--)
            headers = headers.With($"name-{random.Next(100)}", RandomValue(random, depth + 1));
        return headers;
    }

    private static HeaderValue RandomValue(SeededRandom random, int depth) => random.Next(depth > 4 ? 2 : 4) switch
    {
        0 => new HeaderValue.Text(random.Pick(["", " ", "x", "- x", "a: b", "ünïcode", "#"])),
        1 => new HeaderValue.Text(random.Pick(["a\nb", "\n", "a\n", "\n\n", "  a\n- b\nk: v", "x\n\ny"])),
        2 => new HeaderValue.Items([.. Enumerable.Range(0, random.Next(4)).Select(_ => RandomValue(random, depth + 1))]),
        _ => new HeaderValue.Entries(RandomEntries(random, depth + 1)),
    };
}
