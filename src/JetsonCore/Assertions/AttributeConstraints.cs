// "plug-attributes" and "slot-attributes" of a rule: patterns for attributes by their names, of any depth.
//
//   key: PATTERN | $MISSING | $SLOT(name) | $PLUG(name) | a map | a list of alternatives
using System.Text.RegularExpressions;

namespace JetsonCore.Assertions;

internal sealed partial class AttributeConstraints(HeaderPlace place)
{
    private const int DollarFormat = 2, AlternativesFormat = 5;

    private int _format = 1;

    /// <summary>Reports what is wrong with the constraints; says which format of a declaration has them.</summary>
    public int Check(HeaderValue value)
    {
        Check(value, isBelowMap: false, isAlternative: false);
        return _format;
    }

    private void Check(HeaderValue value, bool isBelowMap, bool isAlternative)
    {
        switch (value)
        {
            case HeaderValue.Entries { Values: var entries }:
                foreach ((_, HeaderValue inner) in entries.All)
                    Check(inner, isBelowMap: true, isAlternative: false);
                break;
            case HeaderValue.Items when isAlternative:
                place.Refuse(value.Span, "alternatives may not lie directly in alternatives");
                break;
            case HeaderValue.Items { Values: var alternatives }:
                _format = Math.Max(_format, AlternativesFormat);
                foreach (HeaderValue inner in alternatives)
                    Check(inner, isBelowMap, isAlternative: true);
                break;
            case HeaderValue.Text { Value: var text }:
                if (!isBelowMap)
                    place.Refuse(value.Span, "its first level must be a map");
                else if (Doubt(text) is { } why)
                    place.Refuse(value.Span, why);
                break;
        }
    }

    private string? Doubt(string text)
    {
        if (!text.StartsWith('$'))
            return Re2Syntax.Doubt($"^({text})$");
        _format = Math.Max(_format, DollarFormat);
        if (text is "$MISSING")
            return null;
        return CallPattern().IsMatch(text) ? null : $"\"{text}\" is none of $MISSING, $SLOT(name), $PLUG(name)";
    }

    [GeneratedRegex(@"^\$(?:SLOT|PLUG)\([^,]+\)\z", RegexOptions.CultureInvariant)]
    private static partial Regex CallPattern();
}
