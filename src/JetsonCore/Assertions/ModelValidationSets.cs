// The header "validation-sets" of a model: which sets of snap revisions it keeps to.
//
//   validation-sets:
//     -
//       account-id: my-brand        (default: the brand)
//       name: base-set
//       sequence: 4                 (optional: pinned)
//       mode: enforce               (or prefer-enforce)
//
// Spec and peer: snapd asserts/model.go since 2.58; older versions carry the header without reading it.
using JetsonCore.Diagnostics;

namespace JetsonCore.Assertions;

internal static class ModelValidationSets
{
    public static void Check(AssertionHeaders headers, string? brand, DiagnosticBag diagnostics)
    {
        if (headers["validation-sets"] is not { } given)
            return;
        if (given is not HeaderValue.Items { Values: var entries })
        {
            diagnostics.Add(AssertionRules.ModelValidationSets, given.Span,
                "cannot use \"validation-sets\": it must be a list of maps");
            return;
        }
        var seen = new HashSet<(string?, string)>();
        foreach (HeaderValue entry in entries)
        {
            if (entry is HeaderValue.Entries { Values: var values })
                CheckEntry(values, brand, seen, diagnostics);
            else
            {
                diagnostics.Add(AssertionRules.ModelValidationSets, entry.Span,
                    "cannot take an entry of \"validation-sets\" that is no map");
            }
        }
    }

    private static void CheckEntry(
        AssertionHeaders values, string? brand, HashSet<(string?, string)> seen, DiagnosticBag diagnostics)
    {
        var check = new HeaderCheck(values, diagnostics, "an entry of \"validation-sets\"");
        string? account = check.OptionalText("account-id") ?? brand;
        if (account is not null && !AssertionNames.IsAccountId(account))
        {
            diagnostics.Add(AssertionRules.ModelValidationSets, values.SpanOf("account-id"),
                $"cannot use \"{account}\" as \"account-id\": it is no account id");
        }
        if (check.OptionalNumber("sequence") is 0)
        {
            diagnostics.Add(AssertionRules.ModelValidationSets, values.SpanOf("sequence"),
                "cannot pin \"sequence\" to 0: it counts from 1");
        }
        if (values["mode"] is null)
            check.RequireText("mode");
        check.OptionalChoice("mode", AssertionRules.ModelValidationSets, "enforce", "prefer-enforce");
        if (check.RequireText("name") is { } name && !seen.Add((account, name)))
        {
            diagnostics.Add(AssertionRules.ModelValidationSets, values.SpanOf("name"),
                $"cannot name the validation set \"{account}/{name}\" twice");
        }
    }
}
