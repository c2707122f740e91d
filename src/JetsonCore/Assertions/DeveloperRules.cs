// The header "developers" of a snap-developer: who may work on a snap, from when until when. Somebody whose period has
// no length is shut out, and then has no other entry.
using System.Globalization;

namespace JetsonCore.Assertions;

internal static class DeveloperRules
{
    /// <summary>Reports what is wrong with the list.</summary>
    public static void Check(HeaderValue value, HeaderPlace place)
    {
        var form = new HeaderForm.Maps(
        [
            HeaderForms.Must("developer-id", HeaderForms.AccountId), HeaderForms.Must("since", HeaderForms.Time),
            HeaderForms.May("until", HeaderForms.Time),
        ]);
        HeaderJudge.Judge(form, value, place);
        if (value is not HeaderValue.Items { Values: var items })
            return;
        var isShutOut = new Dictionary<string, bool>(StringComparer.Ordinal);
        foreach (AssertionHeaders entry in items.OfType<HeaderValue.Entries>().Select(item => item.Values))
        {
            if (entry.Text("developer-id") is not { } developer || Time(entry, "since") is not { } since)
                continue;
            DateTimeOffset? until = Time(entry, "until");
            if (until < since)
            {
                place.Refuse(entry.SpanOf("until"), string.Create(CultureInfo.InvariantCulture,
                    $"\"until\" of \"{developer}\" lies before \"since\""));
            }
            bool shutsOut = until == since;
            if (isShutOut.TryGetValue(developer, out bool before) && (before || shutsOut))
                place.Refuse(entry.SpanOf("since"), $"\"{developer}\" is shut out and has another entry");
            isShutOut.TryAdd(developer, shutsOut);
        }
    }

    private static DateTimeOffset? Time(AssertionHeaders entry, string name) =>
        entry.Text(name) is { } text && AssertionNames.TryParseTime(text, out DateTimeOffset time) ? time : null;
}
