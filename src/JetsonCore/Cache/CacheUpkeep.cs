// Looking after the cache: what is in it, taking out what was not used for long, reading everything. Runs may go on
// meanwhile: what they have open stays theirs, and what is gone is made anew.
using System.Collections.Immutable;
using System.Security.Cryptography;
using JetsonCore.Diagnostics;
using JetsonCore.Files;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Trees;
using Microsoft.Win32.SafeHandles;

namespace JetsonCore.Cache;

/// <summary>One result in the cache.</summary>
/// <param name="Key">Its name.</param>
/// <param name="Stage">What was done.</param>
/// <param name="Files">What was made.</param>
/// <param name="UsedLast">When it was made or used last.</param>
internal sealed record CachedResult(
    string Key, string Stage, ImmutableArray<StageFile> Files, DateTimeOffset UsedLast)
{
    /// <summary>All of it.</summary>
    public long SizeBytes => Files.Sum(file => file.SizeBytes);
}

/// <summary>What was taken out, or would be.</summary>
/// <param name="Results">How many results.</param>
/// <param name="Bytes">How many bytes that gives back.</param>
/// <param name="BytesLeft">How many stay.</param>
internal readonly record struct CachePruning(int Results, long Bytes, long BytesLeft);

/// <summary>Lists, prunes and verifies a cache.</summary>
/// <param name="folder">Where it is.</param>
internal sealed class CacheUpkeep(string folder)
{
    /// <summary>So much the cache may hold before a build takes out what was not used for longest.</summary>
    public const long UsualBytesMax = 5L << 30;

    /// <summary>The variable that sets another limit, in bytes.</summary>
    public const string LimitVariable = "JETSON_CORE_CACHE_BYTES";

    private const string StageLine = "\nstage \"";

    // A run writes bytes first, and then what they belong to.
    private static readonly TimeSpan YoungAge = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan DigestAge = TimeSpan.FromDays(30);

    private readonly string _folder = Path.GetFullPath(folder);

    /// <summary>What is in it, that used last first; damaged results are left out.</summary>
    public ImmutableArray<CachedResult> List() =>
    [
        .. Names(CacheFolders.Results).Select(Read).OfType<CachedResult>()
            .OrderByDescending(result => result.UsedLast).ThenBy(result => result.Key, StringComparer.Ordinal),
    ];

    /// <summary>Bytes of all files.</summary>
    public long SizeBytes() => Kinds.Sum(kind => Names(kind).Sum(name => StatusOf(kind, name)?.SizeBytes ?? 0));

    /// <summary>Takes out results until the rest keeps both limits, and what no result names.</summary>
    /// <param name="bytesMax">How much may stay.</param>
    /// <param name="oldest">What was not used since goes; null for no such limit.</param>
    /// <param name="now">The time.</param>
    /// <param name="isTrial">Whether nothing is removed.</param>
    public CachePruning Prune(long bytesMax, DateTimeOffset? oldest, DateTimeOffset now, bool isTrial = false)
    {
        ImmutableArray<CachedResult> all = List();
        var kept = new Dictionary<string, long>(StringComparer.Ordinal);
        long bytes = 0;
        int removed = 0;
        HashSet<string> results = new(StringComparer.Ordinal);
        bool isFull = false;
        foreach (CachedResult result in all)
        {
            long more = result.Files.DistinctBy(file => file.Digest)
                .Where(file => !kept.ContainsKey(file.Digest)).Sum(file => file.SizeBytes);
            isFull |= bytes + more > bytesMax;
            if (isFull || result.UsedLast < oldest)
            {
                removed++;
                continue;
            }
            bytes += more;
            results.Add(result.Key);
            foreach (StageFile file in result.Files)
                kept[file.Digest] = file.SizeBytes;
        }
        DateTimeOffset young = now - YoungAge;
        var taking = new Taking(young, isTrial);
        long freed = Take(CacheFolders.Results, (name, _) => !results.Contains(name), taking)
            + Take(CacheFolders.Contents,
                (name, dated) => !kept.ContainsKey(name) && (dated < young || removed > 0), taking)
            + Take(CacheFolders.Digests, (_, dated) => dated < now - DigestAge, taking);
        return new(removed, freed, bytes);
    }

    /// <summary>Reads everything; what is damaged is removed and said.</summary>
    /// <param name="diagnostics">Takes what is damaged.</param>
    /// <param name="cancellation">Ends the reading early.</param>
    /// <returns>How many files and bytes were read.</returns>
    public (int Files, long Bytes) Verify(DiagnosticBag diagnostics, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(diagnostics);
        (int files, long bytes) = (0, 0);
        foreach (string name in Names(CacheFolders.Contents).Where(IsNamed))
        {
            string path = PathOf(CacheFolders.Contents, name);
            if (Digest(path, cancellation) is not { } read)
                continue;
            (files, bytes) = (files + 1, bytes + read.Bytes);
            if (read.Digest != name)
                Report(path, "its bytes are not those that were kept", diagnostics);
        }
        foreach (string name in Names(CacheFolders.Results).Where(IsNamed))
        {
            files++;
            if (Read(name) is null && HostFile.Exists(PathOf(CacheFolders.Results, name)))
                Report(PathOf(CacheFolders.Results, name), "it is no result of a stage", diagnostics);
        }
        return (files, bytes);
    }

    /// <summary>Takes out what was not used for longest, where a build has filled the cache beyond its limit.</summary>
    /// <param name="variable">The environment.</param>
    /// <param name="now">The time.</param>
    public void KeepLimit(Func<string, string?> variable, DateTimeOffset now)
    {
        long most = long.TryParse(variable(LimitVariable), out long wished) && wished >= 0 ? wished : UsualBytesMax;
        if (SizeBytes() > most)
            Prune(most / 10 * 8, null, now);
    }

    private static readonly string[] Kinds = [CacheFolders.Results, CacheFolders.Contents, CacheFolders.Digests];

    private static bool IsNamed(string name) => !name.StartsWith('.');

    private static (string Digest, long Bytes)? Digest(string path, CancellationToken cancellation)
    {
        try
        {
            using FileStream file = HostFile.OpenRead(path);
            long length = file.Length;
            return (Convert.ToHexStringLower(ContentDigest.Of(HashAlgorithmName.SHA256, file, cancellation)), length);
        }
        catch (FileNotFoundException)           // another run has removed it
        {
            return null;
        }
    }

    private static void Report(string path, string reason, DiagnosticBag diagnostics)
    {
        diagnostics.AddAbout(path, CacheRules.Damage, $"this file of the cache is damaged ({reason}): it is removed",
            "look after the disk if that happens again");
        Posix.TryRemove(path);
    }

    private CachedResult? Read(string key)
    {
        string path = PathOf(CacheFolders.Results, key);
        try
        {
            if (Posix.TryStatus(path) is not { } status)
                return null;
            ActionResult result = ActionResult.Read(HostFile.ReadAll(path, ActionResult.LengthMax));
            if (StageKey.DigestOf(result.KeyText) != key)
                return null;
            int start = result.KeyText.IndexOf(StageLine, StringComparison.Ordinal);
            string stage = start < 0 ? "" : result.KeyText[(start + StageLine.Length)..].Split('"')[0];
            return new(key, stage, result.Files, DateTimeOffset.FromUnixTimeSeconds(status.ModificationSeconds));
        }
        catch (Exception exception) when (exception is IOException or MalformedDataException)
        {
            return null;
        }
    }

    private readonly record struct Taking(DateTimeOffset Young, bool IsTrial);

    private long Take(string kind, Func<string, DateTimeOffset, bool> goes, Taking taking)
    {
        long freed = 0;
        foreach (string name in Names(kind))
        {
            if (StatusOf(kind, name) is not { } status)
                continue;
            string path = PathOf(kind, name);
            bool isGoing = IsNamed(name)
                ? goes(name, DateTimeOffset.FromUnixTimeSeconds(status.ChangeSeconds))
                : status.ModificationSeconds < taking.Young.ToUnixTimeSeconds() && IsLeftover(path);
            if (!isGoing)
                continue;
            freed += status.SizeBytes;
            if (!taking.IsTrial)
                Posix.TryRemove(path);
        }
        return freed;
    }

    /// <summary>Whether what was written aside has nobody who writes it.</summary>
    private static bool IsLeftover(string path)
    {
        if (!path.EndsWith(CacheFile.AsideEnding, StringComparison.Ordinal))
            return false;
        using SafeFileHandle? open = Posix.TryOpenItself(path);
        return open is not null && Posix.TryLock(open);
    }

    private IReadOnlyList<string> Names(string kind) =>
        HostFile.IsFolder(Path.Join(_folder, kind)) ? Posix.Names(Path.Join(_folder, kind)) : [];

    private FileStatus? StatusOf(string kind, string name) =>
        Posix.TryStatus(PathOf(kind, name)) is { IsRegularFile: true } status ? status : null;

    private string PathOf(string kind, string name) => Path.Join(_folder, kind, name);
}
