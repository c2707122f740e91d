// The assertions of a seed: those of its model and its own snaps and what they need, verified; all others stay out.
//
//   model ──► its account-key, the brand's account; the store that it names, where that is given; its validation sets
//   file ──digest, provenance──► snap-revision (revision, size) ──snap-id──► snap-declaration (name, publisher)
//
// Each of them is followed to what it needs, which comes before it; what one snap brought the next brings no more. The
// order is that of a recovery system's files; older seeds have a file for each assertion.
//
// Peer: snapd seed/seedwriter (DeriveSideInfo, checkPublisher, writeAssertions), asserts/fetcher.go, snapasserts.
using System.Collections.Immutable;
using System.Globalization;
using JetsonCore.Assertions;
using JetsonCore.Diagnostics;
using JetsonCore.Snaps;

namespace JetsonCore.Seed;

internal sealed class SeedStatements
{
    private const string Canonical = "canonical";

    private static readonly ImmutableArray<string> Reserved = ["core", "os", "class", "allowed-modes"];

    private readonly SeedInputs _inputs;
    private readonly Dictionary<string, Assertion> _given;
    private readonly HashSet<Assertion> _believed = [];
    private readonly HashSet<string> _fetched;
    private readonly Dictionary<SnapFile, ImmutableArray<Assertion>> _ofSnaps = [];

    private SeedStatements(SeedInputs inputs)
    {
        _inputs = inputs;
        _given = inputs.Assertions.Where(other => other.Type.Name != "model")
            .GroupBy(other => other.Reference, StringComparer.Ordinal)
            .ToDictionary(same => same.Key, same => same.MaxBy(one => one.Revision)!, StringComparer.Ordinal);
        _given[inputs.ModelAssertion.Reference] = inputs.ModelAssertion;
        _fetched = inputs.Roots.Assertions.Select(root => root.Reference).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>What assertions say about one snap file.</summary>
    public sealed record SnapStatement(string SnapId, string Revision);

    /// <summary>The model with what it needs, and its store; what is needed comes first.</summary>
    public ImmutableArray<Assertion> OfModel { get; private set; } = [];

    /// <summary>The validation sets of the model.</summary>
    public ImmutableArray<Assertion> Sets { get; private set; } = [];

    /// <summary>All assertions of the seed: those of the model, then of each snap as they were given.</summary>
    public IEnumerable<Assertion> All => OfModel.Concat(_inputs.Snaps.Distinct().SelectMany(snap => OfSnap(snap)));

    /// <summary>Checks who vouches for what in the seed, and chooses what goes into it.</summary>
    public static SeedStatements Verify(SeedInputs inputs, DiagnosticBag findings)
    {
        var statements = new SeedStatements(inputs);
        statements.CheckModel(findings);
        statements.Sets = statements.FindSets(findings);
        statements.OfModel =
            [.. statements.ModelAndStore().Concat(statements.Sets).SelectMany(statements.Fetch)];
        foreach (SnapFile snap in inputs.Snaps)
        {
            if (statements.FindRevision(snap) is { } revision)
                statements._ofSnaps.TryAdd(snap, [.. statements.Fetch(revision)]);
        }
        statements.Believe([.. statements.All], [.. statements.OfModel], findings);
        return statements;
    }

    /// <summary>The assertions that a snap brings into the seed, without those that one before it brought.</summary>
    public ImmutableArray<Assertion> OfSnap(SnapFile snap) => _ofSnaps.GetValueOrDefault(snap, []);

    /// <summary>What the assertions say about a file; null where they do not speak of it.</summary>
    public SnapStatement? Find(SnapFile snap, DiagnosticBag findings)
    {
        if (FindRevision(snap) is not { } revision || !_believed.Contains(revision))
            return null;
        string id = revision.Headers.Text("snap-id") ?? "", number = revision.Headers.Text("snap-revision") ?? "";
        Assertion declaration = _given[AssertionReference.Text("snap-declaration", ["16", id])];
        string name = declaration.Headers.Text("snap-name") ?? "";
        string publisher = declaration.Headers.Text("publisher-id") ?? "";
        string size = snap.Content.Length.ToString(CultureInfo.InvariantCulture);
        string? doubt = (name, revision.Headers.Text("snap-size")) switch
        {
            ("", _) => "its snap-declaration has no name any more: the snap is revoked",
            (var declared, _) when declared != snap.Name => $"its snap-declaration calls it \"{declared}\"",
            (_, var stated) when stated != size => $"its snap-revision says {stated} bytes, it has {size}",
            _ when snap.Type is SnapType.Kernel or SnapType.Gadget && publisher != Canonical
                && publisher != _inputs.Model.BrandId =>
                $"its publisher is \"{publisher}\"; kernel and gadget must come from the brand "
                    + $"\"{_inputs.Model.BrandId}\" or from \"{Canonical}\"",
            _ => RevisionAuthority.Doubt(revision, declaration, _inputs.ModelAssertion.Headers, ModelStore),
        };
        if (doubt is null)
            return new(id, number);
        findings.AddAbout(snap.Path, SeedRules.SnapStatement,
            $"cannot believe the assertions about \"{snap.Name}\": {doubt}");
        return null;
    }

    private void CheckModel(DiagnosticBag findings)
    {
        AssertionHeaders headers = _inputs.ModelAssertion.Headers;
        foreach (string name in Reserved.Where(name => headers[name] is not null))
        {
            findings.Add(SeedRules.ReservedHeader, headers.SpanOf(name),
                $"cannot make a seed of a model with the header \"{name}\": snapd keeps it for later, and "
                    + "prepare-image refuses it",
                hint: "leave the header out");
        }
        foreach (Assertion model in _inputs.Assertions.Where(other => other.Type.Name == "model"))
        {
            if (!model.ToBytes().AsSpan().SequenceEqual(_inputs.ModelAssertion.ToBytes()))
            {
                findings.Add(SeedRules.OneModel, SourceSpan.None,
                    $"cannot have {model.Reference} in the seed of another model");
            }
        }
    }

    private IEnumerable<Assertion> ModelAndStore()
    {
        yield return _inputs.ModelAssertion;
        if (ModelStore is { } store)
            yield return store;
    }

    private ImmutableArray<Assertion> FindSets(DiagnosticBag findings)
    {
        var found = ImmutableArray.CreateBuilder<Assertion>();
        foreach (ModelValidationSet set in _inputs.Model.ValidationSets)
        {
            long? sequence = ValidationSets.SequenceOf(set, _inputs.Sequences, findings);
            if (ValidationSets.Find(set, sequence, _given.Values) is { } assertion)
                found.Add(assertion);
            else
            {
                string what = sequence is null ? "" : $"sequence {sequence} of ";
                findings.Add(SeedRules.SetMissing, set.Span,
                    $"cannot keep to {what}the validation set \"{set.Key}\" of the model: it is not given",
                    "give it with --assertion, or let \"jetson-core fetch --model\" get it: "
                        + ValidationSets.Reference(set, sequence, "N").FetchCommand);
            }
        }
        return found.ToImmutable();
    }

    private Assertion? ModelStore => _inputs.Model.Store is { } store
        ? _given.GetValueOrDefault(AssertionReference.Text("store", [store])) : null;

    private Assertion? FindRevision(SnapFile snap) => _given.Count == 1 ? null : _given.GetValueOrDefault(
        AssertionReference.Text("snap-revision", [snap.Digest, snap.Definition.Provenance]));

    /// <summary>
    /// Of what is given, all that an assertion needs and that was not fetched yet, then itself. What is trusted to
    /// begin with stays out.
    /// </summary>
    private List<Assertion> Fetch(Assertion wanted)
    {
        var found = new List<Assertion>();
        var open = new Stack<(Assertion Assertion, bool IsReady)>();
        open.Push((wanted, false));
        while (open.TryPop(out (Assertion Assertion, bool IsReady) next))
        {
            if (next.IsReady)
                found.Add(next.Assertion);
            else if (_fetched.Add(next.Assertion.Reference))
            {
                open.Push((next.Assertion, true));
                foreach (AssertionReference need in PrerequisiteReader.Of(next.Assertion)
                    .Append(new("account-key", [next.Assertion.SignKeyId])).Reverse())
                {
                    if (_given.TryGetValue(need.ToString(), out Assertion? needed))
                        open.Push((needed, false));
                }
            }
        }
        return found;
    }

    private void Believe(List<Assertion> all, HashSet<Assertion> ofModel, DiagnosticBag findings)
    {
        bool isUnvouched = false;
        bool TellsOfGap(Assertion lacking)
        {
            bool isOfModel = ofModel.Contains(lacking);
            isUnvouched |= isOfModel;
            return !isOfModel || !_inputs.AllowUnvouched;
        }

        _believed.UnionWith(AssertionVerifier.Verify(all, _inputs.Roots, findings, tellsOfGap: TellsOfGap));
        if (isUnvouched)
            ReportUnvouched(findings);
        if (_inputs.Now is { } now)
            WarnOfExpired(now, findings);
    }

    private void ReportUnvouched(DiagnosticBag findings)
    {
        string model = _inputs.ModelAssertion.Reference;
        if (_inputs.AllowUnvouched)
        {
            findings.Add(SeedRules.AllowedUnvouched, SourceSpan.None,
                $"nobody vouches for the key of {model}: an unchanged snapd refuses the model at the first boot, and "
                    + "the device gets neither updates nor a serial",
                hint: "good for first boots only: register the key (jetson-core key export NAME --account ID)");
            return;
        }
        findings.Add(SeedRules.Vouching, SourceSpan.None,
            $"nobody vouches for the key of {model}: snapd refuses the whole seed at the first boot",
            hint: "register the key and give its account and account-key with --assertion; for the first boots of a "
                + "board under development --allow-unvouched makes an image all the same");
    }

    private void WarnOfExpired(DateTimeOffset now, DiagnosticBag findings)
    {
        foreach ((Assertion assertion, string period) in
            AssertionVerifier.FindExpired([.. _believed], _inputs.Roots, now))
        {
            findings.Add(VerifierRules.ExpiredByNow, SourceSpan.None,
                $"the key of {assertion.Reference} signs {period}: by now it signs nothing, and a device refuses "
                    + "the seed",
                hint: "sign it anew with a key that is valid, or fetch the newest revision");
        }
    }
}
