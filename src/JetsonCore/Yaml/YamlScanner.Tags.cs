// Anchors, aliases, tags and directives: &name, *name, !!str, !<tag:…>, %YAML 1.1, %TAG ! tag:….
using System.Text;

namespace JetsonCore.Yaml;

internal sealed partial class YamlScanner
{
    private const int VersionDigitsMax = 2;

    private YamlToken ScanAnchor(YamlTokenKind kind)
    {
        YamlMark start = source.Mark;
        SkipOne();
        string name = ScanWord();
        bool isEnded = IsBlankOrEnd(Current) || Current is '?' or ':' or ',' or ']' or '}' or '%' or '@' or '`';
        if (name.Length == 0 || !isEnded)
        {
            string indicator = kind == YamlTokenKind.Alias ? "*" : "&";
            throw new YamlSyntaxException(start.To(source.Mark),
                $"cannot read the name behind \"{indicator}\": it is made of letters, digits, - and _",
                $"mend the name, or put the value in quotes if it begins with {indicator}");
        }
        return new(kind, start, source.Mark) { Value = name };
    }

    private string ScanWord()
    {
        var word = new StringBuilder();
        while (IsWord(Current))
        {
            word.Append((char)Current);
            SkipOne();
        }
        return word.ToString();
    }

    private YamlToken ScanTag()
    {
        YamlMark start = source.Mark;
        source.Need(2);
        string handle = "", suffix;
        if (source[1] == '<')
        {
            Skip(2);
            suffix = ScanTagUri("", start);
            if (Current != '>')
                throw BadTag(start, "its \">\" is missing");
            source.Skip();
        }
        else
        {
            handle = ScanTagHandle(start, isDirective: false);
            if (handle.Length > 1 && handle[^1] == '!')
            {
                suffix = ScanTagUri("", start);
            }
            else
            {
                suffix = ScanTagUri(handle, start);
                (handle, suffix) = suffix.Length == 0 ? ("", "!") : ("!", suffix);
            }
        }
        source.Need(1);
        if (!IsBlankOrEnd(Current))
            throw BadTag(start, "a blank belongs behind it");
        return new(YamlTokenKind.Tag, start, source.Mark) { Value = handle, Suffix = suffix };
    }

    private string ScanTagHandle(YamlMark start, bool isDirective)
    {
        source.Need(1);
        if (Current != '!')
            throw BadTag(start, "it does not begin with \"!\"");
        SkipOne();
        string word = ScanWord();
        if (Current == '!')
        {
            source.Skip();
            return $"!{word}!";
        }
        if (isDirective && word.Length > 0)
            throw BadTag(start, "its handle does not end in \"!\"");
        return $"!{word}";
    }

    private string ScanTagUri(string head, YamlMark start)
    {
        var bytes = new List<byte>();
        bytes.AddRange(Encoding.ASCII.GetBytes(head.Length > 1 ? head[1..] : ""));
        source.Need(1);
        bool hasAny = head.Length > 0;
        while (IsUri(Current))
        {
            if (Current == '%')
            {
                ScanUriEscapes(bytes, start);
            }
            else
            {
                bytes.Add((byte)Current);
                source.Skip();
            }
            source.Need(1);
            hasAny = true;
        }
        return hasAny ? Encoding.UTF8.GetString([.. bytes]) : throw BadTag(start, "nothing stands behind it");
    }

    /// <summary>One UTF-8 character as %XX%XX….</summary>
    private void ScanUriEscapes(List<byte> bytes, YamlMark start)
    {
        int left = 1;
        for (bool isFirst = true; left > 0; left--, isFirst = false)
        {
            source.Need(3);
            if (Current != '%' || !IsHex(source[1]) || !IsHex(source[2]))
                throw BadTag(start, "two hex digits belong behind a \"%\"");
            int octet = (HexValue(source[1]) << 4) + HexValue(source[2]);
            if (isFirst)
                left = octet switch { < 0x80 => 1, < 0xC0 => 0, < 0xE0 => 2, < 0xF0 => 3, < 0xF8 => 4, _ => 0 };
            if (left == 0 || (!isFirst && (octet & 0xC0) != 0x80))
                throw BadTag(start, "its escaped bytes are no UTF-8");
            bytes.Add((byte)octet);
            Skip(3);
        }
    }

    private static bool IsUri(int character) => IsWord(character)
        || character is ';' or '/' or '?' or ':' or '@' or '&' or '=' or '+' or '$' or ',' or '.' or '!' or '~' or '*'
            or '\'' or '(' or ')' or '[' or ']' or '%';

    private YamlToken ScanDirective()
    {
        YamlMark start = source.Mark;
        SkipOne();
        string name = ScanWord();
        if (name.Length == 0 || !IsBlankOrEnd(Current))
            throw BadDirective(start, "its name is made of letters");
        YamlToken token = name switch
        {
            "YAML" => ScanVersionDirective(start),
            "TAG" => ScanTagDirective(start),
            _ => throw BadDirective(start, $"\"{name}\" is none, only YAML and TAG are"),
        };
        source.Need(1);
        SkipBlanks();
        SkipComment();
        if (!IsBreakOrEnd(Current))
            throw BadDirective(start, "something follows it on the line");
        if (IsBreak(Current))
        {
            source.Need(2);
            source.SkipBreak();
        }
        return token;
    }

    private YamlToken ScanVersionDirective(YamlMark start)
    {
        source.Need(1);
        SkipBlanks();
        string major = ScanVersionNumber(start);
        if (Current != '.')
            throw BadDirective(start, "its version is not like 1.1");
        SkipOne();
        string minor = ScanVersionNumber(start);
        return new(YamlTokenKind.VersionDirective, start, source.Mark) { Value = $"{major}.{minor}" };
    }

    private string ScanVersionNumber(YamlMark start)
    {
        int value = 0, length = 0;
        for (; IsDigit(Current); length++)
        {
            value = (value * 10) + Current - '0';
            SkipOne();
        }
        return length is > 0 and <= VersionDigitsMax
            ? value.ToString(System.Globalization.CultureInfo.InvariantCulture)
            : throw BadDirective(start, "its version is not like 1.1");
    }

    private YamlToken ScanTagDirective(YamlMark start)
    {
        source.Need(1);
        SkipBlanks();
        string handle = ScanTagHandle(start, isDirective: true);
        source.Need(1);
        if (!IsBlank(Current))
            throw BadDirective(start, "a blank belongs behind its handle");
        SkipBlanks();
        string prefix = ScanTagUri("", start);
        source.Need(1);
        if (!IsBlankOrEnd(Current))
            throw BadDirective(start, "a blank belongs behind its prefix");
        return new(YamlTokenKind.TagDirective, start, source.Mark) { Value = handle, Suffix = prefix };
    }

    private YamlSyntaxException BadTag(YamlMark start, string reason) => new(start.To(source.Mark),
        $"cannot read the tag: {reason}",
        $"put the value in quotes if it begins with \"!\"; {rules.FileName} needs no tags");

    private YamlSyntaxException BadDirective(YamlMark start, string reason) => new(start.Span,
        $"cannot read the directive: {reason}",
        $"remove the line that begins with \"%\": {rules.FileName} needs none");
}
