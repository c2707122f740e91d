// Assertions from text: one, or a stream in which an empty line separates them.
//
//   headers \n\n [body \n\n] signature \n [\n next assertion …]
//
// Checked is what makes text an assertion: grammar, limits, known type, authority, primary key, numbers, that the
// body is as long as announced. Signatures are AssertionVerifier's business, what a model says ModelReader's.
// Spec and peer: snapd asserts/asserts.go (Decoder).
using System.Text.Unicode;
using JetsonCore.Formats.Binary;

namespace JetsonCore.Assertions;

/// <summary>Reads assertions.</summary>
internal static class AssertionReader
{
    /// <summary>Most bytes of one assertion's headers.</summary>
    public const int HeadersLimit = 128 << 10;

    /// <summary>Most bytes of one body.</summary>
    public const int BodyLimit = 2 << 20;

    /// <summary>Most bytes of one signature's text.</summary>
    public const int SignatureLimit = 128 << 10;

    /// <summary>Most bytes of a whole stream.</summary>
    public const int StreamLimit = 64 << 20;

    /// <summary>Reads every assertion of a stream.</summary>
    /// <exception cref="MalformedDataException">The text is no stream of assertions.</exception>
    public static IReadOnlyList<Assertion> ReadAll(ReadOnlyMemory<byte> text)
    {
        if (text.Length > StreamLimit)
            throw new MalformedDataException(0, $"is {text.Length} bytes long, at most {StreamLimit} are accepted");
        var assertions = new List<Assertion>();
        int offset = 0, lineNumber = 1;
        while (offset < text.Length)
        {
            int start = offset;
            try
            {
                assertions.Add(ReadOne(text, ref offset, lineNumber));
            }
            catch (MalformedDataException) when (Cause(text.Span[start..]) is { } cause)
            {
                throw new MalformedDataException(start, cause);
            }
            lineNumber += text.Span[start..offset].Count((byte)'\n');
        }
        return assertions;
    }

    /// <summary>Why a text is no assertion, where what tools do to texts is the reason.</summary>
    private static string? Cause(ReadOnlySpan<byte> text)
    {
        if (text.StartsWith("\uFEFF"u8))
            return "it begins with a byte order mark, which must go";
        if (text.IndexOfAnyExcept((byte)'\n') < 0)
            return "only empty lines follow: at most one may";
        if (text[0] is (byte)'{' or (byte)'#')
            return "these are headers that nobody has signed: jetson-core sign makes an assertion of them";
        if (text[0] == '\n')
            return "it begins with an empty line, which must go";
        int firstEnd = text.IndexOf((byte)'\n');
        return firstEnd > 0 && text[firstEnd - 1] == '\r'
            ? "its lines end with \\r\\n: assertions want \\n alone, as the signature covers them" : null;
    }

    /// <summary>Checks what every assertion must satisfy and puts it together.</summary>
    internal static Assertion Assemble(AssertionHeaders headers, AssertionParts parts)
    {
        string typeName = RequireText(headers, "type", parts.Offset);
        AssertionType type = AssertionType.Find(typeName)
            ?? throw new MalformedDataException(parts.Offset, $"the assertion type \"{typeName}\" is unknown");
        RequireDigest(headers, "sign-key-sha3-384", parts.Offset);
        ReadNumber(headers, "format", parts.Offset);
        ReadNumber(headers, "revision", parts.Offset);
        if (type.HasAuthority)
            RequireText(headers, "authority-id", parts.Offset);
        else if (headers["authority-id"] is not null)
            throw new MalformedDataException(parts.Offset, $"the type \"{typeName}\" has no header \"authority-id\"");
        foreach (string name in type.PrimaryKey)
        {
            if (headers[name] is null && type.DefaultOf(name) is { } value)
                headers = headers.With(name, value);
            if (RequireText(headers, name, parts.Offset).Contains('/', StringComparison.Ordinal))
            {
                throw new MalformedDataException(
                    parts.Offset, $"the header \"{name}\" names the assertion and may hold no \"/\"");
            }
        }
        if (parts.Signature.IsEmpty)
            throw new MalformedDataException(parts.Offset, "the signature is empty");
        if (!Utf8.IsValid(parts.Body.Span))
            throw new MalformedDataException(parts.Offset, "the body is not UTF-8");
        return new()
        {
            Type = type,
            Headers = headers,
            Body = parts.Body,
            Content = parts.Content,
            Signature = parts.Signature,
        };
    }

    private static Assertion ReadOne(ReadOnlyMemory<byte> text, ref int offset, int lineNumber)
    {
        int start = offset;
        int headersEnd = FindBlankLine(text.Span, offset, HeadersLimit, "headers");
        if (headersEnd < 0)
            throw new MalformedDataException(start, "no empty line ends the headers");
        AssertionHeaders headers = AssertionHeaderParser.Parse(text.Span[start..headersEnd], start, lineNumber);
        int bodyLength = checked((int)Math.Min(ReadNumber(headers, "body-length", start), int.MaxValue));
        int contentEnd = bodyLength == 0 ? headersEnd : EndOfBody(text.Span, headersEnd + 2, bodyLength);
        int signatureStart = contentEnd + 2;
        if (bodyLength == 0 && text.Span[signatureStart..].StartsWith("\n\n"u8))
            signatureStart = (contentEnd = signatureStart) + 2;         // an empty body, spelled out
        int signatureEnd = FindBlankLine(text.Span, signatureStart, SignatureLimit, "signature");
        offset = signatureEnd < 0 ? text.Length : signatureEnd + 2;
        int joined = text.Span[signatureStart..(signatureEnd < 0 ? text.Length : signatureEnd)].IndexOf("\ntype: "u8);
        if (joined >= 0)
        {
            throw new MalformedDataException(signatureStart + joined + 1,
                "another assertion follows a signature directly: put an empty line between them");
        }
        return Assemble(headers, new()
        {
            Offset = start,
            Body = bodyLength == 0 ? default : text[(headersEnd + 2)..contentEnd],
            Content = text[start..contentEnd],
            Signature = signatureEnd < 0 ? text[signatureStart..] : text[signatureStart..(signatureEnd + 1)],
        });
    }

    private static int EndOfBody(ReadOnlySpan<byte> text, int start, int length)
    {
        if (length > BodyLimit)
        {
            throw new MalformedDataException(
                start, $"a body of {length} bytes is too long, at most {BodyLimit} are accepted");
        }
        if (length > text.Length - start)
        {
            throw new MalformedDataException(
                start, $"the body has {length} bytes by its headers, {text.Length - start} are left");
        }
        return text[(start + length)..].StartsWith("\n\n"u8)
            ? start + length
            : throw new MalformedDataException(start + length, $"no empty line follows the {length} bytes of the body");
    }

    /// <summary>The offset of the next "\n\n" within a limit, or -1 if the text ends before.</summary>
    private static int FindBlankLine(ReadOnlySpan<byte> text, int start, int limit, string what)
    {
        ReadOnlySpan<byte> rest = text[start..];
        int found = rest[..Math.Min(rest.Length, limit + 2)].IndexOf("\n\n"u8);
        if (found < 0 && rest.Length > limit)
            throw new MalformedDataException(start, $"the {what} are longer than {limit} bytes");
        return found < 0 ? -1 : start + found;
    }

    private static string RequireText(AssertionHeaders headers, string name, int offset) => headers[name] switch
    {
        HeaderValue.Text { Value: { Length: > 0 } value } => value,
        null => throw new MalformedDataException(offset, $"the header \"{name}\" is missing"),
        HeaderValue.Text => throw new MalformedDataException(offset, $"the header \"{name}\" is empty"),
        _ => throw new MalformedDataException(offset, $"the header \"{name}\" is no text"),
    };

    private static void RequireDigest(AssertionHeaders headers, string name, int offset)
    {
        if (!AssertionNames.IsDigest(RequireText(headers, name, offset)))
            throw new MalformedDataException(offset, $"the header \"{name}\" is no SHA3-384 digest");
    }

    private static long ReadNumber(AssertionHeaders headers, string name, int offset)
    {
        if (headers[name] is null)
            return 0;
        string text = RequireText(headers, name, offset);
        return AssertionNames.TryParseNumber(text, out long number)
            ? number
            : throw new MalformedDataException(
                offset, $"the header \"{name}\" is \"{text}\", not a whole number from 0 to {long.MaxValue}");
    }
}
