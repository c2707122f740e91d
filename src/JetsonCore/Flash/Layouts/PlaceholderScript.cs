// The commands of sed by which flash.sh makes bootloader/flash.xml of a layout: for each line, in their order, the
// first occurrence of a word is replaced, or a line with a word in it goes away, whatever else it holds.
using System.Text;

namespace JetsonCore.Flash.Layouts;

/// <summary>One command.</summary>
/// <param name="Word">What it looks for.</param>
/// <param name="Replacement">What comes in its place; null: the whole line goes.</param>
internal sealed record PlaceholderCommand(string Word, string? Replacement);

/// <summary>A layout as flash.sh would make it.</summary>
/// <param name="Text">The text.</param>
/// <param name="Lines">The line of the original for each line, both from 1 (index 0 is line 1).</param>
internal sealed record FilledLayout(string Text, IReadOnlyList<int> Lines);

/// <summary>Fills layouts.</summary>
internal static class PlaceholderScript
{
    /// <summary>Runs the commands over a text.</summary>
    public static FilledLayout Fill(string text, IReadOnlyList<PlaceholderCommand> commands)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(commands);
        var filled = new StringBuilder();
        var lines = new List<int>();
        int number = 0;
        foreach (string line in text.Split('\n'))
        {
            number++;
            if (FillLine(line, commands) is not { } kept)
                continue;
            if (lines.Count > 0)
                filled.Append('\n');
            filled.Append(kept);
            lines.Add(number);
        }
        return new(filled.ToString(), lines);
    }

    private static string? FillLine(string line, IReadOnlyList<PlaceholderCommand> commands)
    {
        foreach (PlaceholderCommand command in commands)
        {
            int at = line.IndexOf(command.Word, StringComparison.Ordinal);
            if (at < 0)
                continue;
            if (command.Replacement is null)
                return null;
            line = $"{line[..at]}{command.Replacement}{line[(at + command.Word.Length)..]}";
        }
        return line;
    }
}
