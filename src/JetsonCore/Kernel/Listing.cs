// The first few of many names, for messages.
using System.Globalization;

namespace JetsonCore.Kernel;

internal static class Listing
{
    /// <summary>"a, b, c and 12 others".</summary>
    public static string Of(IReadOnlyList<string> names, int most) => names.Count <= most
        ? string.Join(", ", names)
        : string.Create(CultureInfo.InvariantCulture,
            $"{string.Join(", ", names.Take(most))} and {names.Count - most} others");
}
