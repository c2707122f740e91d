// Fetches snaps: finds them, fetches and believes what is stated about them, and only then downloads, several side by
// side.
//
//   names, channels ──SnapQuery──► revisions ──StoreAssertions──► verified statements ──SnapDownload──► SnapCache
using System.Collections.Immutable;
using System.Globalization;
using JetsonCore.Assertions;
using JetsonCore.Diagnostics;
using JetsonCore.Seed;

namespace JetsonCore.Store;

internal sealed class SnapFetch : IDisposable
{
    private const int SideBySide = 4;

    private readonly StoreSettings _settings;
    private readonly SnapCache _cache;
    private readonly TrustedRoots _roots;
    private readonly StoreConnection _connection;
    private readonly StoreRetries _retries;
    private readonly StoreAssertions _assertions;

    public SnapFetch(StoreSettings settings, SnapCache cache, TrustedRoots roots)
    {
        (_settings, _cache, _roots) = (settings, cache, roots);
        _connection = new(settings);
        _retries = new(settings.Patience);
        _assertions = new(_connection, _retries, settings);
    }

    public void Dispose() => _connection.Dispose();

    /// <summary>Fetches snaps, and what a model needs.</summary>
    /// <param name="wishes">The snaps, each name once.</param>
    /// <param name="model">The model, or null.</param>
    /// <param name="diagnostics">Takes what is wrong; what the model lacks are warnings.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <returns>What was fetched; null where findings forbid it.</returns>
    /// <exception cref="UserErrorException">The store does not answer as it should, or there is no room.</exception>
    public async Task<FetchedSnaps?> RunAsync(IReadOnlyList<SnapWish> wishes, Assertion? model,
        DiagnosticBag diagnostics, CancellationToken cancellation)
    {
        DiagnosticBag findings = diagnostics.Part();
        IReadOnlyList<StoreSnap> snaps =
            await new SnapQuery(_connection, _retries, _settings).FindAsync(wishes, findings, cancellation);
        ImmutableArray<Assertion> ofModel = model is null
            ? [] : await FetchOfModelAsync(model, diagnostics.Softened(), cancellation);
        IReadOnlyList<Assertion> stated = await _assertions.FetchAsync(
            snaps.Select(RevisionOf), _roots.Assertions, lacking => ReportMissing(lacking, snaps, findings),
            cancellation);
        Judge(snaps, stated, findings);
        if (findings.HasErrors)
            return null;
        string[] paths = await DownloadAsync(snaps, diagnostics, cancellation);
        return new([.. snaps.Zip(paths, (snap, path) => new FetchedSnap(snap, path, Closure(snap, stated)))], ofModel);
    }

    /// <summary>Fetches the validation sets of a model, with what they need.</summary>
    /// <param name="model">The model.</param>
    /// <param name="listed">The sequences that are wanted, by "ACCOUNT/NAME".</param>
    /// <param name="given">What is at hand, which is not fetched.</param>
    /// <param name="diagnostics">Takes what the store does not have, and what is not believed.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <returns>What was fetched; nothing where findings forbid it.</returns>
    /// <exception cref="UserErrorException">The store does not answer as it should.</exception>
    public async Task<IReadOnlyList<Assertion>> FetchSetsAsync(ModelDefinition model,
        IReadOnlyDictionary<string, SetSequence> listed, IReadOnlyList<Assertion> given, DiagnosticBag diagnostics,
        CancellationToken cancellation)
    {
        DiagnosticBag findings = diagnostics.Part();
        List<AssertionReference> wanted = [];
        foreach (ModelValidationSet set in model.ValidationSets)
        {
            long? sequence = ValidationSets.SequenceOf(set, listed, findings);
            if (ValidationSets.Find(set, sequence, given) is null)
                wanted.Add(ValidationSets.Reference(set, sequence, StoreAssertions.Latest));
        }
        if (findings.HasErrors || wanted.Count == 0)
            return [];
        IReadOnlyList<Assertion> sets = await _assertions.FetchAsync(wanted, _roots.Assertions, lacking => findings.Add(
            StoreRules.MissingAssertion, SourceSpan.None,
            $"the store has no {lacking}, which the model keeps to",
            "look for its account, name and sequence; sets of a brand store need --store-id and --store-auth"),
            cancellation);
        AssertionFile.Judge(sets, findings);
        if (!findings.HasErrors)
            AssertionVerifier.Verify(sets, _roots, findings);
        return findings.HasErrors ? [] : sets;
    }

    /// <summary>The files of snaps whose digests are known already, in their order.</summary>
    /// <returns>Null, with a finding, for each of which the store has another file or none.</returns>
    /// <exception cref="UserErrorException">The store does not answer as it should, or there is no room.</exception>
    public async Task<IReadOnlyList<string?>> FetchAgainAsync(
        IReadOnlyList<LockedSnap> locked, DiagnosticBag diagnostics, CancellationToken cancellation)
    {
        Dictionary<string, string> paths = new(StringComparer.Ordinal);
        foreach (LockedSnap snap in locked)
        {
            if (_cache.Find(snap.Digest, snap.SizeBytes, diagnostics) is { } path)
                paths[snap.Name] = path;
        }
        LockedSnap[] missing = [.. locked.Where(snap => !paths.ContainsKey(snap.Name))];
        DiagnosticBag answers = new();
        IReadOnlyList<StoreSnap> found = await new SnapQuery(_connection, _retries, _settings).FindAsync(
            [.. missing.Select(snap => new SnapWish(snap.Name) { Channel = "", Revision = snap.Number })], answers,
            cancellation);
        StoreSnap[] served = [.. found.Where(one => missing.Any(
            snap => snap.Name == one.Name && snap.Digest == one.Digest && snap.SizeBytes == one.SizeBytes))];
        foreach (LockedSnap snap in missing.Where(snap => served.All(one => one.Name != snap.Name)))
        {
            string? why = found.FirstOrDefault(one => one.Name == snap.Name) is { } other
                ? $"what is served as this revision has the digest {other.Digest}, locked is {snap.Digest}"
                : answers.Items.FirstOrDefault(
                    item => item.Message.Contains($"\"{snap.Name}\"", StringComparison.Ordinal))?.Message;
            diagnostics.Add(StoreRules.Gone, SourceSpan.None,
                $"cannot build as locked: revision {snap.Revision} of \"{snap.Name}\" is gone from the store ({why})",
                "find that snap's file elsewhere and give it, or remove the lock to lock anew");
        }
        if (served.Length == missing.Length)
        {
            string[] fresh = await DownloadAsync(served, diagnostics, cancellation);
            foreach ((StoreSnap snap, string path) in served.Zip(fresh))
                paths[snap.Name] = path;
        }
        return [.. locked.Select(snap => paths.GetValueOrDefault(snap.Name))];
    }

    private async Task<string[]> DownloadAsync(
        IReadOnlyList<StoreSnap> snaps, DiagnosticBag diagnostics, CancellationToken cancellation)
    {
        var paths = new string[snaps.Count];
        DiagnosticBag[] findings = [.. snaps.Select(_ => new DiagnosticBag())];         // a bag is for one thread
        await Parallel.ForAsync(0, snaps.Count,
            new ParallelOptions { MaxDegreeOfParallelism = SideBySide, CancellationToken = cancellation },
            async (index, token) => paths[index] = await GetAsync(snaps[index], findings[index], token));
        foreach (Diagnostic finding in findings.SelectMany(one => one.Items))
            diagnostics.Add(finding);
        return paths;
    }

    private Task<string> GetAsync(StoreSnap snap, DiagnosticBag diagnostics, CancellationToken cancellation) =>
        _cache.GetAsync(snap, async (file, token) =>
        {
            using var download = new SnapDownload(_connection, _settings.Patience, snap, file);
            await download.RunAsync(_retries, token);
        }, diagnostics, cancellation);

    private async Task<ImmutableArray<Assertion>> FetchOfModelAsync(
        Assertion model, DiagnosticBag diagnostics, CancellationToken cancellation)
    {
        IEnumerable<AssertionReference> wanted = StoreAssertions.NeedsOf(model);
        if (model.Headers.Text("store") is { } store)
            wanted = wanted.Append(new("store", [store]));
        return
        [
            .. await _assertions.FetchAsync(wanted, [.. _roots.Assertions, model], lacking => diagnostics.Add(
                StoreRules.MissingAssertion, SourceSpan.None,
                $"the store has no {lacking}, which {model.Reference} needs: a build from it wants --allow-unvouched",
                "register the model's key and account with the store"), cancellation),
        ];
    }

    private static AssertionReference RevisionOf(StoreSnap snap) =>
        new("snap-revision", [snap.Digest, AssertionType.DefaultProvenance]);

    private static void ReportMissing(
        AssertionReference lacking, IReadOnlyList<StoreSnap> snaps, DiagnosticBag diagnostics)
    {
        StoreSnap? snap = snaps.FirstOrDefault(one => RevisionOf(one).ToString() == lacking.ToString());
        diagnostics.Add(StoreRules.MissingAssertion, SourceSpan.None,
            $"cannot fetch {(snap is null ? "the snaps" : $"\"{snap.Name}\"")}: the store has no {lacking}",
            snap is null
                ? null : "its revision may have been replaced just now, or have a provenance of its own: try again");
    }

    /// <summary>What is stated must be about what the store announced, and be believed.</summary>
    private void Judge(IReadOnlyList<StoreSnap> snaps, IReadOnlyList<Assertion> stated, DiagnosticBag diagnostics)
    {
        Dictionary<string, Assertion> byReference =
            stated.ToDictionary(one => one.Reference, StringComparer.Ordinal);
        foreach (StoreSnap snap in snaps)
        {
            if (!byReference.TryGetValue(RevisionOf(snap).ToString(), out Assertion? revision))
                continue;
            string declared = AssertionReference.Text("snap-declaration", ["16", snap.SnapId]);
            (string What, string? Stated, string Announced)[] facts =
            [
                ("id", revision.Headers.Text("snap-id"), snap.SnapId),
                ("revision", revision.Headers.Text("snap-revision"), Number(snap.Revision)),
                ("size", revision.Headers.Text("snap-size"), Number(snap.SizeBytes)),
                ("name", byReference.GetValueOrDefault(declared)?.Headers.Text("snap-name"), snap.Name),
            ];
            foreach ((string what, string? said, string announced) in facts.Where(one => one.Stated != one.Announced))
            {
                diagnostics.Add(StoreRules.OtherAssertion, SourceSpan.None,
                    $"cannot believe the store about \"{snap.Name}\": its {what} is \"{announced}\", "
                        + $"its assertions say \"{said}\"");
            }
        }
        AssertionFile.Judge(stated, diagnostics);
        if (!diagnostics.HasErrors)
            AssertionVerifier.Verify(stated, _roots, diagnostics);
    }

    private static ImmutableArray<Assertion> Closure(StoreSnap snap, IReadOnlyList<Assertion> stated)
    {
        var wanted = new HashSet<string>(StringComparer.Ordinal) { RevisionOf(snap).ToString() };
        var closure = ImmutableArray.CreateBuilder<Assertion>();
        // Each comes behind one that needs it.
        foreach (Assertion assertion in stated.Where(one => wanted.Contains(one.Reference)))
        {
            closure.Add(assertion);
            wanted.UnionWith(StoreAssertions.NeedsOf(assertion).Select(need => need.ToString()));
        }
        return closure.ToImmutable();
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
