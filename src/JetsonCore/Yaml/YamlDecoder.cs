// Walks a YAML tree as Go's yaml.v2 fills a struct from it, because the verdict hangs on its ways:
//
//   - a value of the wrong kind is noted and the walk goes on; a text that a field refuses ends it. So the first of
//     the refusals is what snapd reports, and only without one the first of the wrong kinds.
//   - keys act in file order, so a merge key "<<" overrides what stands above it and yields to what stands below.
//   - every visit counts, and so does every visit below an alias: too large a share of those is refused.
//
// All findings are kept (ours is a report, not a verdict); Flush puts them into snapd's order.
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using JetsonCore.Diagnostics;

namespace JetsonCore.Yaml;

internal sealed class YamlDecoder(YamlRules rules)
{
    private const int VisitsFreeOfLimit = 1000, AliasVisitsFreeOfLimit = 100;
    private const double ManyVisits = 400_000, MostVisits = 4_000_000;

    private readonly HashSet<YamlNode> _openAliases = [];
    private readonly List<Diagnostic> _refusals = [];
    private readonly List<Diagnostic> _wrongKinds = [];
    private readonly List<Diagnostic> _late = [];
    private readonly List<Diagnostic> _advice = [];
    private readonly HashSet<long> _advised = [];
    private long _visits;
    private long _aliasVisits;
    private int _aliasDepth;

    /// <summary>What the file is called, and the rules that its faults break.</summary>
    public YamlRules Rules => rules;

    /// <summary>Whether the walk had to stop: nothing read after that means anything.</summary>
    public bool IsStopped { get; private set; }

    /// <summary>Whether anything was refused or of the wrong kind.</summary>
    public bool HasErrors => _refusals.Count + _wrongKinds.Count > 0;

    /// <summary>A text that its field refuses.</summary>
    public void Refuse(Rule rule, SourceSpan span, string message, string? hint = null, TextEdit? fix = null) =>
        AddTo(_refusals, Finding(rule, span, message, hint) with { Fix = fix });

    /// <summary>A value of the wrong kind.</summary>
    public void WrongKind(Rule rule, SourceSpan span, string message, string? hint = null) =>
        AddTo(_wrongKinds, Finding(rule, span, message, hint));

    /// <summary>Findings that snapd makes once the whole file is read.</summary>
    public void AddLate(IEnumerable<Diagnostic> findings) => _late.AddRange(findings);

    /// <summary>
    /// Something that snapd passes over; said once for each place, however often it is aliased, if the file has a rule
    /// for it.
    /// </summary>
    public void Advise(Rule? rule, SourceSpan span, string message, string? hint = null, TextEdit? fix = null)
    {
        if (rule is null || _advice.Count > DiagnosticBag.MostOfEach)
            return;
        if (_advised.Add(((long)span.Line << 32) + span.Column))
            _advice.Add(Finding(rule, span, message, hint) with { Fix = fix });
    }

    /// <summary>Hands all findings on, in snapd's order.</summary>
    public void Flush(DiagnosticBag diagnostics)
    {
        foreach (List<Diagnostic> findings in (ReadOnlySpan<List<Diagnostic>>)[_refusals, _wrongKinds, _late, _advice])
        {
            foreach (Diagnostic finding in findings)
                diagnostics.Add(finding with { Path = diagnostics.Path });
        }
    }

    /// <summary>Enters a node, through aliases. A true result must be followed by Leave with the same node.</summary>
    public bool Enter(YamlNode node, out YamlNode value)
    {
        value = node;
        Visit(node);
        if (!IsStopped && !RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            IsStopped = true;       // aliases nest deeper than the text, which the composer keeps within bounds
            Refuse(rules.Limit, node.Span, "cannot read the file: it is nested too deeply", rules.DepthHint);
        }
        if (IsStopped)
            return false;
        if (node.Kind != YamlKind.Alias)
            return true;
        if (!_openAliases.Add(node))
        {
            Stop(node, $"cannot use anchor \"{node.Value}\": its value contains itself");
            return false;
        }
        _aliasDepth++;
        value = node.Target!;
        Visit(value);
        return !IsStopped;
    }

    /// <summary>Leaves a node that Enter entered.</summary>
    public void Leave(YamlNode node)
    {
        if (node.Kind != YamlKind.Alias)
            return;
        _aliasDepth--;
        _openAliases.Remove(node);
    }

    /// <summary>
    /// Text for a field with a reader of its own: null where nothing is written, and, with a finding, where no text
    /// can be had. A kind that is not text ends yaml.v2's walk there, but not in connections.
    /// </summary>
    public Located<string>? ReadOwnText(YamlNode node, string what, bool kindIsRefused = true)
    {
        if (!Enter(node, out YamlNode value))
            return null;
        Located<string>? text = null;
        if (YamlScalar.IsUnset(value) && value.Tag.Length > 0)
        {
            _ = Resolve(value);
        }
        else if (!YamlScalar.IsUnset(value))
        {
            Visit(value);
            text = TextOf(value, what, kindIsRefused);
        }
        else if (!value.IsImplicit)
        {
            WrongKind(rules.Kind, value.Span, $"cannot read {what}: it is the text \"{value.Value}\"",
                $"leave {what} out, or give it a value");
        }
        Leave(node);
        return text;
    }

    /// <summary>A scalar's meaning; null, with a finding, where tag and text contradict each other.</summary>
    public ResolvedScalar? Resolve(YamlNode scalar)
    {
        ResolvedScalar? resolved = YamlScalar.Resolve(scalar);
        if (resolved is null)
        {
            Refuse(rules.Tag, scalar.Span,
                $"cannot read \"{Shorten(scalar.Value)}\" as {YamlTags.Short(scalar.Tag)}",
                rules.TagHint);
        }
        return resolved;
    }

    /// <summary>Text as spelled; empty for null. Null, with a finding, for anything but a scalar.</summary>
    public Located<string>? ReadText(YamlNode node, string what)
    {
        if (!Enter(node, out YamlNode value))
            return null;
        Located<string>? text = TextOf(value, what, isRefused: false);
        Leave(node);
        return text;
    }

    /// <summary>A boolean of YAML 1.1; false for null, and, with a finding, for anything else.</summary>
    public bool ReadBoolean(YamlField field)
    {
        if (!Enter(field.Value, out YamlNode value))
            return false;
        ResolvedScalar? resolved = null;
        if (value.Kind != YamlKind.Scalar)
        {
            Expected("boolean", value, field.Key);
        }
        else
        {
            resolved = Resolve(value);
            if (resolved is { Kind: not (ScalarKind.Bool or ScalarKind.Null) })
            {
                WrongKind(rules.Kind, value.Span,
                    $"cannot read {field.Key}: \"{Shorten(value.Value)}\" is no boolean", "write true or false");
            }
        }
        Leave(field.Value);
        return resolved?.IsTrue ?? false;
    }

    /// <summary>A number from 0 to 2^32-1; null, with a finding, for anything else but null.</summary>
    public uint? ReadNumber(YamlField field)
    {
        if (!Enter(field.Value, out YamlNode value))
            return null;
        uint? number = null;
        if (value.Kind != YamlKind.Scalar)
        {
            Expected("number", value, field.Key);
        }
        else if (Resolve(value) is { } resolved)
        {
            number = resolved.Kind == ScalarKind.Null ? 0 : YamlScalar.ToUInt32(resolved);
            if (number is null)
            {
                WrongKind(rules.Kind, value.Span, $"cannot read {field.Key}: \"{Shorten(value.Value)}\" is no number "
                    + $"from 0 to {uint.MaxValue}", "write a number, without quotes");
            }
        }
        Leave(field.Value);
        return number;
    }

    /// <summary>A list of texts.</summary>
    public ImmutableArray<Located<string>> ReadTexts(YamlField field)
    {
        ImmutableArray<Located<string>>.Builder texts = ImmutableArray.CreateBuilder<Located<string>>();
        ReadList(field.Value, field.Key, (item, index) =>
        {
            if (ReadText(item, $"{field.Key} #{index}") is { } text)
                texts.Add(text);
        });
        return texts.ToImmutable();
    }

    /// <summary>Reads a list, item by item; null counts as empty.</summary>
    public void ReadList(YamlNode node, string what, Action<YamlNode, int> readItem)
    {
        if (!Enter(node, out YamlNode value))
            return;
        if (value.Kind == YamlKind.Sequence)
        {
            for (int index = 0; index < value.Children.Count && !IsStopped; index++)
                readItem(value.Children[index], index);
        }
        else if (!MeansNothing(value))
        {
            Expected("list", value, what);
        }
        Leave(node);
    }

    /// <summary>Reads a map, field by field; false where it is neither a map nor null.</summary>
    public bool ReadMap(
        YamlNode node, FieldKeys keys, string what, Action<YamlField> read, string? hintOfOthers = null)
    {
        if (!Enter(node, out YamlNode value))
            return false;
        bool isMap = value.Kind == YamlKind.Mapping;
        bool isNull = !isMap && MeansNothing(value);
        if (isMap)
            YamlFields.ForEach(value, this, keys, read);
        else if (!isNull)
            Expected("map", value, what, hintOfOthers);
        Leave(node);
        return isMap || isNull;
    }

    /// <summary>Whether an entered node is a scalar that means null.</summary>
    public static bool IsNull(YamlNode value) =>
        value.Kind == YamlKind.Scalar && YamlScalar.Resolve(value) is { Kind: ScalarKind.Null };

    /// <summary>Whether an entered node is null, or, with a finding, cannot be resolved at all.</summary>
    public bool MeansNothing(YamlNode value) =>
        value.Kind == YamlKind.Scalar && Resolve(value) is null or { Kind: ScalarKind.Null };

    /// <summary>Says that a list or a map was expected.</summary>
    public void Expected(string wanted, YamlNode value, string what, string? hint = null) =>
        WrongKind(rules.Kind, value.Span, $"cannot read {what}: it is a {KindName(value)}, not a {wanted}",
            hint ?? (wanted == "list" ? $"begin each item of {what} with a dash"
                : $"write keys and values below {what}"));

    /// <summary>"list", "map" or "text".</summary>
    public static string KindName(YamlNode node) => node.Kind switch
    {
        YamlKind.Sequence => "list",
        YamlKind.Mapping => "map",
        _ => "text",
    };

    /// <summary>A text cut for a message.</summary>
    public static string Shorten(string text) =>
        text.Length <= 60 ? text : string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[56]) ? 56 : 57), "...");

    private Located<string>? TextOf(YamlNode value, string what, bool isRefused)
    {
        if (value.Kind != YamlKind.Scalar)
        {
            List<Diagnostic> findings = isRefused ? _refusals : _wrongKinds;
            AddTo(findings, Finding(rules.Kind, value.Span,
                $"cannot read {what}: it is a {KindName(value)}, not a text", "write one value there"));
            return null;
        }
        if (Resolve(value) is not { } resolved)
            return null;
        string text = value.Tag == YamlTags.Binary ? resolved.Text : value.Value;
        return new(resolved.Kind == ScalarKind.Null ? "" : text, value.Span);
    }

    /// <summary>Keeps one finding more than the bag will, so that the bag knows of it.</summary>
    private static void AddTo(List<Diagnostic> findings, Diagnostic finding)
    {
        if (findings.Count <= DiagnosticBag.MostOfEach)
            findings.Add(finding);
    }

    private void Visit(YamlNode node)
    {
        _visits++;
        if (_aliasDepth > 0)
            _aliasVisits++;
        if (IsStopped || _aliasVisits <= AliasVisitsFreeOfLimit || _visits <= VisitsFreeOfLimit)
            return;
        double share = (double)_aliasVisits / _visits;
        if (share > AllowedAliasShare(_visits))
        {
            Stop(node, $"cannot follow the anchors: {_aliasVisits} of {_visits} values come from aliases, which is "
                + "how a small file explodes");
        }
    }

    /// <summary>99 % for a file of some size, falling to 10 % for a very large one.</summary>
    private static double AllowedAliasShare(long visits) => visits switch
    {
        <= (long)ManyVisits => 0.99,
        >= (long)MostVisits => 0.10,
        _ => 0.99 - (0.89 * ((visits - ManyVisits) / (MostVisits - ManyVisits))),
    };

    private void Stop(YamlNode node, string message)
    {
        IsStopped = true;
        Refuse(rules.Alias, node.Span, message, "write the values out instead of using anchors");
    }

    /// <summary>A finding that nobody has yet.</summary>
    public static Diagnostic Finding(Rule rule, SourceSpan span, string message, string? hint) =>
        new() { Rule = rule, Severity = rule.Severity, Span = span, Message = message, Hint = hint };
}
