// "on-store", "on-brand" and "on-model": the devices for which a rule or a delegation is meant.
using System.Collections.Immutable;

namespace JetsonCore.Assertions;

internal static class DeviceScope
{
    private static readonly ImmutableArray<HeaderRule> Rules =
    [
        HeaderForms.May("on-store", new HeaderForm.Texts(IsStore, "the id of a store")),
        HeaderForms.May("on-brand", new HeaderForm.Texts(AssertionNames.IsAccountId, "an account id")),
        HeaderForms.May("on-model", new HeaderForm.Texts(IsBrandAndModel, "BRAND/MODEL")),
    ];

    /// <summary>Reports what is wrong with a scope; says whether there is one.</summary>
    public static bool Check(AssertionHeaders given, HeaderPlace place)
    {
        HeaderJudge.JudgeAll(Rules, given, place);
        return Rules.Any(rule => given[rule.Name] is not null);
    }

    private static bool IsStore(string text) => text is not ""
        && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_');

    // Unlike the header of a model, capitals are allowed here.
    private static bool IsBrandAndModel(string text) => text.Split('/') is [var brand, var model]
        && AssertionNames.IsAccountId(brand) && AssertionNames.IsModelName(model.ToLowerInvariant())
        && model.All(char.IsAscii);
}
