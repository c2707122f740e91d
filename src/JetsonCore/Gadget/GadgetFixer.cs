// Mends a gadget.yaml as far as findings come with edits. Everything else stays as it is, comments and line ends
// included. After each round the file is judged anew: edits that make it worse are not taken.
using System.Text;
using JetsonCore.Diagnostics;

namespace JetsonCore.Gadget;

/// <summary>Applies the edits of findings.</summary>
public static class GadgetFixer
{
    private const int RoundsMax = 10;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The mended file; the same bytes where nothing can be mended.</summary>
    /// <param name="yaml">The file.</param>
    /// <param name="check">What is wrong with a file.</param>
    public static byte[] Fix(byte[] yaml, Func<byte[], IReadOnlyList<Diagnostic>> check)
    {
        ArgumentNullException.ThrowIfNull(yaml);
        ArgumentNullException.ThrowIfNull(check);
        byte[] best = yaml;
        IReadOnlyList<Diagnostic> findings = check(best);
        for (int round = 0; round < RoundsMax; round++)
        {
            byte[] next = Apply(best, findings.Select(finding => finding.Fix).OfType<TextEdit>());
            if (next.AsSpan().SequenceEqual(best))
                return best;
            IReadOnlyList<Diagnostic> left = check(next);
            if (Errors(left) > Errors(findings) || Fixes(left) >= Fixes(findings))
                return best;
            (best, findings) = (next, left);
        }
        return best;
    }

    /// <summary>The file with all edits that do not overlap; the same bytes if it is not UTF-8.</summary>
    public static byte[] Apply(byte[] yaml, IEnumerable<TextEdit> edits)
    {
        ArgumentNullException.ThrowIfNull(yaml);
        ArgumentNullException.ThrowIfNull(edits);
        int mark = yaml.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0;
        string text;
        try
        {
            text = Utf8.GetString(yaml, mark, yaml.Length - mark);
        }
        catch (DecoderFallbackException)
        {
            return yaml;
        }
        var source = new SourceText(text);
        var mended = new StringBuilder(text);
        int before = int.MaxValue;
        IEnumerable<TextEdit> fromTheEnd =
            edits.OrderByDescending(edit => edit.Span.Line).ThenByDescending(edit => edit.Span.Column);
        foreach (TextEdit edit in fromTheEnd)
        {
            int start = source.IndexOf(edit.Span.Line, edit.Span.Column);
            int end = source.IndexOf(edit.Span.EndLine, edit.Span.EndColumn);
            // An anchor or a tag before a value belongs to it, and others may lean on it.
            bool isPlain = edit.Span.Line == edit.Span.EndLine && end > start && end <= before
                && text[start] is not ('&' or '*' or '!');
            if (!isPlain)
                continue;
            mended.Remove(start, end - start).Insert(start, edit.Text);
            before = start;
        }
        return [.. yaml[..mark], .. Utf8.GetBytes(mended.ToString())];
    }

    private static int Errors(IEnumerable<Diagnostic> findings) =>
        findings.Count(finding => finding.Severity == Severity.Error);

    private static int Fixes(IEnumerable<Diagnostic> findings) => findings.Count(finding => finding.Fix is not null);
}
