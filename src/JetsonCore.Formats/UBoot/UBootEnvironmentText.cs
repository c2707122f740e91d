// The text from which an environment is made, as mkenvimage reads it:
//
//   # a line that begins with '#' is a comment; it and an empty line are passed over, even where a value goes on
//   bootdelay=2
//   snappy_boot=run one; \       a backslash at the end of a line: the value goes on,
//     run two                    and keeps the line break (U-Boot's shell takes it as ';')
//
// Nothing is trimmed: blanks around keys and values belong to them.
// Source: mkenvimage(1). U-Boot's CONFIG_DEFAULT_ENV_FILE reads the same text, but drops a continued line's break
// and indentation: end a continued line with ';' and it means the same to both.
using System.Text;

namespace JetsonCore.Formats.UBoot;

/// <summary>One entry of an environment text.</summary>
/// <param name="LineNumber">The line it begins on, from 1.</param>
/// <param name="Key">What stands before the first '=', or the whole entry where there is none.</param>
/// <param name="Value">What stands behind it, or null where there is no '='.</param>
public readonly record struct UBootTextEntry(int LineNumber, string Key, string? Value);

/// <summary>Reads and writes the text form of an environment.</summary>
public static class UBootEnvironmentText
{
    /// <summary>The entries of a text, in its order; whether they are sound is for the caller to judge.</summary>
    public static IReadOnlyList<UBootTextEntry> Read(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var entries = new List<UBootTextEntry>();
        var entry = new StringBuilder();
        int firstLineNumber = 1;
        string[] lines = text.Split('\n');
        for (int index = 0; index < lines.Length; index++)
        {
            string line = lines[index];
            if (line is "" || line.StartsWith('#'))
                continue;
            if (entry.Length == 0)
                firstLineNumber = index + 1;
            bool goesOn = line.EndsWith('\\') && index < lines.Length - 1;
            entry.Append(goesOn ? line.AsSpan(0, line.Length - 1) : line);
            if (goesOn)
                entry.Append('\n');
            else
                Flush(entry, firstLineNumber, entries);
        }
        Flush(entry, firstLineNumber, entries);
        return entries;
    }

    /// <summary>
    /// The text of an environment: one entry a line, in ordinal order of the keys. A text cannot say everything: a key
    /// or a continued line that begins with '#', and a value that ends with a backslash or a line break, are not read
    /// back as they were.
    /// </summary>
    public static string Write(IReadOnlyDictionary<string, string> variables)
    {
        ArgumentNullException.ThrowIfNull(variables);
        var text = new StringBuilder();
        foreach ((string key, string value) in variables.OrderBy(v => v.Key, StringComparer.Ordinal))
            text.Append(key).Append('=').Append(value.Replace("\n", "\\\n", StringComparison.Ordinal)).Append('\n');
        return text.ToString();
    }

    private static void Flush(StringBuilder entry, int lineNumber, List<UBootTextEntry> entries)
    {
        if (entry.Length == 0)
            return;
        string whole = entry.ToString();
        entry.Clear();
        int split = whole.IndexOf('=', StringComparison.Ordinal);
        entries.Add(split < 0
            ? new(lineNumber, whole, null)
            : new(lineNumber, whole[..split], whole[(split + 1)..]));
    }
}
