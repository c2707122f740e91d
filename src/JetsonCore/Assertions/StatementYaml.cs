// A statement as a YAML map. Headers are text, so every scalar is taken as it is spelled, quoted or not: 16 is "16",
// 1.10 stays 1.10, yes stays yes, and a time needs no quotes.
//
//   type: model          # a comment
//   series: 16
//   required-snaps:
//     - hello
using System.Collections.Immutable;
using JetsonCore.Diagnostics;
using JetsonCore.Yaml;

namespace JetsonCore.Assertions;

internal static class StatementYaml
{
    private static readonly YamlRules Rules = new("statement")
    {
        Syntax = AssertionRules.Json,
        Limit = AssertionRules.Json,
        Kind = AssertionRules.ValueKind,
        Tag = AssertionRules.ValueKind,
        Alias = AssertionRules.ValueKind,
    };

    /// <summary>The headers of a map; null where findings forbid it.</summary>
    public static AssertionHeaders? Read(ReadOnlyMemory<byte> text, DiagnosticBag diagnostics)
    {
        if (YamlReader.Read(text, Rules, diagnostics) is not { } document)
            return null;
        DiagnosticBag findings = diagnostics.Part();
        if (document.Root is not { Kind: YamlKind.Mapping } root)
        {
            findings.Add(AssertionRules.Json, document.Root?.Span ?? SourceSpan.None,
                "cannot read the statement: it is neither a JSON object nor a YAML map",
                "give the headers: { \"type\": \"model\", … }, or a line \"type: model\" and so on");
            return null;
        }
        if (document.NextDocument != default)
        {
            findings.Add(AssertionRules.Json, document.NextDocument, "cannot sign two statements at once",
                "put each into a file of its own");
        }
        AssertionHeaders headers = ReadEntries(root, findings);
        return findings.HasErrors ? null : headers;
    }

    /// <summary>The headers of a map of another file; null where findings forbid it.</summary>
    public static AssertionHeaders? ReadMap(YamlNode map, DiagnosticBag diagnostics)
    {
        DiagnosticBag findings = diagnostics.Part();
        AssertionHeaders headers = ReadEntries(map, findings);
        return findings.HasErrors ? null : headers;
    }

    private static SourceSpan StartOf(SourceSpan span) =>
        span with { EndLine = span.Line, EndColumn = span.Column + 1 };

    private static AssertionHeaders ReadEntries(YamlNode map, DiagnosticBag findings)
    {
        AssertionHeaders headers = AssertionHeaders.None.At(StartOf(map.Span));
        for (int index = 0; index + 1 < map.Children.Count; index += 2)
        {
            YamlNode key = map.Children[index];
            if (key.Kind != YamlKind.Scalar || !AssertionNames.IsHeaderName(key.Value))
            {
                findings.Add(AssertionRules.HeaderName, key.Span, $"cannot use \"{key.Value}\" as a header's name",
                    "use lower-case letters, digits and single dashes, starting with a letter");
                continue;
            }
            if (headers[key.Value] is not null)
                findings.Add(AssertionRules.HeaderName, key.Span, $"cannot take \"{key.Value}\": it is there twice");
            if (ReadValue(map.Children[index + 1], key.Value, findings) is { } value)
                headers = headers.With(key.Value, value);
        }
        return headers;
    }

    private static HeaderValue? ReadValue(YamlNode node, string name, DiagnosticBag findings)
    {
        switch (node.Kind)
        {
            case YamlKind.Mapping:
                return new HeaderValue.Entries(ReadEntries(node, findings), node.Span);
            case YamlKind.Sequence:
                return new HeaderValue.Items(ReadItems(node, name, findings), node.Span);
            case YamlKind.Alias:
                findings.Add(AssertionRules.ValueKind, node.Span, $"cannot take an alias into \"{name}\"",
                    "write out what it stands for");
                return null;
        }
        if (YamlScalar.IsUnset(node))
        {
            findings.Add(AssertionRules.ValueKind, node.Span, $"cannot sign: \"{name}\" has no value",
                "fill it in, or remove the line");
            return null;
        }
        if (node.Tag is "" or YamlTags.Text)
            return new HeaderValue.Text(node.Value, node.Span);
        findings.Add(AssertionRules.ValueKind, node.Span, $"cannot take {YamlTags.Short(node.Tag)} into \"{name}\"",
            Rules.TagHint);
        return null;
    }

    private static ImmutableArray<HeaderValue> ReadItems(YamlNode list, string name, DiagnosticBag findings)
    {
        var items = ImmutableArray.CreateBuilder<HeaderValue>();
        foreach (YamlNode node in list.Children)
        {
            if (ReadValue(node, name, findings) is { } value)
                items.Add(value);
        }
        return items.ToImmutable();
    }
}
