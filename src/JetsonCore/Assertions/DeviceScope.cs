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

    /// <summary>Whether devices of a model are meant; friends of the model's store count as the store.</summary>
    /// <param name="given">Where the scope stands; without any all devices are meant.</param>
    /// <param name="model">The headers of the model.</param>
    /// <param name="store">The assertion of the model's store, or null.</param>
    public static bool Includes(AssertionHeaders given, AssertionHeaders model, Assertion? store)
    {
        string brand = model.Text("brand-id") ?? "";
        return Names(given, "on-store", [model.Text("store") ?? "", .. Texts(store?.Headers["friendly-stores"])])
            && Names(given, "on-brand", [brand])
            && Names(given, "on-model", [$"{brand}/{model.Text("model")}"]);
    }

    private static bool Names(AssertionHeaders given, string header, IEnumerable<string> any) =>
        Texts(given[header]) is not { Length: > 0 } named || named.Intersect(any, StringComparer.Ordinal).Any();

    private static string[] Texts(HeaderValue? list) => list is HeaderValue.Items { Values: var items }
        ? [.. items.OfType<HeaderValue.Text>().Select(item => item.Value)]
        : [];

    private static bool IsStore(string text) => text is not ""
        && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_');

    // Unlike the header of a model, capitals are allowed here.
    private static bool IsBrandAndModel(string text) => text.Split('/') is [var brand, var model]
        && AssertionNames.IsAccountId(brand) && AssertionNames.IsModelName(model.ToLowerInvariant())
        && model.All(char.IsAscii);
}
