// Which of two versions of a Debian package is the newer one, exactly as dpkg has it: [EPOCH:]UPSTREAM[-REVISION].
// Epochs are numbers. In the two others, runs of other characters and runs of digits take turns: digits count as
// numbers of any length, "~" comes before everything, even before the end, then letters, then all else.
// Source: deb-version(7), Debian Policy 5.6.12.
namespace JetsonCore.Notices;

/// <summary>Compares versions.</summary>
internal static class DebianVersion
{
    /// <summary>Below 0 where <paramref name="a"/> is older, 0 where both count as the same.</summary>
    public static int Compare(string a, string b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        ReadOnlySpan<char> restA = a, restB = b;
        int order = CompareParts(Epoch(ref restA), Epoch(ref restB));
        if (order != 0)
            return order;
        ReadOnlySpan<char> revisionA = Revision(ref restA), revisionB = Revision(ref restB);
        order = CompareParts(restA, restB);
        return order != 0 ? order : CompareParts(revisionA, revisionB);
    }

    private static ReadOnlySpan<char> Epoch(ref ReadOnlySpan<char> version)
    {
        int colon = version.IndexOf(':');
        ReadOnlySpan<char> epoch = colon < 0 ? "" : version[..colon];
        version = version[(colon + 1)..];
        return epoch;
    }

    private static ReadOnlySpan<char> Revision(ref ReadOnlySpan<char> version)
    {
        int dash = version.LastIndexOf('-');
        ReadOnlySpan<char> revision = dash < 0 ? "" : version[(dash + 1)..];
        version = dash < 0 ? version : version[..dash];
        return revision;
    }

    private static int CompareParts(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        while (!a.IsEmpty || !b.IsEmpty)
        {
            while ((!a.IsEmpty && !char.IsAsciiDigit(a[0])) || (!b.IsEmpty && !char.IsAsciiDigit(b[0])))
            {
                int difference = Weight(a) - Weight(b);
                if (difference != 0)
                    return difference;
                a = a[1..];
                b = b[1..];
            }
            ReadOnlySpan<char> numberA = Number(ref a), numberB = Number(ref b);
            int order = numberA.Length != numberB.Length
                ? numberA.Length - numberB.Length : numberA.SequenceCompareTo(numberB);
            if (order != 0)
                return order;
        }
        return 0;
    }

    private static int Weight(ReadOnlySpan<char> rest) => rest.IsEmpty || char.IsAsciiDigit(rest[0]) ? 0
        : rest[0] == '~' ? -1 : char.IsAsciiLetter(rest[0]) ? rest[0] : rest[0] + 256;

    /// <summary>The digits in front, without zeros before them.</summary>
    private static ReadOnlySpan<char> Number(ref ReadOnlySpan<char> rest)
    {
        int end = rest.IndexOfAnyExceptInRange('0', '9');
        ReadOnlySpan<char> digits = end < 0 ? rest : rest[..end];
        rest = rest[digits.Length..];
        return digits.TrimStart('0');
    }
}
