// Puts a file name into one partition of a layout, by editing the text at its place: every other byte stays.
//
//   <partition name="UDA" id="23" type="data">            <partition name="UDA" id="23" type="data">
//       <allocation_policy> sequential …            →          <filename> system-data.ext4 </filename>
//                                                               <allocation_policy> sequential …
//
// The name goes in front of the other children, with the same blanks; names that the partition has are taken out with
// theirs. The shell script of the bundle does exactly the same, so that both make the same file.
namespace JetsonCore.Flash.Layouts;

/// <summary>Edits layouts.</summary>
internal static class LayoutEdit
{
    private const string Open = "<filename", Close = "</filename>", End = "</partition";
    private const string Blanks = " \t\r\n";

    /// <summary>The text of a layout whose partition names one file.</summary>
    /// <param name="layout">The layout.</param>
    /// <param name="partition">One of its partitions.</param>
    /// <param name="fileName">The file.</param>
    public static string WithFile(LayoutDocument layout, LayoutPartition partition, string fileName)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentNullException.ThrowIfNull(partition);
        string text = layout.Text, element = $"{Open}> {fileName} {Close}";
        int start = partition.TagEnd;
        if (text[start - 2] == '/')
            return $"{text[..(start - 2)]}>{element}{End}>{text[start..]}";
        int end = EndTag(text, start);
        string children = WithoutFiles(text[start..end]);
        int blanks = children.Length - children.TrimStart(Blanks.ToCharArray()).Length;
        return $"{text[..start]}{children[..blanks]}{element}{children}{text[end..]}";
    }

    private static string WithoutFiles(string children)
    {
        for (int at = Find(children, Open, 0); at >= 0; at = Find(children, Open, at))
        {
            int tag = children.IndexOf('>', at);
            int close = children.IndexOf(Close, at, StringComparison.Ordinal);
            int behind = children[tag - 1] == '/' || close < 0 ? tag + 1 : close + Close.Length;
            while (at > 0 && Blanks.Contains(children[at - 1]))
                at--;
            children = children[..at] + children[behind..];
        }
        return children;
    }

    private static int EndTag(string text, int from) =>
        Find(text, End, from) is >= 0 and int found ? found : text.Length;

    /// <summary>Where a tag stands that is not in a comment.</summary>
    private static int Find(string text, string tag, int from)
    {
        int found = text.IndexOf(tag, from, StringComparison.Ordinal);
        while (found >= 0)
        {
            int comment = text.IndexOf("<!--", from, found - from, StringComparison.Ordinal);
            if (comment < 0)
                return found;
            int end = text.IndexOf("-->", comment, StringComparison.Ordinal);
            if (end < 0)
                return -1;
            from = end + "-->".Length;
            if (found < from)
                found = text.IndexOf(tag, from, StringComparison.Ordinal);
        }
        return -1;
    }
}
