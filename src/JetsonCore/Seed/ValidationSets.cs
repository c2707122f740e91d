// Validation sets: which snaps belong together, in which revisions. A seed keeps to all those that its model names,
// whichever their mode.
//
//   presence   required: it must be there    optional: it may be    invalid: it must not be
//   revision   which one it must be then, where the set says one
//
// What several sets say of a snap counts together: it is required where one says so; they are in conflict where another
// makes it invalid or wants another revision. Where none requires it, two revisions make it invalid.
//
// Peer: snapd asserts/snapasserts/validation_sets.go; seed/seedwriter (writer.go) since 2.59.
using System.Collections.Immutable;
using System.Globalization;
using JetsonCore.Assertions;
using JetsonCore.Diagnostics;

namespace JetsonCore.Seed;

internal sealed class ValidationSets
{
    public const string TypeName = "validation-set";

    private const string Invalid = "invalid", Optional = "optional";

    private readonly IReadOnlyCollection<SeededSnap> _snaps;
    private readonly DiagnosticBag _findings;

    private ValidationSets(IReadOnlyCollection<SeededSnap> snaps, DiagnosticBag findings) =>
        (_snaps, _findings) = (snaps, findings);

    /// <summary>A snap as sets see it; the revision is null for those of no store.</summary>
    public sealed record SeededSnap(string Name, string? Id, long? Revision)
    {
        /// <summary>The same from its snap-revision, or without one.</summary>
        public static SeededSnap Of(string name, Assertion? revision) =>
            new(name, revision?.Headers.Text("snap-id"), revision?.Headers.Number("snap-revision"));
    }

    private sealed record Constraint(string Set, string Name, string Id, string Presence, long? Revision);

    /// <summary>
    /// The sequence of a set that the model and a list agree upon; null for the newest, with findings where they do
    /// not.
    /// </summary>
    public static long? SequenceOf(
        ModelValidationSet set, IReadOnlyDictionary<string, SetSequence> listed, DiagnosticBag findings)
    {
        if (!listed.TryGetValue(set.Key, out SetSequence wanted))
            return set.Sequence;
        if (set.Sequence is { } pinned && pinned != wanted.Number)
        {
            findings.Add(SeedRules.SetSequence, set.Span,
                $"cannot take sequence {wanted.Number} of the validation set \"{set.Key}\", as the list of revisions "
                    + $"says: the model pins it to {pinned}",
                $"snapd: \"cannot use sequence {wanted.Number} of \"{set.Key}\": model requires sequence {pinned}\"");
        }
        else if (set.Sequence is null && wanted.IsPinned)
        {
            findings.Add(SeedRules.SetSequence, set.Span,
                $"cannot pin the validation set \"{set.Key}\", as the list of revisions does: the model does not",
                $"write \"{set.Key} {wanted.Number}\" there; snapd: \"pinning of \"{set.Key}\" is not allowed by the "
                    + "model\"");
        }
        return wanted.Number;
    }

    /// <summary>What names a sequence of a set; the newest is <paramref name="newest"/>.</summary>
    public static AssertionReference Reference(ModelValidationSet set, long? sequence, string newest) => new(
        TypeName,
        ["16", set.AccountId, set.Name, sequence?.ToString(CultureInfo.InvariantCulture) ?? newest]);

    /// <summary>
    /// A sequence of a set among assertions, the newest where none is asked for; null where it is not there.
    /// </summary>
    public static Assertion? Find(ModelValidationSet set, long? sequence, IEnumerable<Assertion> given) => given
        .Where(one => one.Type.Name == TypeName && KeyOf(one) == set.Key
            && (sequence is null || one.Headers.Number("sequence") == sequence))
        .OrderByDescending(one => one.Headers.Number("sequence")).ThenByDescending(one => one.Revision)
        .FirstOrDefault();

    /// <summary>"ACCOUNT/NAME" of an assertion.</summary>
    public static string KeyOf(Assertion set) => $"{set.Headers.Text("account-id")}/{set.Headers.Text("name")}";

    /// <summary>The revisions that a set wants of snaps, by their names.</summary>
    public static IEnumerable<(string Name, long Revision)> RevisionsOf(Assertion set) =>
        Read(set).Where(one => one is { Revision: not null, Presence: not Invalid })
            .Select(one => (one.Name, one.Revision ?? 0));

    /// <summary>Whether the snaps of a seed are those that its sets want: every snap that is not.</summary>
    public static void Check(
        IEnumerable<Assertion> sets, IReadOnlyCollection<SeededSnap> snaps, DiagnosticBag findings)
    {
        var check = new ValidationSets(snaps, findings);
        IGrouping<string, Constraint>[] bySnap =
        [
            .. sets.SelectMany(Read).GroupBy(one => one.Id, StringComparer.Ordinal)
                .OrderBy(same => same.First().Name, StringComparer.Ordinal),
        ];
        bool isInConflict = false;
        foreach (IGrouping<string, Constraint> same in bySnap)
            isInConflict |= check.TellsOfConflict([.. same]);
        if (isInConflict)
            return;
        foreach (IGrouping<string, Constraint> same in bySnap)
            check.CheckSnap([.. same]);
    }

    private static IEnumerable<Constraint> Read(Assertion set) =>
        (set.Headers["snaps"] as HeaderValue.Items)?.Values.OfType<HeaderValue.Entries>().Select(
            entry => new Constraint(KeyOf(set), entry.Values.Text("name") ?? "", entry.Values.Text("id") ?? "",
                entry.Values.Text("presence") ?? "required",
                entry.Values["revision"] is null ? null : entry.Values.Number("revision"))) ?? [];

    private static bool IsRequired(IEnumerable<Constraint> same) =>
        same.Any(one => one.Presence is not (Invalid or Optional));

    /// <summary>How many different revisions there are; none at all, if it is invalid, is one too.</summary>
    private static int Different(IEnumerable<Constraint> same) => same
        .Where(one => one.Presence == Invalid || one.Revision is not null)
        .Select(one => one.Presence == Invalid ? null : one.Revision).Distinct().Count();

    private bool TellsOfConflict(ImmutableArray<Constraint> same)
    {
        if (!IsRequired(same) || !(same.Any(one => one.Presence == Invalid) || Different(same) > 1))
            return false;
        string invalid = Names(same.Where(one => one.Presence == Invalid));
        string[] byRevision =
        [
            .. same.Where(one => one.Revision is not null && one.Presence != Invalid).GroupBy(one => one.Revision)
                .OrderBy(group => group.Key).Select(group => $"{group.Key} ({Names(group)})"),
        ];
        string any = Names(same.Where(one => one.Revision is null && one.Presence is not (Invalid or Optional)));
        string words = $"cannot constrain snap \"{same[0].Name}\""
            + (invalid is "" ? "" : $" as both invalid ({invalid}) and required")
            + byRevision.Length switch
            {
                0 => "",
                1 => $" at revision {byRevision[0]}",
                _ => $" at different revisions {string.Join(", ", byRevision)}",
            }
            + (any is "" ? "" : (byRevision.Length > 0 ? " or" : "")
                + (invalid is "" ? $" required at any revision ({any})" : $" at any revision ({any})"));
        _findings.Add(SeedRules.SetConflict, SourceSpan.None,
            $"cannot keep to the validation sets {Names(same)}: they contradict each other about \"{same[0].Name}\"",
            $"take one of them out of the model; snapd: \"validation sets are in conflict: {words}\"");
        return true;
    }

    private void CheckSnap(ImmutableArray<Constraint> same)
    {
        bool isRequired = IsRequired(same);
        bool isInvalid = !isRequired && (same.Any(one => one.Presence == Invalid) || Different(same) > 1);
        foreach (IGrouping<string, Constraint> named in same.GroupBy(one => one.Name, StringComparer.Ordinal))
        {
            SeededSnap? snap = _snaps.FirstOrDefault(
                one => one.Id is { } id ? id == same[0].Id : one.Name == named.Key);
            if (snap is null)
            {
                if (isRequired)
                {
                    Tell(named, $"cannot make the seed without \"{named.Key}\"", "require it",
                        $"missing required snaps: {named.Key} ({Wanted(named)})");
                }
            }
            else if (isInvalid)
            {
                Tell(named, $"cannot have \"{named.Key}\" in the seed", "do not allow it",
                    $"invalid snaps: {named.Key} (invalid for sets {Names(named)})");
            }
            else if (named.Where(one => one.Revision is { } wanted && wanted != snap.Revision).ToArray()
                is [{ Revision: { } right }, ..] others)
            {
                string revision = snap.Revision?.ToString(CultureInfo.InvariantCulture) ?? SeedSnap.LocalRevision;
                Tell(others, $"cannot have \"{named.Key}\" in revision {revision}", $"want {right}",
                    $"snaps at wrong revisions: {named.Key} ({Wanted(others)})");
            }
        }
    }

    private static string Wanted(IEnumerable<Constraint> same) => "required " + string.Join(", ", same
        .GroupBy(one => one.Revision).OrderBy(group => group.Key ?? 0).Select(group => group.Key is { } revision
            ? $"at revision {revision} by sets {Names(group)}" : $"at any revision by sets {Names(group)}"));

    private void Tell(IEnumerable<Constraint> same, string what, string why, string words) => _findings.Add(
        SeedRules.SetUnmet, SourceSpan.None, $"{what}: the validation sets {Names(same)} {why}",
        $"snapd: \"validation sets assertions are not met: {words}\"");

    private static string Names(IEnumerable<Constraint> same) =>
        string.Join(',', same.Select(one => one.Set).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
}
