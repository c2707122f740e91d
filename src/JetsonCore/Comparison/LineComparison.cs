// Lines that differ between two texts, with a few of those about them. The longest common sequence is looked for
// between what both begin and end with; where that would take too long, one block takes the place of the other.
using System.Collections.Immutable;
using System.Text;
using System.Text.Unicode;

namespace JetsonCore.Comparison;

internal static class LineComparison
{
    /// <summary>Longer files are compared by their bytes alone.</summary>
    public const int TextBytesMax = 1 << 20;

    private const int CellsMax = 4 << 20, LinesAround = 2, LinesMax = 1000;

    /// <summary>The lines of a text; null: it is none.</summary>
    public static string[]? Lines(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IndexOfAnyInRange((byte)0, (byte)8) >= 0 || !Utf8.IsValid(bytes))
            return null;
        string text = Encoding.UTF8.GetString(bytes);
        return (text.EndsWith('\n') ? text[..^1] : text).Split('\n');
    }

    /// <summary>What is to be taken away and put there, "-" and "+" before the lines.</summary>
    public static ImmutableArray<string> Of(string[] before, string[] after)
    {
        int start = before.AsSpan().CommonPrefixLength(after);
        int rest = Math.Min(before.Length, after.Length) - start, end = 0;
        while (end < rest && before[^(end + 1)] == after[^(end + 1)])
            end++;
        List<(char Mark, string Line)> lines =
        [
            .. before[Math.Max(0, start - LinesAround)..start].Select(line => (' ', line)),
            .. Between(before[start..^end], after[start..^end]),
            .. before[^end..^Math.Max(0, end - LinesAround)].Select(line => (' ', line)),
        ];
        return [.. WithoutFarLines(lines).Take(LinesMax)];
    }

    private static IEnumerable<(char Mark, string Line)> Between(string[] before, string[] after)
    {
        if ((long)(before.Length + 1) * (after.Length + 1) > CellsMax)
        {
            foreach (string line in before)
                yield return ('-', line);
            foreach (string line in after)
                yield return ('+', line);
            yield break;
        }
        int[,] common = Common(before, after);
        for ((int left, int right) = (0, 0); left < before.Length || right < after.Length;)
        {
            bool isSame = left < before.Length && right < after.Length && before[left] == after[right];
            if (isSame)
                (right, _) = (right + 1, 0);
            bool isTaken = isSame || right >= after.Length
                || (left < before.Length && common[left + 1, right] >= common[left, right + 1]);
            yield return isTaken ? (isSame ? ' ' : '-', before[left++]) : ('+', after[right++]);
        }
    }

    /// <summary>How many lines are common from each place on.</summary>
    private static int[,] Common(string[] before, string[] after)
    {
        var common = new int[before.Length + 1, after.Length + 1];
        for (int left = before.Length - 1; left >= 0; left--)
        {
            for (int right = after.Length - 1; right >= 0; right--)
            {
                common[left, right] = before[left] == after[right]
                    ? common[left + 1, right + 1] + 1
                    : Math.Max(common[left + 1, right], common[left, right + 1]);
            }
        }
        return common;
    }

    private static IEnumerable<string> WithoutFarLines(List<(char Mark, string Line)> lines)
    {
        bool hasGap = false;
        for (int at = 0; at < lines.Count; at++)
        {
            int first = Math.Max(0, at - LinesAround), last = Math.Min(lines.Count - 1, at + LinesAround);
            bool isNear = lines.GetRange(first, last - first + 1).Exists(line => line.Mark != ' ');
            if (!isNear)
            {
                hasGap = true;
                continue;
            }
            if (hasGap)
                yield return " …";
            hasGap = false;
            yield return lines[at].Mark + lines[at].Line;
        }
    }
}
