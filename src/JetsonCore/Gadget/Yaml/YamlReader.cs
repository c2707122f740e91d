// Text to YAML tree.
using JetsonCore.Diagnostics;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace JetsonCore.Gadget.Yaml;

/// <summary>A YAML document.</summary>
/// <param name="Root">Its root; null where there is no document.</param>
public sealed record YamlDocument(YamlNode? Root);

/// <summary>Reads YAML.</summary>
public static class YamlReader
{
    /// <summary>Reads the first document; null, with a finding, where the text is not YAML.</summary>
    public static YamlDocument? Read(ReadOnlySpan<byte> content, DiagnosticBag diagnostics)
    {
        using var text = new StringReader(System.Text.Encoding.UTF8.GetString(content));
        try
        {
            return new(ReadRoot(new Parser(text)));
        }
        catch (YamlException exception)
        {
            diagnostics.Add(GadgetRuleList.Syntax, SpanOf(exception.Start, exception.End), exception.Message, null);
            return null;
        }
    }

    private static YamlNode? ReadRoot(Parser parser)
    {
        parser.MoveNext();
        parser.MoveNext();
        if (parser.Current is not DocumentStart)
            return null;
        parser.MoveNext();
        return ReadNode(parser, []);
    }

    private static YamlNode ReadNode(Parser parser, Dictionary<string, YamlNode> anchors)
    {
        ParsingEvent current = parser.Current!;
        SourceSpan span = SpanOf(current.Start, current.End);
        if (current is AnchorAlias alias)
        {
            parser.MoveNext();
            return anchors.TryGetValue(alias.Value.Value, out YamlNode? target)
                ? new YamlNode(YamlKind.Alias, span) { Value = alias.Value.Value, Target = target }
                : throw new YamlException(current.Start, current.End, "unknown anchor");
        }
        var start = (NodeEvent)current;
        YamlNode node = current switch
        {
            Scalar scalar => new YamlNode(YamlKind.Scalar, span)
            {
                Value = scalar.Value,
                Tag = scalar.Tag.IsEmpty ? "" : scalar.Tag.Value,
                IsImplicit = scalar.IsPlainImplicit,
            },
            SequenceStart => new YamlNode(YamlKind.Sequence, span),
            _ => new YamlNode(YamlKind.Mapping, span),
        };
        if (!start.Anchor.IsEmpty)
            anchors[start.Anchor.Value] = node;
        parser.MoveNext();
        if (node.Kind == YamlKind.Scalar)
            return node;
        while (parser.Current is not (SequenceEnd or MappingEnd))
            node.Children.Add(ReadNode(parser, anchors));
        parser.MoveNext();
        return node;
    }

    private static SourceSpan SpanOf(Mark start, Mark end) =>
        new((int)start.Line, (int)start.Column, (int)end.Line, (int)end.Column);
}
