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
using System.Collections.Immutable;
using JetsonCore.Diagnostics;

namespace JetsonCore.Assertions;

internal static class ModelValidationSets
{
    public static ImmutableArray<ModelValidationSet> Read(
        AssertionHeaders headers, string? brand, DiagnosticBag diagnostics)
    {
        if (headers["validation-sets"] is not { } given)
            return [];
        if (given is not HeaderValue.Items { Values: var entries })
        {
            diagnostics.Add(AssertionRules.ModelValidationSets, given.Span,
                "cannot use \"validation-sets\": it must be a list of maps");
            return [];
        }
        var sets = ImmutableArray.CreateBuilder<ModelValidationSet>();
        foreach (HeaderValue entry in entries)
        {
            if (entry is not HeaderValue.Entries { Values: var values })
            {
                diagnostics.Add(AssertionRules.ModelValidationSets, entry.Span,
                    "cannot take an entry of \"validation-sets\" that is no map");
            }
            else if (ReadEntry(values, brand, diagnostics) is { } set)
            {
                if (sets.Any(one => one.Key == set.Key))
                {
                    diagnostics.Add(AssertionRules.ModelValidationSets, values.SpanOf("name"),
                        $"cannot name the validation set \"{set.Key}\" twice");
                }
                sets.Add(set with { Span = entry.Span });
            }
        }
        return sets.ToImmutable();
    }

    private static ModelValidationSet? ReadEntry(AssertionHeaders values, string? brand, DiagnosticBag diagnostics)
    {
        var check = new HeaderCheck(values, diagnostics, "an entry of \"validation-sets\"");
        string? account = check.OptionalText("account-id") ?? brand;
        if (account is not null && !AssertionNames.IsAccountId(account))
        {
            diagnostics.Add(AssertionRules.ModelValidationSets, values.SpanOf("account-id"),
                $"cannot use \"{account}\" as \"account-id\": it is no account id");
        }
        long? sequence = check.OptionalNumber("sequence");
        if (sequence is 0)
        {
            diagnostics.Add(AssertionRules.ModelValidationSets, values.SpanOf("sequence"),
                "cannot pin \"sequence\" to 0: it counts from 1");
        }
        if (values["mode"] is null)
            check.RequireText("mode");
        check.OptionalChoice("mode", AssertionRules.ModelValidationSets, "enforce", "prefer-enforce");
        string? name = check.RequireText("name");
        return account is null || name is null ? null : new(account, name, sequence);
    }
}
