// An account-key assertion, opened: whose key it is, when it may sign, the key itself.
// Spec and peer: snapd asserts/account_key.go.
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.OpenPgp;

namespace JetsonCore.Assertions;

internal sealed record AccountKey
{
    public required Assertion Statement { get; init; }

    public required string AccountId { get; init; }

    public required OpenPgpPublicKey PublicKey { get; init; }

    public required DateTimeOffset Since { get; init; }

    /// <summary>The first moment at which it may no longer sign; null for never.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Opens an account-key or account-key-request.</summary>
    /// <exception cref="MalformedDataException">A header is missing or wrong, or the key is not the one it
    /// names.</exception>
    public static AccountKey Open(Assertion assertion)
    {
        AssertionHeaders headers = assertion.Headers;
        OpenPgpPublicKey key = AssertionKey.DecodePublicKey(assertion.Body.Span);
        string id = AssertionKey.IdOf(key);
        if (id != headers.Text("public-key-sha3-384"))
            throw new MalformedDataException(0, $"the body is the key {id}, not that of \"public-key-sha3-384\"");
        DateTimeOffset since = ReadTime(headers, "since")
            ?? throw new MalformedDataException(0, "the header \"since\" is missing");
        DateTimeOffset? until = ReadTime(headers, "until");
        if (until < since)
            throw new MalformedDataException(0, "the time of \"until\" lies before that of \"since\"");
        return new()
        {
            Statement = assertion,
            AccountId = headers.Text("account-id") is { Length: > 0 } account
                ? account
                : throw new MalformedDataException(0, "the header \"account-id\" is missing or empty"),
            PublicKey = key,
            Since = since,
            Until = until,
        };
    }

    /// <summary>Whether it may sign at a time.</summary>
    public bool IsValidAt(DateTimeOffset time) => time >= Since && (Until is null || time < Until);

    private static DateTimeOffset? ReadTime(AssertionHeaders headers, string name)
    {
        if (headers[name] is null)
            return null;
        return headers.Text(name) is { } text && AssertionNames.TryParseTime(text, out DateTimeOffset time)
            ? time
            : throw new MalformedDataException(0, $"the header \"{name}\" is no time of RFC 3339");
    }
}
