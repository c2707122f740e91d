// Conditions of "[ … ]" and "[[ … ]]" in three values: true, false, or not to be told.
// Source: POSIX.1-2017, test; bash(1), CONDITIONAL EXPRESSIONS.
using System.IO.Enumeration;

namespace JetsonCore.Flash.Shell;

/// <summary>A condition.</summary>
/// <param name="words">Its words, as typed.</param>
/// <param name="isDouble">Whether it stands in double brackets.</param>
/// <param name="value">A variable's value.</param>
/// <param name="isSet">Whether a variable is set.</param>
/// <param name="testFile">Whether a test of a file holds.</param>
internal sealed class ShellCondition(
    IReadOnlyList<ShellToken> words,
    bool isDouble,
    Func<string, string?> value,
    Func<string, bool> isSet,
    Func<char, string, bool?> testFile)
{
    private const int WordsMax = 1000;
    private const long MatchingMax = 1 << 22;       // letters of a text times letters of a pattern

    private int _at;

    /// <summary>Whether it holds; null where that cannot be told.</summary>
    public bool? Evaluate()
    {
        if (words.Count is 0 or > WordsMax)
            return words.Count == 0 ? false : null;
        bool? result = Or();
        return _at == words.Count ? result : null;
    }

    /// <summary>Whether a text matches a pattern of "case" or "==".</summary>
    public static bool? Matches(string text, string typedPattern, Func<string, string?> value)
    {
        ShellValue pattern = ShellExpansion.Expand(typedPattern, value, name => value(name) is not null);
        if (pattern.Text is null || pattern.Text.Contains('[') && !typedPattern.Contains('"')
            || (long)pattern.Text.Length * text.Length > MatchingMax)
        {
            return null;
        }
        bool isPattern = pattern.Text.AsSpan().ContainsAny('*', '?') && !typedPattern.StartsWith('"');
        return isPattern
            ? FileSystemName.MatchesSimpleExpression(pattern.Text, text, ignoreCase: false)
            : text == pattern.Text;
    }

    private string? Current => _at < words.Count ? words[_at].Text : null;

    private bool? Or()
    {
        bool? left = And();
        while (Current is "-o" && !isDouble || Current is "||" && isDouble)
        {
            _at++;
            bool? right = And();
            left = left == true || right == true ? true : left is null || right is null ? null : false;
        }
        return left;
    }

    private bool? And()
    {
        bool? left = Primary();
        while (Current is "-a" && !isDouble || Current is "&&" && isDouble)
        {
            _at++;
            bool? right = Primary();
            left = left == false || right == false ? false : left is null || right is null ? null : true;
        }
        return left;
    }

    private bool? Primary()
    {
        switch (Current)
        {
            case null:
                return null;
            case "!":
                _at++;
                return !Primary();
            case "(" or "\\(":
                _at++;
                bool? inner = Or();
                if (Current is not (")" or "\\)"))
                    return null;
                _at++;
                return inner;
        }
        bool isUnary = Current is ['-', _] && _at + 1 < words.Count && !IsBinary(words[_at + 1].Text);
        return isUnary ? Unary() : Binary();
    }

    private bool? Unary()
    {
        char test = Current![1];
        string? operand = Operand(words[_at + 1]);
        _at += 2;
        return test switch
        {
            _ when operand is null => null,
            'z' => operand.Length == 0,
            'n' => operand.Length > 0,
            'v' => isSet(operand),
            _ => testFile(test, operand),
        };
    }

    private bool? Binary()
    {
        string? left = Operand(words[_at++]);
        if (Current is not { } operation || !IsBinary(operation))
            return left is null ? null : left.Length > 0;
        _at++;
        if (_at >= words.Count)
            return null;
        string typed = words[_at].Text;
        string? right = Operand(words[_at++]);
        if (left is null || right is null)
            return null;
        bool hasNumbers = long.TryParse(left, out long a) & long.TryParse(right, out long b);
        return operation switch
        {
            "=" or "==" when isDouble => Matches(left, typed, value),
            "!=" when isDouble => !Matches(left, typed, value),
            "=" or "==" => left == right,
            "!=" => left != right,
            "<" or "\\<" => string.CompareOrdinal(left, right) < 0,
            ">" or "\\>" => string.CompareOrdinal(left, right) > 0,
            "-eq" when hasNumbers => a == b,
            "-ne" when hasNumbers => a != b,
            "-lt" when hasNumbers => a < b,
            "-le" when hasNumbers => a <= b,
            "-gt" when hasNumbers => a > b,
            "-ge" when hasNumbers => a >= b,
            _ => null,
        };
    }

    private string? Operand(ShellToken word) => ShellExpansion.Expand(word.Text, value, isSet).Text;

    private static bool IsBinary(string word) => word is "=" or "==" or "!=" or "=~" or "<" or ">" or "\\<" or "\\>"
        or "\\=" or "-eq" or "-ne" or "-lt" or "-le" or "-gt" or "-ge" or "-nt" or "-ot" or "-ef";
}
