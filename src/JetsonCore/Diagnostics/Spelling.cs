// "Did you mean …?": the known word nearest to a mistyped one.
namespace JetsonCore.Diagnostics;

/// <summary>Finds likely spellings.</summary>
public static class Spelling
{
    private const int LengthMax = 40;

    /// <summary>The nearest known word, or null where none is near: a third of the letters may be wrong.</summary>
    public static string? Nearest(string word, ReadOnlySpan<string> known)
    {
        ArgumentNullException.ThrowIfNull(word);
        if (word.Length is 0 or > LengthMax)
            return null;
        string typed = Plain(word);
        string? nearest = null;
        int least = Math.Max(1, typed.Length / 3) + 1;
        foreach (string candidate in known)
        {
            int distance = Distance(typed, Plain(candidate));
            if (distance < least)
                (nearest, least) = (candidate, distance);
        }
        return nearest;
    }

    /// <summary>
    /// Whether a word can only be a slip for another one: a letter or, in longer words, two are wrong, but no digit.
    /// </summary>
    public static bool IsSlip(string word, string meant)
    {
        ArgumentNullException.ThrowIfNull(word);
        ArgumentNullException.ThrowIfNull(meant);
        return word.Length <= LengthMax && meant.Length >= 4
            && word.Where(char.IsAsciiDigit).SequenceEqual(meant.Where(char.IsAsciiDigit))
            && Distance(Plain(word), Plain(meant)) <= (meant.Length >= 8 ? 2 : 1);
    }

    private static string Plain(string word) =>
        word.ToLowerInvariant().Replace('_', '-').Trim();

    /// <summary>How many letters must be put in, taken out, replaced or swapped with their neighbour.</summary>
    private static int Distance(string from, string to)
    {
        var rows = new int[from.Length + 1, to.Length + 1];
        for (int row = 0; row <= from.Length; row++)
            rows[row, 0] = row;
        for (int column = 0; column <= to.Length; column++)
            rows[0, column] = column;
        for (int row = 1; row <= from.Length; row++)
        {
            for (int column = 1; column <= to.Length; column++)
            {
                int replaced = rows[row - 1, column - 1] + (from[row - 1] == to[column - 1] ? 0 : 1);
                int best = Math.Min(replaced, Math.Min(rows[row - 1, column], rows[row, column - 1]) + 1);
                bool isSwap = row > 1 && column > 1 && from[row - 1] == to[column - 2]
                    && from[row - 2] == to[column - 1];
                rows[row, column] = isSwap ? Math.Min(best, rows[row - 2, column - 2] + 1) : best;
            }
        }
        return rows[from.Length, to.Length];
    }
}
