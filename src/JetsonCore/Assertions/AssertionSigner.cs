// Makes assertions: checks the statement, puts the headers into canonical order, signs.
//
//   type, format, authority-id, revision, the primary key, all others in ordinal order, body-length, sign-key-sha3-384
//
// "format", "revision" and "body-length" are left out when they are 0, the last part of a primary key when it has its
// default. The same statement, key and time give the same bytes.
// Spec and peer: snapd asserts/asserts.go (assembleAndSign).
using System.Globalization;
using System.Text;
using System.Text.Unicode;
using JetsonCore.Diagnostics;

namespace JetsonCore.Assertions;

/// <summary>Signs statements.</summary>
public static class AssertionSigner
{
    /// <summary>Signs a statement.</summary>
    /// <param name="statement">Headers and body.</param>
    /// <param name="key">The key; its id becomes "sign-key-sha3-384".</param>
    /// <param name="signingTime">The time that the signature carries.</param>
    /// <param name="diagnostics">Takes what is wrong with the statement.</param>
    /// <returns>The assertion, or null where findings forbid it.</returns>
    public static Assertion? Sign(
        AssertionStatement statement, AssertionKey key, DateTimeOffset signingTime, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(statement);
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(diagnostics);
        if (Check(statement, key.Id, diagnostics) is not { } type)
            return null;

        AssertionHeaders headers = Complete(statement, type, key.Id).WithoutEmpty();
        byte[] encoded = Encode(headers, type);
        byte[] content = statement.Body.IsEmpty ? encoded
            : [.. encoded, (byte)'\n', (byte)'\n', .. statement.Body.Span];
        byte[] signature = Encoding.ASCII.GetBytes(key.Sign(content, signingTime));
        return AssertionReader.Assemble(headers, new()
        {
            Body = statement.Body,
            Content = content,
            Signature = signature,
        });
    }

    /// <summary>
    /// Checks what would be signed, before anybody is asked for a passphrase; false where findings forbid it.
    /// </summary>
    public static bool Check(AssertionStatement statement, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(statement);
        ArgumentNullException.ThrowIfNull(diagnostics);
        return Check(statement, keyId: null, diagnostics) is not null;
    }

    private static AssertionType? Check(AssertionStatement statement, string? keyId, DiagnosticBag diagnostics)
    {
        DiagnosticBag findings = diagnostics.Part();
        AssertionType? type = CheckType(statement.Headers, findings);
        if (type is null)
            return null;
        CheckStatement(statement, type, keyId, findings);
        if (findings.HasErrors)
            return null;
        int length = Encode(Complete(statement, type, keyId).WithoutEmpty(), type).Length;
        if (length > AssertionReader.HeadersLimit)
        {
            findings.Add(AssertionRules.Size, statement.Headers.Span,
                $"cannot sign: the headers have {length} bytes, readers accept {AssertionReader.HeadersLimit}");
            return null;
        }
        return type;
    }

    private static AssertionType? CheckType(AssertionHeaders headers, DiagnosticBag diagnostics)
    {
        if (headers.Text("type") is not { } name)
        {
            diagnostics.Add(AssertionRules.Mandatory, headers["type"]?.Span ?? headers.Span,
                "cannot sign: the header \"type\" is missing or no string");
            return null;
        }
        AssertionType? type = AssertionType.Find(name);
        if (type is null)
        {
            diagnostics.Add(AssertionRules.KnownType, headers.SpanOf("type"),
                $"cannot sign: the assertion type \"{name}\" is unknown",
                hint: $"known types: {string.Join(", ", AssertionType.AllNames)}");
        }
        return type;
    }

    private static void CheckStatement(
        AssertionStatement statement, AssertionType type, string? keyId, DiagnosticBag diagnostics)
    {
        var check = new HeaderCheck(statement.Headers, diagnostics);
        if (type.HasAuthority)
            check.RequireText("authority-id");
        else if (statement.Headers["authority-id"] is not null)
        {
            diagnostics.Add(AssertionRules.Authority, statement.Headers.SpanOf("authority-id"),
                $"cannot give an authority to a \"{type.Name}\": it is signed with the key that it carries");
        }
        foreach (string name in type.PrimaryKey)
        {
            bool mayBeMissing = statement.Headers[name] is null && type.DefaultOf(name) is not null;
            if (!mayBeMissing && check.RequireText(name) is { } value && value.Contains('/', StringComparison.Ordinal))
            {
                diagnostics.Add(AssertionRules.Mandatory, statement.Headers.SpanOf(name),
                    $"cannot sign: \"{name}\" names the assertion and may hold no \"/\"");
            }
        }
        check.OptionalNumber("revision");
        if (check.OptionalNumber("format") is { } format && format > type.LastFormat)
        {
            diagnostics.Add(AssertionRules.Number, statement.Headers.SpanOf("format"),
                $"cannot sign: format {format} of \"{type.Name}\" is not understood, only up to {type.LastFormat}");
        }
        if (statement.Body.Length > AssertionReader.BodyLimit || !Utf8.IsValid(statement.Body.Span))
        {
            diagnostics.Add(AssertionRules.Size, statement.Headers.Span,
                "cannot sign: the body must be UTF-8 of at most "
                    + $"{AssertionReader.BodyLimit} bytes, it has {statement.Body.Length}");
        }
        // As it will be read: with what signing adds and without the lists and maps that it leaves out.
        AssertionHeaders written = Complete(statement, type, keyId).WithoutEmpty();
        HeaderJudge.Judge(type, written, statement.Body, diagnostics);
        CheckFormat(written, type, diagnostics);
    }

    /// <summary>What a declaration or a user asks of snapd needs a format that says so.</summary>
    private static void CheckFormat(AssertionHeaders headers, AssertionType type, DiagnosticBag diagnostics)
    {
        long format = headers.Number("format");
        int least = 0;
        if (type.Name == "snap-declaration")
        {
            var silent = new HeaderPlace("", new DiagnosticBag());
            if (headers["plugs"] is { } plugs)
                least = InterfaceRules.OfPlugs.LeastFormat(plugs, silent);
            if (headers["slots"] is { } slots)
                least = Math.Max(least, InterfaceRules.OfSlots.LeastFormat(slots, silent));
        }
        if (least > format)
        {
            diagnostics.Add(AssertionRules.Number, headers.SpanOf("format"),
                $"cannot sign with format {format}: what \"plugs\" and \"slots\" say needs format {least}",
                hint: $"add \"format\": \"{least}\"");
        }
    }

    private static AssertionHeaders Complete(AssertionStatement statement, AssertionType type, string? keyId)
    {
        AssertionHeaders headers = statement.Headers.Without("body-length").Without("sign-key-sha3-384");
        if (keyId is not null)
            headers = headers.With("sign-key-sha3-384", keyId);
        foreach (string counter in (string[])["format", "revision"])
        {
            if (headers.Text(counter) is "0")
                headers = headers.Without(counter);
        }
        foreach (string name in type.PrimaryKey.Where(name => headers[name] is null))
        {
            if (type.DefaultOf(name) is { } value)
                headers = headers.With(name, value);
        }
        return statement.Body.IsEmpty
            ? headers
            : headers.With("body-length", statement.Body.Length.ToString(CultureInfo.InvariantCulture));
    }

    private static byte[] Encode(AssertionHeaders headers, AssertionType type)
    {
        string[] first = ["type", "format", "authority-id", "revision", .. type.PrimaryKey];
        string[] last = ["body-length", "sign-key-sha3-384"];
        IEnumerable<string> order =
            [.. first, .. headers.Names.Except([.. first, .. last], StringComparer.Ordinal), .. last];
        var text = new StringBuilder();
        foreach (string name in order)
        {
            bool isDefault = type.DefaultOf(name) is { } value && headers.Text(name) == value;
            if (!isDefault && headers[name] is { } given)
                AssertionHeaderWriter.Append(text, name, given);
        }
        text.Remove(0, 1);      // the line end before the first header
        return Encoding.UTF8.GetBytes(text.ToString());
    }
}
