// The snaps of a build: files that the user names, and those of names, which a lock, a folder or the store has. What is
// taken from a store is asserted, so that its assertions come along.
using System.Collections.Immutable;
using JetsonCore.Assertions;
using JetsonCore.Build;
using JetsonCore.Cache;
using JetsonCore.Cli.Shell;
using JetsonCore.Diagnostics;
using JetsonCore.Files;
using JetsonCore.Gadget.Model;
using JetsonCore.Seed;
using JetsonCore.Snaps;
using JetsonCore.Store;

namespace JetsonCore.Cli.Commands;

/// <summary>Finds and opens them.</summary>
/// <param name="options">What the user wants.</param>
/// <param name="opened">What they are opened among.</param>
/// <param name="clock">The time of folders that are packed.</param>
/// <param name="roots">What is trusted.</param>
/// <param name="gathering">Takes what cannot be opened.</param>
internal sealed class BuildSnaps(
    BuildOptions options, OpenedSnaps opened, BuildClock clock, TrustedRoots roots, Gathering gathering) : IDisposable
{
    private const int LockMax = AssertionReader.StreamLimit;

    private readonly List<SnapFile> _files = [];
    private readonly Dictionary<string, string> _channels = new(StringComparer.Ordinal);
    private readonly Dictionary<string, StoreFacts> _facts = new(StringComparer.Ordinal);
    private readonly List<Assertion> _assertions = [];
    private ProjectSnaps? _made;
    private StoreFolder? _folder;

    /// <summary>Keeps what is packed; null for none.</summary>
    public StageCache? Cache { get; init; }

    /// <summary>Told of every stage.</summary>
    public required WorkProgress Work { get; init; }

    /// <summary>The assertions that the user gives.</summary>
    public IReadOnlyList<Assertion> Given { get; init; } = [];

    /// <summary>The sequences of validation sets that the user wants.</summary>
    public IReadOnlyDictionary<string, SetSequence> Sequences { get; private set; } =
        new Dictionary<string, SetSequence>();

    /// <summary>The snaps.</summary>
    public IReadOnlyList<SnapFile> Files => _files;

    /// <summary>The channels of those that follow another than the build's.</summary>
    public IReadOnlyDictionary<string, string> Channels => _channels;

    /// <summary>What a store says of some of them.</summary>
    public IReadOnlyDictionary<string, StoreFacts> Facts => _facts;

    /// <summary>What came with them.</summary>
    public IReadOnlyList<Assertion> Assertions => _assertions;

    /// <summary>The lock that is kept; null where there is none.</summary>
    public SnapLock? Lock { get; private set; }

    /// <summary>Opens all snaps; what is wrong with any becomes findings.</summary>
    public void Open(
        Assertion? signed, ModelDefinition? model, DiagnosticBag diagnostics, CancellationToken cancellation)
    {
        SnapArgument[] arguments =
            [.. new[] { options.Gadget, options.Kernel }.OfType<SnapArgument>().Concat(options.Snaps)];
        RevisionList revisions = NamedInputs.Revisions(options.RevisionsPath, diagnostics);
        Sequences = revisions.Sets;
        _folder = options.StoreDir is { } folder ? StoreFolder.Open(folder, diagnostics) : null;
        Lock = ReadLock(diagnostics);
        foreach (string path in arguments.Select(argument => argument.Path).OfType<string>())
            gathering.Try(() => OpenFile(path, null, diagnostics, cancellation));
        bool hasMade = MakeSnaps(model, isLast: false, diagnostics, cancellation);
        if (signed is null || model is null || diagnostics.HasErrors)
            return;
        foreach ((string name, string channel) in SnapArgument.Channels(arguments))
            _channels[name] = channel;
        string[] named = [.. arguments.Select(argument => argument.Name).OfType<string>()];
        string[] wanted = !options.TakesModelSnaps ? named : [.. named, .. Lacking(ModelSnaps.NamesOf(model), named)];
        if (Lock is not null)
            TakeLocked(Lock, named, model, diagnostics, cancellation);
        else if (_folder is not null)
        {
            string[] names = [.. named, .. Lacking(ModelSnaps.NamesOf(model), named)];
            _assertions.AddRange(_folder.ReadAssertions(diagnostics));
            TakeFromFolder(_folder, names, Constrained(revisions, model), diagnostics, cancellation);
        }
        else if (wanted is not [])
            TakeFromStore(wanted, signed, Choice(model, revisions), diagnostics, cancellation);
        if (!hasMade && !diagnostics.HasErrors)
            MakeSnaps(model, isLast: true, diagnostics, cancellation);
        if (!diagnostics.HasErrors)
            CheckRevisions(revisions, diagnostics);
    }

    /// <summary>The revisions that are wanted, also by the validation sets that are at hand.</summary>
    private RevisionList Constrained(RevisionList revisions, ModelDefinition model) => revisions.Within(
        model.ValidationSets.Select(set => ValidationSets.Find(
            set, ValidationSets.SequenceOf(set, revisions.Sets, new DiagnosticBag()), Given.Concat(_assertions)))
            .OfType<Assertion>());

    /// <summary>Closes what snaps were made of.</summary>
    public void Dispose() => _made?.Dispose();

    /// <summary>
    /// Makes the project's own snaps, which come before the others. A kernel whose initrd is that of a base waits for
    /// the base, which may be the store's; false where it does.
    /// </summary>
    private bool MakeSnaps(
        ModelDefinition? model, bool isLast, DiagnosticBag diagnostics, CancellationToken cancellation)
    {
        if (options.Project is null)
            return true;
        _made ??= new(options, opened, Work, Cache);
        if (!isLast && options.Gadget is null)
        {
            GadgetMode? mode = model is null ? null : model.HasSnapsHeader ? GadgetMode.Uc20 : GadgetMode.Uc18;
            if (gathering.Try(() => _made.MakeGadget(clock.FileTime, mode, diagnostics, cancellation)) is { } gadget)
                _files.Insert(0, gadget);
        }
        if (options.Kernel is not null)
            return true;
        string? bootBase = model?.BaseSnap?.Name ?? model?.BootBase?.Value;
        bool mayWait = model is not null && !diagnostics.HasErrors && _files.All(file => file.Name != bootBase);
        if (!isLast && mayWait && !_made.HasInitrd)
            return false;
        if (gathering.Try(() => _made.MakeKernel(_files, diagnostics, cancellation)) is { } kernel)
            _files.Insert(_files.FindLastIndex(file => file.Type == SnapType.Gadget) + 1, kernel);
        return true;
    }

    private ModelSnaps Choice(ModelDefinition model, RevisionList revisions) =>
        new() { Model = model, Channel = options.Channel, Channels = _channels, Revisions = revisions };

    private IEnumerable<string> Lacking(IEnumerable<string> names, IEnumerable<string> named) =>
        names.Except(named, StringComparer.Ordinal).Except(_files.Select(file => file.Name), StringComparer.Ordinal);

    private SnapLock? ReadLock(DiagnosticBag diagnostics) =>
        options.LockPath is { } path && HostFile.Exists(path)
            ? SnapLock.Read(InputBytes.Read(path, LockMax), diagnostics.About(path))
            : null;

    private SnapFile? OpenFile(
        string path, string? name, DiagnosticBag diagnostics, CancellationToken cancellation)
    {
        if (NamedInputs.Snap(opened, path, clock.FileTime, diagnostics, cancellation) is not { } snap)
            return null;
        if (name is null || snap.Name == name)
        {
            _files.Add(snap);
            return snap;
        }
        diagnostics.AddAbout(path, StoreRules.Folder,
            $"cannot take \"{name}\" from this file: it is the snap \"{snap.Name}\"");
        return null;
    }

    private void TakeFromStore(string[] names, Assertion signed, ModelSnaps choice, DiagnosticBag diagnostics,
        CancellationToken cancellation)
    {
        ImmutableArray<SnapWish> wishes = choice.Wish(names.Distinct(StringComparer.Ordinal), diagnostics);
        if (diagnostics.HasErrors)
            return;
        if (options.Store.IsOffline)
        {
            throw new UserErrorException(FailureKind.Environment, StoreRules.Offline, null,
                $"cannot fetch {string.Join(", ", wishes)}: --offline forbids it",
                "give --store-dir DIR with these snaps, or --lock FILE where the cache has them");
        }
        using SnapFetch fetch = StoreArguments.Open(options.Store, choice.Model, roots);
        if (choice.Model is { ValidationSets: [_, ..] } model)
        {
            _assertions.AddRange(fetch.FetchSetsAsync(
                model, Sequences, Given, diagnostics, cancellation).GetAwaiter().GetResult());
            wishes = (choice with { Revisions = Constrained(choice.Revisions, model) }).Wish(
                names.Distinct(StringComparer.Ordinal), diagnostics);
            if (diagnostics.HasErrors)
                return;
        }
        if (fetch.RunAsync(wishes, signed, diagnostics, cancellation).GetAwaiter().GetResult() is not { } fetched)
            return;
        _assertions.AddRange([.. fetched.OfModel, .. fetched.Snaps.SelectMany(one => one.Assertions)]);
        foreach (FetchedSnap one in fetched.Snaps)
        {
            _channels[one.Snap.Name] = one.Snap.Channel;
            _facts[one.Snap.Name] = one.Snap.Facts;
            if (OpenFile(one.Path, one.Snap.Name, diagnostics, cancellation) is { } file
                && file.Digest != one.Snap.Digest)
            {
                diagnostics.AddAbout(
                    one.Path, StoreRules.OtherBytes, "cannot use it: it has changed since it was verified");
            }
        }
    }

    private void TakeFromFolder(StoreFolder folder, string[] names, RevisionList revisions, DiagnosticBag diagnostics,
        CancellationToken cancellation)
    {
        foreach (string name in names.Distinct(StringComparer.Ordinal))
        {
            if (folder.Find(name, revisions.Find(name), diagnostics) is not { } path
                || OpenFile(path, name, diagnostics, cancellation) is not { } file)
            {
                continue;
            }
            if (StoreFolder.FactsOf(path, diagnostics) is { } facts)
                _facts[name] = facts;
            if (StoreFolder.StatementOf(path) is { } statement && !IsStated(file))
            {
                diagnostics.AddAbout(path, StoreRules.Folder,
                    $"cannot use it: it is not the file that \"{statement}\" speaks of", "fetch it again");
            }
        }
    }

    private bool IsStated(SnapFile file) =>
        _assertions.Any(one => one.Type.Name == "snap-revision" && one.PrimaryKey[0] == file.Digest);

    private void TakeLocked(SnapLock locked, string[] named, ModelDefinition model, DiagnosticBag diagnostics,
        CancellationToken cancellation)
    {
        DiagnosticBag findings = diagnostics.About(options.LockPath);
        if (locked.Model != SnapLock.NameOf(model))
        {
            findings.Add(StoreRules.LockKept, SourceSpan.None,
                $"cannot build \"{SnapLock.NameOf(model)}\" as locked: the lock is of the model \"{locked.Model}\"");
            return;
        }
        IReadOnlyList<Assertion> assertions = locked.ReadAssertions();
        AssertionFile.Judge(assertions, findings);
        _assertions.AddRange(assertions);
        foreach (string name in named.Where(name => locked.Find(name) is null))
        {
            findings.Add(StoreRules.LockKept, SourceSpan.None,
                $"cannot build as locked: the lock does not have \"{name}\"", "remove the lock to lock anew");
        }
        LockedSnap[] open = [.. locked.Snaps.Where(snap => _files.All(file => file.Name != snap.Name))];
        List<LockedSnap> elsewhere = [];
        foreach (LockedSnap snap in open)
        {
            if (snap.Number is not { } number)
            {
                findings.Add(StoreRules.LockKept, SourceSpan.None,
                    $"cannot build as locked: \"{snap.Name}\" was a file of yours, with the digest {snap.Digest}",
                    "give it again, with --snap FILE");
            }
            else if (OfFolder(snap, number) is { } path)
                OpenFile(path, snap.Name, diagnostics, cancellation);
            else
                elsewhere.Add(snap);
        }
        using SnapFetch fetch = StoreArguments.Open(options.Store, model, roots);
        IReadOnlyList<string?> paths =
            fetch.FetchAgainAsync(elsewhere, findings, cancellation).GetAwaiter().GetResult();
        foreach ((LockedSnap snap, string? path) in elsewhere.Zip(paths))
        {
            if (path is not null)
                OpenFile(path, snap.Name, diagnostics, cancellation);
        }
        CheckLocked(locked, findings);
    }

    private string? OfFolder(LockedSnap snap, long revision)
    {
        if (_folder?.Find(snap.Name, revision, new DiagnosticBag()) is not { } path)
            return null;
        using FileStream file = HostFile.OpenRead(path);
        return AssertionDigest.IsOf(file, snap.SizeBytes, snap.Digest) ? path : null;
    }

    /// <summary>Every snap must be the locked one, and follow the locked channel.</summary>
    private void CheckLocked(SnapLock locked, DiagnosticBag findings)
    {
        SnapFile.TakeDigests(_files);
        foreach (SnapFile file in _files)
        {
            LockedSnap? snap = locked.Find(file.Name);
            if (snap?.Facts is { } facts)
                _facts[file.Name] = facts;
            if (snap is null || snap.Digest != file.Digest)
            {
                findings.Add(StoreRules.LockKept, SourceSpan.None, $"cannot build as locked with \"{file.Path}\": {(
                        snap is null ? $"the lock does not have \"{file.Name}\""
                            : $"its digest is {file.Digest}, locked is {snap.Digest}")}",
                    "remove the lock to lock anew");
            }
            else if (_channels.TryGetValue(file.Name, out string? channel) && channel != snap.Channel)
            {
                findings.Add(StoreRules.LockKept, SourceSpan.None,
                    $"cannot let \"{file.Name}\" follow \"{channel}\" as locked: locked is \"{snap.Channel}\"",
                    "remove the lock to lock anew");
            }
            else if (snap.Channel is { } lockedChannel)
                _channels[file.Name] = lockedChannel;
        }
    }

    /// <summary>A list of revisions speaks of files too.</summary>
    private void CheckRevisions(RevisionList revisions, DiagnosticBag diagnostics)
    {
        SnapFile[] listed = [.. _files.Where(file => revisions.Revisions.ContainsKey(file.Name))];
        SnapFile.TakeDigests(listed);
        IEnumerable<Assertion> all = _assertions.Concat(Given);
        ILookup<string, Assertion> byDigest = all.Where(one => one.Type.Name == "snap-revision")
            .ToLookup(one => one.PrimaryKey[0], StringComparer.Ordinal);
        foreach (SnapFile file in listed)
        {
            string revision = byDigest[file.Digest].FirstOrDefault()?.Headers.Text("snap-revision") ?? "x1";
            string wanted = revisions.Revisions[file.Name];
            if (revision != wanted)
            {
                diagnostics.AddAbout(file.Path, StoreRules.Revisions,
                    $"cannot use this file of \"{file.Name}\": it has the revision {revision}, "
                        + $"\"{options.RevisionsPath}\" says {wanted}");
            }
        }
    }
}
