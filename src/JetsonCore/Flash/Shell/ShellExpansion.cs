// What a word stands for: quotes taken off, variables put in. Command substitutions, arithmetic and the rarer forms of
// ${…} have no value here.
// Source: POSIX.1-2017, Shell Command Language 2.6.
using System.Text;

namespace JetsonCore.Flash.Shell;

/// <summary>A word's value, or why it has none.</summary>
internal readonly record struct ShellValue(string? Text, string? Doubt);

/// <summary>Puts variables into words.</summary>
internal static class ShellExpansion
{
    /// <summary>Letters of the longest value that is followed; a few lines can double one without end.</summary>
    public const int ValueLengthMax = 1 << 16;

    /// <summary>Expands a word as typed.</summary>
    /// <param name="word">The word with its quotes.</param>
    /// <param name="value">A variable's value; null where it is not set or cannot be told.</param>
    /// <param name="isSet">Whether a variable is set.</param>
    public static ShellValue Expand(string word, Func<string, string?> value, Func<string, bool> isSet)
    {
        var text = new StringBuilder();
        bool isQuoted = false;
        for (int at = 0; at < word.Length; at++)
        {
            if (text.Length > ValueLengthMax)
                break;
            char letter = word[at];
            switch (letter)
            {
                case '\'' when !isQuoted:
                    int end = word.IndexOf('\'', at + 1) is >= 0 and int found ? found : word.Length;
                    text.Append(word, at + 1, end - at - 1);
                    at = end;
                    break;
                case '"':
                    isQuoted = !isQuoted;
                    break;
                case '\\' when at + 1 < word.Length:
                    at++;
                    if (word[at] == '\n')
                        break;
                    if (isQuoted && word[at] is not ('$' or '`' or '"' or '\\'))
                        text.Append('\\');
                    text.Append(word[at]);
                    break;
                case '`':
                    return new(null, "it is the output of a command");
                case '$' when at + 1 < word.Length:
                    (string? part, string? doubt, int length) = Variable(word.AsSpan(at + 1), value, isSet);
                    if (doubt is not null)
                        return new(null, doubt);
                    text.Append(part);
                    at += length;
                    break;
                default:
                    text.Append(letter);
                    break;
            }
        }
        return Bounded(text.ToString());
    }

    /// <summary>A value, unless it is too long to be followed.</summary>
    public static ShellValue Bounded(string text) => text.Length <= ValueLengthMax
        ? new(text, null) : new(null, $"it has more than {ValueLengthMax} letters");

    /// <summary>The value of what stands behind a "$", and how many letters of it were used.</summary>
    private static (string? Text, string? Doubt, int Length) Variable(
        ReadOnlySpan<char> rest, Func<string, string?> value, Func<string, bool> isSet)
    {
        if (rest[0] == '(')
            return (null, "it is the output of a command", 0);
        if (rest[0] == '{')
        {
            int close = Close(rest);
            ShellValue inner = Braced(rest[1..close].ToString(), value, isSet);
            return (inner.Text, inner.Doubt, close + 1);
        }
        string name = NameAt(rest);
        if (name.Length > 0)
        {
            ShellValue plain = Plain(name, value, isSet);
            return (plain.Text, plain.Doubt, name.Length);
        }
        bool isSpecial = char.IsAsciiDigit(rest[0]) || rest[0] is '#' or '?' or '@' or '*' or '$' or '!' or '-';
        return isSpecial ? (null, $"it hangs on ${rest[0]}", 1) : ("$", null, 0);
    }

    private static ShellValue Plain(string name, Func<string, string?> value, Func<string, bool> isSet) =>
        value(name) is { } known ? new(known, null)
        : isSet(name) ? new(null, $"it hangs on {name}, which cannot be told")
        : new("", null);

    /// <summary>${NAME}, ${NAME:-word} and their like.</summary>
    private static ShellValue Braced(string inner, Func<string, string?> value, Func<string, bool> isSet)
    {
        string name = NameAt(inner), rest = inner[name.Length..];
        if (name.Length == 0)
            return new(null, $"${{{inner}}} is not read here");
        ShellValue own = Plain(name, value, isSet);
        if (rest.Length == 0 || own.Doubt is not null)
            return own;
        bool alsoEmpty = rest[0] == ':';
        char operation = alsoEmpty ? rest.ElementAtOrDefault(1) : rest[0];
        bool isThere = alsoEmpty ? own.Text is { Length: > 0 } : isSet(name);
        string word = rest[(alsoEmpty ? 2 : 1)..];
        return operation switch
        {
            '-' or '=' => isThere ? own : Expand(word, value, isSet),
            '+' => isThere ? Expand(word, value, isSet) : new("", null),
            '?' => own,
            _ => new(null, $"${{{inner}}} is not read here"),
        };
    }

    private static string NameAt(ReadOnlySpan<char> text)
    {
        int end = 0;
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] == '_'))
            end++;
        return end > 0 && char.IsAsciiDigit(text[0]) ? "" : text[..end].ToString();
    }

    private static int Close(ReadOnlySpan<char> text)
    {
        int depth = 0;
        for (int at = 0; at < text.Length; at++)
        {
            if (text[at] == '\\')
                at++;
            else if (text[at] == '{')
                depth++;
            else if (text[at] == '}' && --depth == 0)
                return at;
        }
        return text.Length - 1;
    }
}
