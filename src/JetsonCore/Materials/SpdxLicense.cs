// What snap.yaml calls a licence, for documents that tell an expression of SPDX from any other name. snapd takes the
// names of SPDX's list, in expressions too, and "Proprietary" besides.
// Source: SPDX 2.3, annex D.
using System.Text.RegularExpressions;

namespace JetsonCore.Materials;

/// <summary>A licence.</summary>
/// <param name="Expression">An expression of SPDX, or null.</param>
/// <param name="Name">A name that is none, or null.</param>
internal sealed partial record SpdxLicense(string? Expression, string? Name)
{
    /// <summary>The licence of a text; null where it says none.</summary>
    public static SpdxLicense? Of(string text)
    {
        text = text.Trim();
        if (text is "" or "unset")
            return null;
        return text.Length < 1000 && !text.Contains("Proprietary", StringComparison.OrdinalIgnoreCase)
            && IsExpression(text) ? new(text, null) : new(null, text);
    }

    /// <summary>The reference that stands for a name in expressions.</summary>
    public static string Reference(string name) => $"LicenseRef-{Odd().Replace(name, "-")}";

    // ID { (AND | OR) ID }, with "WITH EXCEPTION" behind an ID and brackets around any part.
    private static bool IsExpression(string text)
    {
        int open = 0;
        bool wantsId = true, mayHaveException = false;
        foreach (string word in text.Replace("(", " ( ", StringComparison.Ordinal)
            .Replace(")", " ) ", StringComparison.Ordinal).Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            bool isOperator = word is "AND" or "OR" || (word == "WITH" && mayHaveException);
            if (word is "(" ? !wantsId : wantsId ? !Id().IsMatch(word) : word != ")" && !isOperator)
                return false;
            open += word == "(" ? 1 : word == ")" ? -1 : 0;
            if (open < 0)
                return false;
            mayHaveException = wantsId && word != "(";
            wantsId = word == "(" || isOperator;
        }
        return open == 0 && !wantsId;
    }

    [GeneratedRegex(@"^(?!AND$|OR$|WITH$)[A-Za-z0-9.-]+\+?$")]
    private static partial Regex Id();

    [GeneratedRegex("[^A-Za-z0-9.-]+")]
    private static partial Regex Odd();
}
