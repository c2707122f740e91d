// The address of a store: http or https, a host, no query, no fragment. What an address is, is Go's net/url.
using System.Buffers;
using System.Text.RegularExpressions;

namespace JetsonCore.Assertions;

internal static partial class WebAddress
{
    private static readonly SearchValues<char> HostCharacters = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~!$&'()*+,;=:[]<>\"");

    /// <summary>Reports what is wrong with an address; an empty one is none.</summary>
    public static void Check(HeaderValue value, HeaderPlace place)
    {
        if (value is not HeaderValue.Text { Value: var text })
            place.Refuse(value.Span, "it must be text");
        else if (text is not "" && Doubt(text) is { } why)
            place.Refuse(value.Span, why);
    }

    private static string? Doubt(string text)
    {
        if (text.Any(letter => letter is < ' ' or '\x7f') || BadEscape().IsMatch(text))
            return "it is no address";
        int hash = text.IndexOf('#', StringComparison.Ordinal);
        if (hash >= 0 && hash < text.Length - 1)
            return "it has a fragment";
        string rest = hash < 0 ? text : text[..hash];
        Match match = Scheme().Match(rest);
        if (!match.Success)
            return "it does not begin with http:// or https://";
        rest = rest[match.Length..];
        int query = rest.IndexOf('?', StringComparison.Ordinal);
        if (query >= 0 && query < rest.Length - 1)
            return "it has a query";
        string host = rest.Split('/', '?')[0];
        host = host[(host.LastIndexOf('@') + 1)..];
        if (host is "")
            return "it has no host";
        int port = host.LastIndexOf(':');
        bool isPlain = host.All(letter => !char.IsAscii(letter) || HostCharacters.Contains(letter));
        return isPlain && (port < 0 || host[(port + 1)..].All(char.IsAsciiDigit)) ? null : $"\"{host}\" is no host";
    }

    [GeneratedRegex(@"^(?:[hH][tT][tT][pP][sS]?)://", RegexOptions.CultureInvariant)]
    private static partial Regex Scheme();

    [GeneratedRegex(@"%(?![0-9A-Fa-f]{2})", RegexOptions.CultureInvariant)]
    private static partial Regex BadEscape();
}
