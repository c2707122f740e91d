// The links of a snap: web addresses, and addresses of e-mail with or without "mailto:".
// Peers: snapd snap/validate.go (ValidateLinks), Go's net/url for what is an address at all.
using System.Buffers;

namespace JetsonCore.Snaps;

internal static class SnapLink
{
    private static readonly SearchValues<char> SchemeLetters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.");

    public static bool IsGood(string link)
    {
        string address = link.Split('#', 2)[0];
        string path = address.Split('?', 2)[0];
        if (link.Any(char.IsControl) || !HasGoodEscapes(path))
            return false;
        string? scheme = SchemeOf(path)?.ToLowerInvariant();
        if (scheme is null && path.Split('/', 2)[0].Contains(':', StringComparison.Ordinal))
            return false;       // what stands before the colon is no scheme, nor can it be a path
        return scheme is null or "mailto" ? link.Contains('@', StringComparison.Ordinal)
            : scheme is "http" or "https" && HasGoodHost(path[(scheme.Length + 1)..]);
    }

    private static string? SchemeOf(string path)
    {
        int colon = path.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && char.IsAsciiLetter(path[0]) && !path.AsSpan(0, colon).ContainsAnyExcept(SchemeLetters)
            ? path[..colon] : null;
    }

    /// <summary>Whether "//user@host:port/…" has a host without blanks, and digits as port.</summary>
    private static bool HasGoodHost(string rest)
    {
        if (!rest.StartsWith("//", StringComparison.Ordinal))
            return true;
        string host = rest[2..].Split('/', 2)[0];
        host = host[(host.LastIndexOf('@') + 1)..];
        int colon = host.LastIndexOf(':');
        bool hasPort = colon > host.LastIndexOf(']');
        return !host.Contains(' ', StringComparison.Ordinal)
            && (!hasPort || host[(colon + 1)..].All(char.IsAsciiDigit));
    }

    private static bool HasGoodEscapes(string path)
    {
        for (int at = 0; at < path.Length; at++)
        {
            if (path[at] != '%')
                continue;
            if (at + 2 >= path.Length || !char.IsAsciiHexDigit(path[at + 1]) || !char.IsAsciiHexDigit(path[at + 2]))
                return false;
        }
        return true;
    }
}
