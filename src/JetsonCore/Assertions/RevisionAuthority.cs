// The header "revision-authority" of a snap-declaration: accounts that may sign revisions of other provenance.
using System.Collections.Immutable;

namespace JetsonCore.Assertions;

/// <summary>An entry of the list.</summary>
/// <param name="AccountId">Who may sign.</param>
/// <param name="Provenances">Revisions of which provenance.</param>
/// <param name="LeastRevision">From which revision on.</param>
/// <param name="LastRevision">Up to which, or null.</param>
/// <param name="Entry">All of the entry; it may say for which devices.</param>
internal sealed record RevisionAuthority(string AccountId, ImmutableArray<string> Provenances, long LeastRevision,
    long? LastRevision, AssertionHeaders Entry)
{
    private const string Header = "revision-authority";

    /// <summary>Reports what is wrong with the list.</summary>
    public static void Check(HeaderValue value, HeaderPlace place)
    {
        var form = new HeaderForm.Maps(
        [
            HeaderForms.Must("account-id", HeaderForms.AccountId),
            HeaderForms.Must("provenance", new HeaderForm.Texts(
                ((HeaderForm.Text)HeaderForms.Provenance).Accepts, HeaderForms.Provenance.Words)),
            HeaderForms.May("min-revision", HeaderForms.Number1), HeaderForms.May("max-revision", HeaderForms.Number1),
        ]);
        HeaderJudge.Judge(form, value, place);
        if (value is not HeaderValue.Items { Values: var items })
            return;
        foreach (AssertionHeaders entry in items.OfType<HeaderValue.Entries>().Select(item => item.Values))
        {
            DeviceScope.Check(entry, place);
            if (Revision(entry, "max-revision") is { } last && last < (Revision(entry, "min-revision") ?? 1))
                place.Refuse(entry.SpanOf("max-revision"), "\"max-revision\" is less than \"min-revision\"");
        }
    }

    /// <summary>The entries of a snap-declaration whose form is right.</summary>
    public static ImmutableArray<RevisionAuthority> Read(AssertionHeaders declaration) =>
        declaration[Header] is HeaderValue.Items { Values: var items }
            ? [.. items.OfType<HeaderValue.Entries>().Select(item => Read(item.Values, 1))]
            : [];

    /// <summary>Whether it lets an account sign a revision of a provenance.</summary>
    public bool Allows(string account, string provenance, long revision) =>
        account == AccountId && Provenances.Contains(provenance, StringComparer.Ordinal)
            && revision >= LeastRevision && (LastRevision is not { } last || revision <= last);

    /// <summary>
    /// Why devices of a model do not take a revision that is believed: its provenance is delegated for others; or null.
    /// </summary>
    public static string? Doubt(Assertion revision, Assertion declaration, AssertionHeaders model, Assertion? store)
    {
        string provenance = revision.PrimaryKey[^1], account = revision.AuthorityId ?? "";
        long number = revision.Headers.Number(revision.Type.DelegatedRevision ?? "");
        bool isMeant = provenance == AssertionType.DefaultProvenance || Read(declaration.Headers)
            .Any(one => one.Allows(account, provenance, number) && DeviceScope.Includes(one.Entry, model, store));
        return isMeant ? null
            : $"its snap-declaration lets \"{account}\" sign provenance \"{provenance}\" for other devices only";
    }

    private static RevisionAuthority Read(AssertionHeaders entry, long defaultLeast) => new(
        entry.Text("account-id") ?? "",
        entry["provenance"] is HeaderValue.Items { Values: var provenances }
            ? [.. provenances.OfType<HeaderValue.Text>().Select(text => text.Value)]
            : [],
        Revision(entry, "min-revision") ?? defaultLeast, Revision(entry, "max-revision"), entry);

    private static long? Revision(AssertionHeaders entry, string name) =>
        entry.Text(name) is { } text && AssertionNames.TryParseSigned(text, out long number) ? number : null;
}
