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

    private readonly YamlValueReader _values = new(decoder, GadgetRuleList.DefaultsDeepKey);

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
            inner => values[inner.Key] = _values.Read(inner.Value) is { } value ? Judge(value) : []);
        findings.AddRange(values.Values.SelectMany(problems => problems));
        return findings;
    }

    private static List<Diagnostic> Judge(YamlValue value)
    {
        List<Diagnostic> findings = [];
        foreach ((YamlValue inner, YamlEntry? entry) in value.Walk())
        {
            if (entry is { IsText: false })
            {
                findings.Add(YamlDecoder.Finding(GadgetRuleList.DefaultsDeepKey, entry.KeySpan,
                    $"cannot use \"{entry.Key}\" as key: in YAML 1.1 it is no text but {entry.KindWords}",
                    $"quote it: \"{entry.Key}\"") with
                {
                    Fix = entry.Key.Length > 0 ? new(entry.KeySpan, $"\"{entry.Key}\"") : null,
                });
            }
            string? reason = (inner as YamlValue.Scalar)?.Meaning.Kind switch
            {
                ScalarKind.Null => "it is empty",
                ScalarKind.LargeInteger => "it is beyond 63 bits (9223372036854775807)",
                _ => null,
            };
            if (reason is not null)
            {
                findings.Add(YamlDecoder.Finding(GadgetRuleList.DefaultsValue, inner.Span,
                    $"cannot use default \"{YamlDecoder.Shorten(((YamlValue.Scalar)inner).Spelling)}\": {reason}",
                    "give it a value (quote a text), or leave the setting out"));
            }
        }
        return findings;
    }

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
