// The headers of an assertion, to text: the form that AssertionHeaderParser draws. Every entry starts with a line end,
// because it follows another. Empty lists and maps leave nothing behind, nor do those that hold nothing but such.
// Spec and peer: snapd asserts/headers.go.
using System.Text;

namespace JetsonCore.Assertions;

internal static class AssertionHeaderWriter
{
    private const string LevelIndent = "  ", TextIndent = "    ";

    /// <summary>Appends "\nname: value".</summary>
    public static void Append(StringBuilder text, string name, HeaderValue value) =>
        Append(text, $"{name}:", value, "");

    private static void Append(StringBuilder text, string intro, HeaderValue value, string indent)
    {
        switch (value)
        {
            case HeaderValue.Text { Value: var line } when !line.Contains('\n', StringComparison.Ordinal):
                text.Append('\n').Append(intro).Append(' ').Append(line);
                break;
            case HeaderValue.Text { Value: var lines }:
                text.Append('\n').Append(intro);
                foreach (string line in lines.Split('\n'))
                    text.Append('\n').Append(indent).Append(TextIndent).Append(line);
                break;
            case HeaderValue.Items { Values: var items } when value.HoldsText:
                text.Append('\n').Append(intro);
                foreach (HeaderValue item in items)
                    Append(text, $"{indent}{LevelIndent}-", item, indent + LevelIndent);
                break;
            case HeaderValue.Entries { Values: var entries } when value.HoldsText:
                text.Append('\n').Append(intro);
                foreach ((string key, HeaderValue entry) in entries.All)
                    Append(text, $"{indent}{LevelIndent}{key}:", entry, indent + LevelIndent);
                break;
        }
    }
}
