// N-PART: "partial" lists what an installer fills in: size, filesystem, schema, structure, each once.
using JetsonCore.Diagnostics;
using JetsonCore.Gadget.Model;

namespace JetsonCore.Gadget.Rules;

internal static class PartialRules
{
    private static readonly string[] Properties = ["size", "filesystem", "schema", "structure"];

    public static void Check(GadgetVolume volume, DiagnosticBag diagnostics)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (Located<string> property in volume.Partial)
        {
            if (!Properties.Contains(property.Value))
            {
                diagnostics.Add(GadgetRuleList.Partial, property.Span,
                    $"cannot leave \"{property.Value}\" of volume \"{volume.Name.Value}\" open: it is none of "
                        + string.Join(", ", Properties),
                    Spelling.Nearest(property.Value, Properties) is { } meant ? $"did you mean {meant}?" : null);
            }
            else if (!seen.Add(property.Value))
            {
                diagnostics.Add(GadgetRuleList.Partial, property.Span,
                    $"cannot list \"{property.Value}\" twice in partial", "remove one of them");
            }
        }
        if (volume.HasPartial("schema") && volume.Schema.Value.Length > 0)
        {
            diagnostics.Add(GadgetRuleList.Partial, volume.Schema.Span,
                $"cannot set schema {volume.Schema.Value} of volume \"{volume.Name.Value}\": partial leaves it open",
                "remove schema, or take it out of partial");
        }
    }
}
