// An e-mail address: me@example.com, or Name <me@example.com>. What an address is, is Go's net/mail, but for its groups
// and for comments anywhere but at the end.
using System.Text.RegularExpressions;

namespace JetsonCore.Assertions;

internal static partial class MailAddress
{
    private const string Atom = @"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\u0080-\uffff-]+", DotAtom = $@"{Atom}(?:\.{Atom})*";
    private const string QuotedPart = @"(?:[\t !#-\[\]-~\u0080-\uffff]|\\[\t -~\u0080-\uffff])";
    private const string Address = $"(?:{DotAtom}|\"{QuotedPart}+\")@[ \\t]*{DotAtom}";
    private const string Phrase =
        $"(?:[ \\t]*(?:[A-Za-z0-9!#$%&'*+/=?^_`{{|}}~.\\u0080-\\uffff-]+|\"{QuotedPart}*\"))*";

    /// <summary>Whether a text is one address.</summary>
    public static bool IsValid(string text) => Pattern().IsMatch(text);

    [GeneratedRegex($@"^[ \t]*(?:{Address}[ \t]*(?:\([^()]*\)[ \t]*)?|{Phrase}[ \t]*<[ \t]*{Address}>[ \t]*)\z",
        RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Pattern();
}
