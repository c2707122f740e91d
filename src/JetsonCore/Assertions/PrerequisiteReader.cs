// What an assertion needs, by the row of its type.
using System.Collections.Immutable;

namespace JetsonCore.Assertions;

internal static class PrerequisiteReader
{
    /// <summary>What must be believed before this one is, besides the account-key of its signature.</summary>
    public static IEnumerable<AssertionReference> Of(Assertion assertion)
    {
        AssertionHeaders headers = assertion.Headers;
        IEnumerable<AssertionReference> fixedOnes =
            assertion.Type.Prerequisites.SelectMany(one => Expand(one, headers));
        bool needsModel = assertion.Type.Signer == SignerRule.BrandOrNamedByModel
            && assertion.AuthorityId != headers.Text("brand-id");
        return needsModel
            ? fixedOnes.Append(new("model", ["16", headers.Text("brand-id") ?? "", headers.Text("model") ?? ""]))
            : fixedOnes;
    }

    private static IEnumerable<AssertionReference> Expand(Prerequisite prerequisite, AssertionHeaders headers)
    {
        if (prerequisite.Key is [var only] && only.Split('/') is [var list, var field])
        {
            return headers[list] is HeaderValue.Items { Values: var items }
                ? items.OfType<HeaderValue.Entries>().Select(entry => entry.Values.Text(field)).OfType<string>()
                    .Distinct(StringComparer.Ordinal)
                    .Select(value => new AssertionReference(prerequisite.Type, [value]))
                : [];
        }
        ImmutableArray<string> key =
            [.. prerequisite.Key.Select(name => name[0] == '=' ? name[1..] : headers.Text(name) ?? "")];
        return [new(prerequisite.Type, key)];
    }
}
