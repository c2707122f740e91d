// Reads "defaults" of gadget.yaml: one map of settings for each snap, values of any depth. Keys of the first level are
// taken as spelled; below that YAML 1.1 decides what they are, and only text will do (so a key y is refused: it is a
// boolean). Of a key given twice only the last value is judged. Rules DF-*.
using JetsonCore.Diagnostics;
using JetsonCore.Gadget.Model;
using JetsonCore.Yaml;

namespace JetsonCore.Gadget.Reading;

internal sealed class GadgetDefaultsReader(YamlDecoder decoder)
{
    private const int SnapIdLength = 32;

    /// <summary>What is wrong with one snap's defaults; null, with a finding, where they are not a map.</summary>
    public List<Diagnostic>? ReadSnap(YamlField field)
    {
        List<Diagnostic> findings = [];
        if (!IsSnapIdOrSystem(field.Key))
        {
            findings.Add(YamlDecoder.Finding(GadgetRuleList.DefaultsKey, field.KeyNode.Span,
                $"cannot set defaults of \"{YamlDecoder.Shorten(field.Key)}\": it is neither system nor a snap id "
                    + $"({field.Key.Length} characters, an id has {SnapIdLength})",
                "`snap info NAME` shows the id of a snap; use system for settings of the system itself"));
        }
        var values = new Dictionary<string, List<Diagnostic>>(StringComparer.Ordinal);
        YamlNode target = field.Value.Target ?? field.Value;
        if (target.Kind != YamlKind.Mapping && !decoder.MeansNothing(target))
        {
            decoder.WrongKind(GadgetRuleList.DefaultsMap, target.Span,
                $"cannot read the defaults of \"{field.Key}\": it is a {YamlDecoder.KindName(target)}, not a map",
                "write the snap's settings as keys and values below its id");
            return null;
        }
        decoder.ReadMap(field.Value, FieldKeys.Any, $"defaults of \"{field.Key}\"",
            inner => values[inner.Key] = ReadValue(inner.Value));
        findings.AddRange(values.Values.SelectMany(problems => problems));
        return findings;
    }

    private List<Diagnostic> ReadValue(YamlNode node)
    {
        List<Diagnostic> findings = [];
        if (!decoder.Enter(node, out YamlNode value))
            return findings;
        switch (value.Kind)
        {
            case YamlKind.Sequence:
                foreach (YamlNode item in value.Children)
                    findings.AddRange(ReadValue(item));
                break;
            case YamlKind.Mapping:
                var values = new Dictionary<string, List<Diagnostic>>(StringComparer.Ordinal);
                ReadMap(value, values, findings);
                findings.AddRange(values.Values.SelectMany(problems => problems));
                break;
            default:
                JudgeScalar(value, findings);
                break;
        }
        decoder.Leave(node);
        return findings;
    }

    private void JudgeScalar(YamlNode scalar, List<Diagnostic> findings)
    {
        string? reason = decoder.Resolve(scalar)?.Kind switch
        {
            ScalarKind.Null => "it is empty",
            ScalarKind.LargeInteger => "it is beyond 63 bits (9223372036854775807)",
            _ => null,
        };
        if (reason is not null)
        {
            findings.Add(YamlDecoder.Finding(GadgetRuleList.DefaultsValue, scalar.Span,
                $"cannot use default \"{YamlDecoder.Shorten(scalar.Value)}\": {reason}",
                "give it a value (quote a text), or leave the setting out"));
        }
    }

    private void ReadMap(YamlNode map, Dictionary<string, List<Diagnostic>> values, List<Diagnostic> findings)
    {
        for (int index = 0; index + 1 < map.Children.Count && !decoder.IsStopped; index += 2)
        {
            YamlNode key = map.Children[index];
            YamlNode value = map.Children[index + 1];
            if (key.IsMergeKey)
                Merge(value, values, findings);
            else if (ReadKey(key, findings) is { } name)
                values[name] = ReadValue(value);
            else
                _ = ReadValue(value);
        }
    }

    private void Merge(YamlNode value, Dictionary<string, List<Diagnostic>> values, List<Diagnostic> findings)
    {
        IEnumerable<YamlNode> maps = value.Kind == YamlKind.Sequence ? value.Children.AsEnumerable().Reverse()
            : [value];
        foreach (YamlNode item in maps)
        {
            if ((item.Target ?? item).Kind != YamlKind.Mapping)
            {
                decoder.Refuse(GadgetRuleList.Kind, item.Span, "cannot merge: it is not a map",
                    "\"<<\" takes a map, an alias of one, or a list of those");
                return;
            }
            if (!decoder.Enter(item, out YamlNode map))
                return;
            ReadMap(map, values, findings);
            decoder.Leave(item);
        }
    }

    /// <summary>A key's text; null, with a finding, where it is none.</summary>
    private string? ReadKey(YamlNode key, List<Diagnostic> findings)
    {
        if (!decoder.Enter(key, out YamlNode node))
            return null;
        string? name = null;
        if (node.Kind != YamlKind.Scalar)
        {
            decoder.Refuse(GadgetRuleList.DefaultsDeepKey, node.Span,
                $"cannot use a {YamlDecoder.KindName(node)} as key", "keys are text");
        }
        else if (decoder.Resolve(node) is { Kind: ScalarKind.Text or ScalarKind.Timestamp } text)
        {
            name = text.Text;
        }
        else
        {
            findings.Add(YamlDecoder.Finding(GadgetRuleList.DefaultsDeepKey, node.Span,
                $"cannot use \"{node.Value}\" as key: in YAML 1.1 it is no text but {Meaning(node)}",
                $"quote it: \"{node.Value}\""));
        }
        decoder.Leave(key);
        return name;
    }

    private static string Meaning(YamlNode node) => YamlScalar.Resolve(node)?.Kind switch
    {
        ScalarKind.Bool => "a boolean",
        ScalarKind.Null => "nothing",
        _ => "a number",
    };

    private static bool IsSnapIdOrSystem(string key)
    {
        if (key == "system")
            return true;
        foreach (char letter in key)
        {
            if (!char.IsAsciiLetterOrDigit(letter))
                return false;
        }
        return key.Length == SnapIdLength;
    }
}
