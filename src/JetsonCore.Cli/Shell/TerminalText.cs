// Names from foreign bytes as text: they may hold line breaks, a terminal's commands, and bytes that are no text.
using System.Globalization;
using System.Text;

namespace JetsonCore.Cli.Shell;

internal static class TerminalText
{
    /// <summary>The text with what a terminal would obey as "\x1b", and bytes that are no text as U+FFFD.</summary>
    public static string Of(string text)
    {
        foreach (char letter in text)
        {
            if (char.IsControl(letter) || char.IsSurrogate(letter))
                return Escaped(text);
        }
        return text;
    }

    private static string Escaped(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (Rune.IsControl(rune))
                plain.Append(CultureInfo.InvariantCulture, $"\\x{rune.Value:x2}");
            else
                plain.Append(rune);
        }
        return plain.ToString();
    }
}
