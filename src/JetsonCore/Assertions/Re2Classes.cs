// The names of classes of characters in regular expressions of Go.
using System.Collections.Frozen;

namespace JetsonCore.Assertions;

internal static class Re2Classes
{
    /// <summary>Names in [[:alpha:]].</summary>
    public static readonly FrozenSet<string> Named = Words(
        "alnum alpha ascii blank cntrl digit graph lower print punct space upper word xdigit");

    /// <summary>Names in \p{Lu}: Unicode's categories and the scripts in wide use.</summary>
    public static readonly FrozenSet<string> Unicode = Words("""
        Any C Cc Cf Co Cs L Ll Lm Lo Lt Lu M Mc Me Mn N Nd Nl No P Pc Pd Pe Pf Pi Po Ps S Sc Sk Sm So Z Zl Zp Zs
        Arabic Armenian Bengali Bopomofo Braille Cherokee Common Coptic Cyrillic Devanagari Ethiopic Georgian Gothic
        Greek Gujarati Gurmukhi Han Hangul Hebrew Hiragana Inherited Kannada Katakana Khmer Lao Latin Malayalam
        Mongolian Myanmar Ogham Oriya Runic Sinhala Syriac Tamil Telugu Thaana Thai Tibetan Yi
        """);

    private static FrozenSet<string> Words(string words) => words
        .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);
}
