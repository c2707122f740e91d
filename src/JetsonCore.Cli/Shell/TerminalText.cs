// Names from foreign bytes as text: they may hold line breaks, a terminal's commands, and bytes that are no text.
//
//   \x1b      a control letter below U+0080, or a byte that is no UTF-8: these are above 7f
//   \u0085    a control letter above
//   \\        a backslash, in names that hold one of these, or what looks like one
//
// So two names are never the same text, and a text can be turned back into its name.
using System.Globalization;
using System.Text;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Cli.Shell;

internal static class TerminalText
{
    private const char EscapeBase = '\uDC00', FirstByte = '\uDC80', LastByte = '\uDCFF';

    /// <summary>The text with what a terminal would obey, and bytes that are no text, as escapes.</summary>
    public static string Of(string text)
    {
        foreach (char letter in text)
        {
            if (char.IsControl(letter) || char.IsSurrogate(letter) || letter == '\\')
                return NeedsEscapes(text) ? Escaped(text) : text;
        }
        return text;
    }

    /// <summary>The name that <see cref="Of"/> shows so, and null where it shows none so.</summary>
    public static string? NameOf(string shown)
    {
        if (!shown.Contains('\\', StringComparison.Ordinal))
            return null;
        var bytes = new List<byte>();
        for (int at = 0; at < shown.Length; at++)
        {
            if (shown[at] != '\\')
            {
                int end = shown.IndexOf('\\', at);
                bytes.AddRange(NodeName.Encode(shown[at..(end < 0 ? shown.Length : end)]));
                at = (end < 0 ? shown.Length : end) - 1;
            }
            else if (shown.AsSpan(at).StartsWith(@"\\"))
            {
                bytes.Add((byte)'\\');
                at++;
            }
            else if (EscapeAt(shown, at) is { } letter)
            {
                bytes.AddRange(letter.IsByte ? [(byte)letter.Value] : NodeName.Encode($"{(char)letter.Value}"));
                at += letter.IsByte ? 3 : 5;
            }
            else
            {
                return null;
            }
        }
        string name = NodeName.Decode([.. bytes]);
        return Of(name) == shown ? name : null;
    }

    private static bool NeedsEscapes(string text)
    {
        for (int at = 0; at < text.Length; at++)
        {
            if (char.IsControl(text[at]) || IsByte(text, at) || EscapeAt(text, at) is not null)
                return true;
            if (char.IsHighSurrogate(text[at]))
                at++;
        }
        return false;
    }

    /// <summary>The control letter or byte that an escape at a place stands for.</summary>
    private static (int Value, bool IsByte)? EscapeAt(string text, int at)
    {
        ReadOnlySpan<char> rest = text.AsSpan(at);
        bool isByte = rest.StartsWith(@"\x");
        int digits = isByte ? 2 : 4;
        if ((!isByte && !rest.StartsWith(@"\u")) || rest.Length < 2 + digits
            || !int.TryParse(rest.Slice(2, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture,
                out int value))
            return null;
        bool isControl = isByte ? value is < 0x20 or >= 0x7F : value is >= 0x80 and < 0xA0;
        return isControl ? (value, isByte) : null;
    }

    private static bool IsByte(string text, int at) => text[at] is >= FirstByte and <= LastByte
        && (at == 0 || !char.IsHighSurrogate(text[at - 1]));

    private static string Escaped(string text)
    {
        var plain = new StringBuilder(text.Length + 8);
        for (int at = 0; at < text.Length; at++)
        {
            char letter = text[at];
            if (letter == '\\')
                plain.Append(@"\\");
            else if (IsByte(text, at))
                plain.Append(CultureInfo.InvariantCulture, $"\\x{letter - EscapeBase:x2}");
            else if (char.IsControl(letter))
                plain.Append(letter < 0x80 ? "\\x" : "\\u")
                    .Append(((int)letter).ToString(letter < 0x80 ? "x2" : "x4", CultureInfo.InvariantCulture));
            else
                plain.Append(letter);
        }
        return plain.ToString();
    }
}
