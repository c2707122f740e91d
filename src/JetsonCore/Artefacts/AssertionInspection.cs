// What there is to say about assertions: who signed which, every header, how long the bodies are, and what is wrong
// with them by their types.
using System.Collections.Immutable;
using System.Text;
using JetsonCore.Assertions;
using JetsonCore.Diagnostics;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Artefacts;

internal static class AssertionInspection
{
    /// <summary>
    /// Whether a file begins like assertions: with the header "type", or with another and the name of a type behind it.
    /// What readers refuse at the beginning is passed over, so that they can say so.
    /// </summary>
    public static bool IsStream(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith("\uFEFF"u8))
            head = head["\uFEFF"u8.Length..];
        head = head.TrimStart((byte)'\n');
        if (head.StartsWith("type: "u8))
            return true;
        int type = head.IndexOf("\ntype: "u8);
        if (type < 0 || head.IndexOfAnyInRange((byte)'a', (byte)'z') != 0 || head[..type].Contains((byte)0))
            return false;
        ReadOnlySpan<byte> name = head[(type + "\ntype: "u8.Length)..];
        int end = name.IndexOfAny((byte)'\n', (byte)'\r');
        return end >= 0 && AssertionType.Find(Encoding.UTF8.GetString(name[..end])) is not null;
    }

    public static ArtefactReport Assertions(FileContent file)
    {
        IReadOnlyList<Assertion> assertions = AssertionReader.ReadAll(file.ReadAll(AssertionReader.StreamLimit));
        var findings = new DiagnosticBag();
        AssertionFile.Judge(assertions, findings);
        return new()
        {
            Format = "assertions",
            Tables =
            [
                new("assertions", [.. assertions.Select(Summary)]),
                new("headers", [.. assertions.SelectMany((one, index) => Headers(one, index + 1))]),
                new("faults",
                [
                    .. findings.Items.Select(finding => ImmutableArray.Create<ArtefactFact>(
                        new("code", finding.Rule.Code), new("message", finding.Message))),
                ]),
            ],
        };
    }

    private static ImmutableArray<ArtefactFact> Summary(Assertion assertion) =>
    [
        new("type", assertion.Type.Name),
        new("key", string.Join('/', assertion.PrimaryKey)),
        ArtefactFact.Of("revision", assertion.Revision),
        ArtefactFact.Of("format", assertion.Format),
        new("isUnderstood", assertion.Format <= assertion.Type.LastFormat ? "yes" : "no"),
        new("time", assertion.Headers.Text("timestamp") ?? assertion.Headers.Text("since") ?? ""),
        ArtefactFact.Of("bodyBytes", assertion.Body.Length),
        new("authority", assertion.AuthorityId ?? ""),
        new("signKey", assertion.SignKeyId),
    ];

    private static IEnumerable<ImmutableArray<ArtefactFact>> Headers(Assertion assertion, int number)
    {
        foreach ((string name, HeaderValue value) in assertion.Headers.All)
            yield return [ArtefactFact.Of("assertion", number), new("name", name), new("value", Text(value))];
        if (!assertion.Body.IsEmpty)
        {
            yield return [ArtefactFact.Of("assertion", number), new("name", "(body)"),
                new("value", Encoding.UTF8.GetString(assertion.Body.Span))];
        }
    }

    private static string Text(HeaderValue value) => value switch
    {
        HeaderValue.Text { Value: var text } => text,
        HeaderValue.Items { Values: var items } => $"[{string.Join(", ", items.Select(Text))}]",
        HeaderValue.Entries { Values: var entries } =>
            $"{{{string.Join(", ", entries.All.Select(entry => $"{entry.Key}: {Text(entry.Value)}"))}}}",
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
