// The text of a file that a person typed, by lines: what findings quote, with a caret below. Lines end where YAML 1.1
// ends them: LF, CR, CR LF, NEL, LS, PS.
namespace JetsonCore.Diagnostics;

/// <summary>A text by lines.</summary>
public sealed class SourceText(string text)
{
    private const string Breaks = "\r\n\u0085\u2028\u2029";

    private int[]? _lineStarts;

    /// <summary>No text.</summary>
    public static SourceText Empty { get; } = new("");

    /// <summary>The whole text.</summary>
    public string Text { get; } = text;

    /// <summary>A line without its end, from 1; empty where there is no such line.</summary>
    public ReadOnlySpan<char> Line(int number)
    {
        int[] starts = _lineStarts ??= FindLineStarts();
        if (number < 1 || number > starts.Length)
            return [];
        int start = starts[number - 1];
        int end = number < starts.Length ? starts[number] : Text.Length;
        return Text.AsSpan(start, end - start).TrimEnd(Breaks);
    }

    /// <summary>Where a place is in the text; the text's end for one behind it.</summary>
    /// <param name="line">From 1.</param>
    /// <param name="column">From 1, in characters.</param>
    public int IndexOf(int line, int column)
    {
        int[] starts = _lineStarts ??= FindLineStarts();
        if (line < 1 || line > starts.Length)
            return Text.Length;
        int at = starts[line - 1];
        for (int left = column - 1; left > 0 && at < Text.Length; left--)
            at += char.IsSurrogatePair(Text, at) ? 2 : 1;
        return at;
    }

    private int[] FindLineStarts()
    {
        List<int> starts = [0];
        for (int at = 0; Text.AsSpan(at).IndexOfAny(Breaks) is >= 0 and int ahead;)
        {
            at += ahead;
            at += Text.AsSpan(at).StartsWith("\r\n") ? 2 : 1;
            starts.Add(at);
        }
        return [.. starts];
    }
}
