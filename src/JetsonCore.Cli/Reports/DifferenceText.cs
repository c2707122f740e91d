// `diff` as text: a line for each difference, below it the lines of a text that differ.
//
//   --- old/jetson.img
//   +++ new/jetson.img
//   system-boot:uboot.env:snap_kernel: content, 24 bytes, from byte 18
//     -jetson-tx1-kernel_1.snap
//     +jetson-tx1-kernel_2.snap
using System.Globalization;
using JetsonCore.Cli.Shell;
using JetsonCore.Comparison;

namespace JetsonCore.Cli.Reports;

internal sealed class DifferenceText(string before, string after, TextWriter output)
{
    private const int LinesShown = 40;

    private bool _hasBegun;

    /// <summary>Writes a difference; before the first one, what is compared.</summary>
    public void Write(ArtefactDifference difference)
    {
        if (!_hasBegun)
        {
            output.WriteLine($"--- {TerminalText.Of(before)}");
            output.WriteLine($"+++ {TerminalText.Of(after)}");
            _hasBegun = true;
        }
        output.WriteLine($"{Place(difference)}: {Words(difference)}");
        foreach (string line in difference.Lines.Take(LinesShown))
            output.WriteLine($"  {TerminalText.Of(line)}");
        if (difference.Lines.Length > LinesShown)
            output.WriteLine($"  … {difference.Lines.Length - LinesShown} more lines (all of them: --json)");
    }

    /// <summary>Where it is; "(whole)" for what was named itself.</summary>
    internal static string Place(ArtefactDifference difference) =>
        difference.Path.Length == 0 ? "(whole)" : TerminalText.Of(difference.Path);

    /// <summary>What differs, on a line.</summary>
    internal static string Words(ArtefactDifference difference)
    {
        (string before, string after) = (TerminalText.Of(difference.Before), TerminalText.Of(difference.After));
        return difference.Kind switch
        {
            DifferenceKind.Removed => $"only in the first ({before})",
            DifferenceKind.Added => $"only in the second ({after})",
            DifferenceKind.Content => Content(difference),
            DifferenceKind.Layout => $"equal in all that can be said of it, not byte for byte: "
                + $"from byte {difference.Offset}{(difference.Name.Length > 0 ? $", {difference.Name}" : "")}",
            DifferenceKind.Unreadable =>
                $"cannot be read: {TerminalText.Of(difference.Name)}; only the bytes are compared",
            DifferenceKind.Property or DifferenceKind.Attributes => $"{difference.Name} {Text(before)} → {Text(after)}",
            _ => $"{difference.Kind.ToString().ToLowerInvariant()} {Text(before)} → {Text(after)}",
        };
    }

    private static string Content(ArtefactDifference difference)
    {
        string sizes = difference.Before == difference.After
            ? difference.Before : $"{difference.Before} → {difference.After}";
        string what = difference.Name.Length > 0 ? TerminalText.Of(difference.Name) : "content";
        return string.Create(CultureInfo.InvariantCulture, $"{what}, {sizes}, from byte {difference.Offset}");
    }

    private static string Text(string value) => value.Length == 0 ? "\"\"" : value;
}
