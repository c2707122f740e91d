// An account-key assertion, opened: whose key it is, when it may sign, the key itself.
// Spec and peer: snapd asserts/account_key.go.
using System.Globalization;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.OpenPgp;

namespace JetsonCore.Assertions;

internal sealed record SigningKey
{
    public required string Id { get; init; }

    public required string AccountId { get; init; }

    public required OpenPgpPublicKey PublicKey { get; init; }

    public required DateTimeOffset Since { get; init; }

    /// <summary>The first moment at which it may no longer sign; null for never.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>When it signs, in words.</summary>
    public string Period => $"from {Show(Since)}{(Until is { } until ? $" until before {Show(until)}" : "")}";

    /// <summary>Opens an account-key or account-key-request; null where it cannot be read.</summary>
    public static SigningKey? TryOpen(Assertion assertion, out string why)
    {
        try
        {
            why = "";
            return Open(assertion);
        }
        catch (MalformedDataException exception)
        {
            why = exception.Message;
            return null;
        }
    }

    /// <summary>A time in messages.</summary>
    public static string Show(DateTimeOffset time) =>
        time.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>Whether it may sign at a time.</summary>
    public bool IsValidAt(DateTimeOffset time) => time >= Since && (Until is null || time < Until);

    private static SigningKey Open(Assertion assertion)
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
            Id = id,
            AccountId = headers.Text("account-id") is { Length: > 0 } account
                ? account
                : throw new MalformedDataException(0, "the header \"account-id\" is missing or empty"),
            PublicKey = key,
            Since = since,
            Until = until,
        };
    }

    private static DateTimeOffset? ReadTime(AssertionHeaders headers, string name)
    {
        if (headers[name] is null)
            return null;
        return headers.Text(name) is { } text && AssertionNames.TryParseTime(text, out DateTimeOffset time)
            ? time
            : throw new MalformedDataException(0, $"the header \"{name}\" is no time of RFC 3339");
    }
}
