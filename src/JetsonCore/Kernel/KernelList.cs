// The list files of a kernel source folder: one entry a line, words apart by blanks, "#" starts a comment, "?" before
// an entry says that it may be missing.
using JetsonCore.Diagnostics;

namespace JetsonCore.Kernel;

/// <summary>One entry of a list file.</summary>
/// <param name="Name">Its first word.</param>
/// <param name="Target">Its second word, or "".</param>
/// <param name="IsOptional">Whether it may be missing.</param>
/// <param name="Span">Its place.</param>
public sealed record KernelListEntry(string Name, string Target, bool IsOptional, SourceSpan Span);

/// <summary>A list file.</summary>
/// <param name="Path">As the user would name it, for messages.</param>
/// <param name="Entries">What it lists.</param>
public sealed record KernelList(string Path, IReadOnlyList<KernelListEntry> Entries)
{
    /// <summary>Reads the text of a list.</summary>
    public static KernelList Parse(string path, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var entries = new List<KernelListEntry>();
        int lineNumber = 0;
        foreach (string line in text.Split('\n'))
        {
            lineNumber++;
            string content = line.Split('#', 2)[0].TrimEnd();
            string trimmed = content.TrimStart();
            if (trimmed is "")
                continue;
            bool isOptional = trimmed[0] == '?';
            string[] words = trimmed[(isOptional ? 1 : 0)..]
                .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            int column = content.Length - trimmed.Length + 1;
            var span = new SourceSpan(lineNumber, column, lineNumber, content.Length + 1);
            if (words is [var name, ..])
                entries.Add(new(name, words.ElementAtOrDefault(1) ?? "", isOptional, span));
        }
        return new(path, entries);
    }
}
