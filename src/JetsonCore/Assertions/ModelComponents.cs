// The components of a snap in a model: parts of a snap that are installed one by one.
//
//   components:
//     nvidia: required
//     manuals:
//       presence: optional
//       modes:
//         - run
//
// Spec and peer: snapd asserts/model.go since 2.62 (checkComponentsForMaps); older versions pass the key over.
using System.Collections.Immutable;
using JetsonCore.Diagnostics;

namespace JetsonCore.Assertions;

internal static class ModelComponents
{
    private const string Required = "required", Optional = "optional";

    /// <summary>The names of a snap's components.</summary>
    public static ImmutableArray<string> Read(
        AssertionHeaders snap, string snapName, ImmutableArray<string> snapModes, DiagnosticBag diagnostics)
    {
        switch (snap["components"])
        {
            case null:
                return [];
            case HeaderValue.Entries { Values: var components }:
                foreach ((string name, HeaderValue value) in components.All)
                    Check(name, value, snapName, snapModes, diagnostics);
                return [.. components.All.Select(one => one.Key)];
            default:
                diagnostics.Add(AssertionRules.ModelComponents, snap.SpanOf("components"),
                    $"cannot use \"components\" of snap \"{snapName}\": it must be a map");
                return [];
        }
    }

    private static void Check(string name, HeaderValue value, string snapName, ImmutableArray<string> snapModes,
        DiagnosticBag diagnostics)
    {
        string what = $"component \"{name}\" of snap \"{snapName}\"";
        if (!SnapNames.IsSnapName(name))
            Add(value.Span, "its name is no name of a snap");
        switch (value)
        {
            case HeaderValue.Text { Value: Required or Optional }:
                return;
            case HeaderValue.Entries { Values: var fields }:
                foreach ((string key, HeaderValue field) in
                    fields.All.Where(one => one.Key is not ("presence" or "modes")))
                {
                    Add(field.Span, $"\"{key}\" is unknown there");
                }
                var check = new HeaderCheck(fields, diagnostics, what);
                if (check.RequireText("presence") is not null)
                    check.OptionalChoice("presence", AssertionRules.ModelComponents, Required, Optional);
                foreach (Located<string> mode in check.OptionalList(
                    "modes", AssertionNames.IsSnapMode, AssertionRules.ModelComponents))
                {
                    if (!snapModes.Contains(mode.Value))
                        Add(mode.Span, $"the snap is not there in mode \"{mode.Value}\"");
                }
                return;
            default:
                Add(value.Span, $"it must be \"{Required}\", \"{Optional}\" or a map with \"presence\"");
                return;
        }

        void Add(SourceSpan span, string why) =>
            diagnostics.Add(AssertionRules.ModelComponents, span, $"cannot take {what}: {why}");
    }
}
