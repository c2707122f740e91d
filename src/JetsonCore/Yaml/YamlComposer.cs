// Tokens to nodes, by recursive descent:
//
//   document ::= directive* "---" node? | node
//   node     ::= *alias | (&anchor !tag | !tag &anchor) content? | content
//   content  ::= scalar | block or flow sequence | block or flow mapping
//
// Spec: YAML 1.1; peer: libyaml's parser, whose oddities are kept ("[? , a]" loses its comma).
using System.Runtime.CompilerServices;
using JetsonCore.Diagnostics;

namespace JetsonCore.Yaml;

internal sealed class YamlComposer(YamlScanner scanner, YamlRules rules)
{
    private readonly Dictionary<string, string> _tagPrefixes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, YamlNode> _anchors = new(StringComparer.Ordinal);

    /// <summary>Reads the first document.</summary>
    /// <exception cref="YamlSyntaxException">It is none.</exception>
    public YamlDocument ReadDocument()
    {
        scanner.Take();
        YamlToken first = scanner.Peek();
        if (first.Kind == YamlTokenKind.StreamEnd)
            return new(null);
        bool isExplicit = first.Kind is YamlTokenKind.VersionDirective or YamlTokenKind.TagDirective
            or YamlTokenKind.DocumentStart;
        ReadDirectives();
        if (isExplicit)
        {
            YamlToken start = scanner.Take();
            if (start.Kind != YamlTokenKind.DocumentStart)
                throw Unexpected(start, "\"---\" belongs between directives and the document", "write a line ---");
        }
        YamlNode root = isExplicit && IsDocumentEnd(scanner.Peek()) ? Empty(scanner.Peek().Start)
            : ReadNode(isBlock: true, mayBeIndentless: false);
        YamlToken next = scanner.Peek();
        return new(root, next.Kind == YamlTokenKind.DocumentStart ? next.Start.To(next.End) : default);
    }

    private void ReadDirectives()
    {
        bool hasVersion = false;
        while (scanner.Peek() is { Kind: YamlTokenKind.VersionDirective or YamlTokenKind.TagDirective } directive)
        {
            bool isVersion = directive.Kind == YamlTokenKind.VersionDirective;
            if (isVersion ? hasVersion : !_tagPrefixes.TryAdd(directive.Value, directive.Suffix))
                throw Unexpected(directive, "this directive is given twice", "remove it");
            if (isVersion && directive.Value != "1.1")
            {
                throw Unexpected(directive, $"snapd reads YAML 1.1, not {directive.Value}",
                    "remove the line that begins with %YAML");
            }
            hasVersion |= isVersion;
            scanner.Take();
        }
        _tagPrefixes.TryAdd("!", "!");
        _tagPrefixes.TryAdd("!!", YamlTags.Prefix);
    }

    private YamlNode ReadNode(bool isBlock, bool mayBeIndentless)
    {
        YamlToken token = scanner.Peek();
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw new YamlSyntaxException(token.Start.Span, "cannot read the file: it is nested too deeply",
                rules.DepthHint)
            {
                IsLimit = true,
            };
        }
        if (token.Kind == YamlTokenKind.Alias)
            return ReadAlias();
        (YamlToken? anchor, YamlToken? tag) = ReadProperties();
        string fullTag = tag is { } written ? ResolveTag(written) : "";
        YamlMark start = token.Start;
        token = scanner.Peek();
        bool isIndentless = mayBeIndentless && token.Kind == YamlTokenKind.BlockEntry;
        YamlNode node = token.Kind switch
        {
            YamlTokenKind.Scalar => NewScalar(start, token, fullTag),
            YamlTokenKind.FlowSequenceStart => new(YamlKind.Sequence, start.To(token.End)),
            YamlTokenKind.FlowMappingStart => new(YamlKind.Mapping, start.To(token.End)),
            YamlTokenKind.BlockSequenceStart when isBlock => new(YamlKind.Sequence, start.To(token.End)),
            YamlTokenKind.BlockMappingStart when isBlock => new(YamlKind.Mapping, start.To(token.End)),
            _ when isIndentless => new(YamlKind.Sequence, start.To(token.End)),
            _ when anchor is not null || fullTag.Length > 0 => new(YamlKind.Scalar, start.To(token.Start))
            {
                Tag = fullTag,
                IsImplicit = fullTag.Length == 0,
            },
            _ => throw NoContent(token),
        };
        if (anchor is { } named)
            _anchors[named.Value] = node;
        ReadChildren(node, token.Kind);
        return node;
    }

    private void ReadChildren(YamlNode node, YamlTokenKind kind)
    {
        switch (kind)
        {
            case YamlTokenKind.Scalar:
                scanner.Take();
                break;
            case YamlTokenKind.FlowSequenceStart:
                ReadFlowSequence(node);
                break;
            case YamlTokenKind.FlowMappingStart:
                ReadFlowMapping(node);
                break;
            case YamlTokenKind.BlockSequenceStart when node.Kind == YamlKind.Sequence:
                ReadBlockSequence(node);
                break;
            case YamlTokenKind.BlockMappingStart when node.Kind == YamlKind.Mapping:
                ReadBlockMapping(node);
                break;
            case YamlTokenKind.BlockEntry when node.Kind == YamlKind.Sequence:
                ReadIndentlessSequence(node);
                break;
        }
    }

    private YamlNode ReadAlias()
    {
        YamlToken alias = scanner.Take();
        if (!_anchors.TryGetValue(alias.Value, out YamlNode? target))
        {
            string? meant = Spelling.Nearest(alias.Value, [.. _anchors.Keys]);
            throw Unexpected(alias, $"no anchor &{alias.Value} stands above it",
                meant is null ? "write &NAME before the value that is meant" : $"did you mean *{meant}?");
        }
        return new(YamlKind.Alias, alias.Start.To(alias.End)) { Value = alias.Value, Target = target };
    }

    private (YamlToken? Anchor, YamlToken? Tag) ReadProperties()
    {
        YamlToken? anchor = TakeIf(YamlTokenKind.Anchor);
        YamlToken? tag = TakeIf(YamlTokenKind.Tag);
        if (tag is not null && anchor is null)
            anchor = TakeIf(YamlTokenKind.Anchor);
        return (anchor, tag);
    }

    private YamlToken? TakeIf(YamlTokenKind kind) => scanner.Peek().Kind == kind ? scanner.Take() : null;

    private string ResolveTag(YamlToken tag)
    {
        if (tag.Value.Length == 0)
            return tag.Suffix;
        string full = _tagPrefixes.TryGetValue(tag.Value, out string? prefix) ? prefix + tag.Suffix : "";
        return full.Length > 0 ? full
            : throw Unexpected(tag, $"the tag {tag.Value} is not defined", rules.TagHint);
    }

    private static YamlNode NewScalar(YamlMark start, YamlToken token, string tag) =>
        new(YamlKind.Scalar, start.To(token.End))
        {
            Value = token.Value,
            Tag = tag,
            IsImplicit = (tag.Length == 0 && token.IsPlain) || tag == "!",
        };

    private static YamlNode Empty(YamlMark mark) => new(YamlKind.Scalar, mark.To(mark)) { IsImplicit = true };

    private YamlNode ReadNodeUnless(YamlMark mark, bool isBlock, params ReadOnlySpan<YamlTokenKind> ends) =>
        ends.Contains(scanner.Peek().Kind) ? Empty(mark) : ReadNode(isBlock, mayBeIndentless: false);

    private void ReadBlockMapping(YamlNode map)
    {
        YamlToken start = scanner.Take();
        map.Span = start.Start.Span;
        while (scanner.Peek() is { Kind: not YamlTokenKind.BlockEnd } token)
        {
            if (token.Kind != YamlTokenKind.Key)
                throw NoKey(token, start);
            YamlMark end = scanner.Take().End;
            map.Children.Add(ReadMappingPart(end));
            YamlToken next = scanner.Peek();
            map.Children.Add(next.Kind == YamlTokenKind.Value ? ReadMappingPart(scanner.Take().End)
                : Empty(next.Start));
        }
        scanner.Take();
        if (map.Children.Count > 0)
            map.Span = map.Children[0].Span;
    }

    /// <summary>A key or a value; only here may the dashes of a list stand no deeper than the key.</summary>
    private YamlNode ReadMappingPart(YamlMark mark) =>
        scanner.Peek().Kind is YamlTokenKind.Key or YamlTokenKind.Value or YamlTokenKind.BlockEnd ? Empty(mark)
            : ReadNode(isBlock: true, mayBeIndentless: true);

    private void ReadBlockSequence(YamlNode list)
    {
        YamlToken start = scanner.Take();
        list.Span = start.Start.Span;
        while (scanner.Peek() is { Kind: not YamlTokenKind.BlockEnd } token)
        {
            if (token.Kind != YamlTokenKind.BlockEntry)
            {
                while (scanner.Peek().Kind is YamlTokenKind.BlockMappingStart or YamlTokenKind.Key)
                    scanner.Take();
                throw NoDash(token, scanner.Peek(), start, list.Children.LastOrDefault());
            }
            YamlMark end = scanner.Take().End;
            list.Children.Add(ReadNodeUnless(
                end, isBlock: true, YamlTokenKind.BlockEntry, YamlTokenKind.BlockEnd));
        }
        scanner.Take();
    }

    private void ReadIndentlessSequence(YamlNode list)
    {
        while (scanner.Peek().Kind == YamlTokenKind.BlockEntry)
        {
            YamlMark end = scanner.Take().End;
            list.Children.Add(ReadNodeUnless(end, isBlock: true,
                YamlTokenKind.BlockEntry, YamlTokenKind.Key, YamlTokenKind.Value, YamlTokenKind.BlockEnd));
        }
    }

    private void ReadFlowSequence(YamlNode list)
    {
        YamlToken start = scanner.Take();
        while (NextFlowEntry(start, list, YamlTokenKind.FlowSequenceEnd) is { } token)
        {
            list.Children.Add(token.Kind == YamlTokenKind.Key ? ReadFlowPair()
                : ReadNode(isBlock: false, mayBeIndentless: false));
        }
    }

    /// <summary>"a: b" within [ ]: a map of one key.</summary>
    private YamlNode ReadFlowPair()
    {
        YamlToken key = scanner.Take();
        var map = new YamlNode(YamlKind.Mapping, key.Start.To(key.End));
        YamlToken token = scanner.Peek();
        if (token.Kind is YamlTokenKind.Value or YamlTokenKind.FlowEntry or YamlTokenKind.FlowSequenceEnd)
        {
            scanner.Take();
            map.Children.Add(Empty(token.End));
        }
        else
        {
            map.Children.Add(ReadNode(isBlock: false, mayBeIndentless: false));
        }
        map.Children.Add(ReadFlowValue(YamlTokenKind.FlowSequenceEnd));
        return map;
    }

    private void ReadFlowMapping(YamlNode map)
    {
        YamlToken start = scanner.Take();
        while (NextFlowEntry(start, map, YamlTokenKind.FlowMappingEnd) is { } token)
        {
            if (token.Kind == YamlTokenKind.Key)
            {
                scanner.Take();
                map.Children.Add(ReadNodeUnless(scanner.Peek().Start, isBlock: false,
                    YamlTokenKind.Value, YamlTokenKind.FlowEntry, YamlTokenKind.FlowMappingEnd));
                map.Children.Add(ReadFlowValue(YamlTokenKind.FlowMappingEnd));
            }
            else
            {
                map.Children.Add(ReadNode(isBlock: false, mayBeIndentless: false));
                map.Children.Add(Empty(scanner.Peek().Start));
            }
        }
    }

    private YamlNode ReadFlowValue(YamlTokenKind end)
    {
        YamlMark mark = scanner.Peek().Start;
        return TakeIf(YamlTokenKind.Value) is null ? Empty(mark)
            : ReadNodeUnless(scanner.Peek().Start, isBlock: false, YamlTokenKind.FlowEntry, end);
    }

    /// <summary>The token that begins the next entry of [ ] or { }; null, having taken it, for their end.</summary>
    private YamlToken? NextFlowEntry(YamlToken start, YamlNode node, YamlTokenKind end)
    {
        YamlToken token = scanner.Peek();
        if (token.Kind != end && node.Children.Count > 0)
        {
            if (token.Kind != YamlTokenKind.FlowEntry)
                throw NotClosed(start, token);
            scanner.Take();
            token = scanner.Peek();
        }
        if (token.Kind != end)
            return token;
        scanner.Take();
        return null;
    }

    private static bool IsDocumentEnd(YamlToken token) => token.Kind is YamlTokenKind.VersionDirective
        or YamlTokenKind.TagDirective or YamlTokenKind.DocumentStart or YamlTokenKind.DocumentEnd
        or YamlTokenKind.StreamEnd;

    private static YamlSyntaxException NotClosed(YamlToken start, YamlToken token)
    {
        bool isList = start.Kind == YamlTokenKind.FlowSequenceStart;
        return Unexpected(token, $"\",\" or \"{(isList ? ']' : '}')}\" belongs here, to go on with or to close the "
            + $"\"{(isList ? '[' : '{')}\" of line {start.Start.Line + 1}", "close the bracket, or quote the text");
    }

    /// <summary>Between the dashes of a list and the keys of its items nothing can stand: a line has slipped.</summary>
    private static YamlSyntaxException NoDash(YamlToken token, YamlToken text, YamlToken start, YamlNode? item)
    {
        int dashes = start.Start.Column;
        string reason =
            $"a \"-\" belongs here, in column {dashes + 1}, as in the list from line {start.Start.Line + 1} on";
        string hint = "begin each item with a dash, all at the same indentation";
        if (text is { IsPlain: true, Value: ['-', ..] } && token.Start.Column == dashes)
            hint = "write a blank behind the dash";
        else if (token.Kind == YamlTokenKind.BlockSequenceStart)
            hint = $"indent the dash by {dashes} blanks, as those above it";
        else if (item is { Kind: YamlKind.Mapping })
            hint = $"indent the line by {item.Span.Column - 1} blanks to go on with the item of line {item.Span.Line}";
        return Unexpected(token, reason, hint);
    }

    private static YamlSyntaxException NoKey(YamlToken token, YamlToken start) => Unexpected(token,
        $"a key belongs here, at the indentation of the map that begins in line {start.Start.Line + 1} "
            + $"(column {start.Start.Column + 1})",
        "indent all keys of a map alike, and put texts with special letters in quotes");

    private static YamlSyntaxException NoContent(YamlToken token) =>
        Unexpected(token, "a value belongs here", "write a value, or put the text in quotes");

    private static YamlSyntaxException Unexpected(YamlToken token, string reason, string hint) => new(
        token.Start == token.End ? token.Start.Span : token.Start.To(token.End),
        $"cannot read the line: {reason}", hint);
}
