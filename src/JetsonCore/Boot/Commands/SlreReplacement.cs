// Replaces what an expression matches; \0 to \9 stand for the whole match and its brackets.
// Source: U-Boot 2023.01, cmd/setexpr.c, measured in QEMU.
namespace JetsonCore.Boot.Commands;

internal static class SlreReplacement
{
    private const int TextMax = 16384, ReplacementMax = 4096;

    /// <summary>The text with replacements, or null where nothing matches or it grows too long.</summary>
    public static string? Apply(
        UBootMachine machine, SlreExpression expression, (string Text, string With) job, bool isForAll)
    {
        string done = "", left = job.Text;
        for (bool isFirst = true; ; isFirst = false)
        {
            if (expression.Match(left) is not { } captures)
            {
                if (!isFirst)
                    return done + left;
                machine.Print($"{job.Text}: No match\n");
                return null;
            }
            string replacement = Fill(job.With, left, captures);
            string matched = left.Substring(captures[0].Start, captures[0].Length);
            // The matched text is looked for from the front: an equal one before the match is replaced instead.
            int at = left.IndexOf(matched, StringComparison.Ordinal);
            done += left[..at] + replacement;
            left = left[(at + matched.Length)..];
            if (done.Length + left.Length > TextMax || replacement.Length > ReplacementMax)
            {
                machine.Print("## error: substitution buffer overflow\n");
                return null;
            }
            machine.Step();
            if (!isForAll)
                return done + left;
        }
    }

    // One reference after the other, so that a text put in for \0 may hold \1 in turn.
    private static string Fill(string replacement, string text, SlreCapture[] captures)
    {
        for (int number = 0; number < 10 && captures[number].Length > 0; number++)
        {
            replacement = replacement.Replace(
                $"\\{number}", text.Substring(captures[number].Start, captures[number].Length),
                StringComparison.Ordinal);
        }
        return replacement;
    }
}
