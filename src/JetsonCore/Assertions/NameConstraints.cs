// "plug-names" and "slot-names" of a rule: a list of patterns and of $MARKERS.
using System.Text.RegularExpressions;

namespace JetsonCore.Assertions;

internal static partial class NameConstraints
{
    /// <summary>Reports what is wrong with a list of names.</summary>
    public static void Check(HeaderValue value, HeaderPlace place)
    {
        if (value is not HeaderValue.Items { Values: var items })
        {
            place.Refuse(value.Span, "it must be a list of patterns and $MARKERS");
            return;
        }
        foreach (HeaderValue item in items)
        {
            string? why = item switch
            {
                HeaderValue.Text { Value: ['$', ..] marker } =>
                    IsSpecial(marker) ? null : $"\"{marker}\" is no marker like $INTERFACE",
                HeaderValue.Text { Value: var text } when text.Any(char.IsWhiteSpace) => $"\"{text}\" has blanks",
                HeaderValue.Text { Value: var text } => Re2Syntax.Doubt($"^({text})$"),
                _ => "its entries must be texts",
            };
            if (why is not null)
                place.Refuse(item.Span, why);
        }
    }

    /// <summary>Whether a text is a marker: $INTERFACE.</summary>
    public static bool IsSpecial(string text) => SpecialPattern().IsMatch(text);

    [GeneratedRegex(@"^\$[A-Z][A-Z0-9_]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex SpecialPattern();
}
