// What stages have made is kept for later builds, by the content of what it follows from:
//
//   $XDG_CACHE_HOME/jetson-core/stages/ac/KEY          what a stage made: names, digests (ActionResult)
//                                     /cas/SHA256      the bytes, by their digest
//                                     /digests/…       what is remembered of files (FileDigests)
//
// Runs share it without waiting for each other: every file is written aside and renamed, two that make the same write
// the same, and what is in use stays open and so survives a removal. Nothing that is wrong here ends a build: what
// cannot be kept is not kept, what is damaged is removed and made anew. README.md of this folder says what is verified.
using System.Collections.Immutable;
using System.Security.Cryptography;
using JetsonCore.Diagnostics;
using JetsonCore.Files;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Trees;
using Microsoft.Win32.SafeHandles;

namespace JetsonCore.Cache;

/// <summary>The results of stages, kept between runs; several threads may use it.</summary>
public sealed class StageCache : IDisposable
{
    private const int BufferBytes = 256 << 10;

    private readonly string _folder;
    private readonly DiagnosticBag _diagnostics;
    private readonly Lazy<string> _program;
    private readonly Lock _gate = new();
    private readonly List<SafeFileHandle> _open = [];
    private bool _isRefused, _isRemoteRefused;

    /// <param name="folder">Where; it is made when something is kept.</param>
    /// <param name="diagnostics">Takes what is damaged, and why nothing can be kept.</param>
    internal StageCache(string folder, DiagnosticBag diagnostics)
    {
        (_folder, _diagnostics) = (Path.GetFullPath(folder), diagnostics);
        Digests = new(Path.Join(_folder, CacheFolders.Digests));
        _program = new(() => ProgramIdentity.Of(Digests));
    }

    /// <summary>The cache that a fleet shares; null for none. It ends with this object.</summary>
    internal RemoteStages? Remote { get; init; }

    /// <summary>Digests of files, remembered.</summary>
    public FileDigests Digests { get; }

    /// <summary>Whether something was kept by this run.</summary>
    internal bool HasKept { get; private set; }

    /// <summary>The user's cache.</summary>
    /// <param name="variable">The environment.</param>
    /// <param name="remote">The cache that a fleet shares; null for none.</param>
    /// <param name="diagnostics">Takes what is damaged, and why nothing can be kept.</param>
    internal static StageCache OfUser(
        Func<string, string?> variable, RemoteStages? remote, DiagnosticBag diagnostics) =>
        new(CacheFolders.OfUser(variable), diagnostics) { Remote = remote };

    /// <summary>The key of a stage, to be completed with all that it follows from.</summary>
    public StageKey Key(string stage) => new(stage, _program.Value);

    /// <summary>What a stage makes, if it is there and sound; the contents end with this object.</summary>
    public IReadOnlyDictionary<string, FileContent>? Find(StageKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        string path = PathOf(CacheFolders.Results, key.Digest);
        try
        {
            if (!HostFile.Exists(path) && !Fetch(key, path))
                return null;
            ActionResult result = ActionResult.Read(HostFile.ReadAll(path, ActionResult.LengthMax));
            if (result.KeyText != key.Text)
                throw new MalformedDataException(0, "it is the result of another stage");
            var files = new SortedDictionary<string, FileContent>(StringComparer.Ordinal);
            foreach (StageFile file in result.Files)
            {
                if (Open(file) is not { } content)
                    return null;
                files[file.Name] = content;
            }
            Posix.TryTouch(path);
            return files;
        }
        catch (MalformedDataException exception)
        {
            Remove(path, exception.Message);
            return null;
        }
        catch (IOException exception)       // removed by another run just now, or not to be read
        {
            Refuse(exception);
            return null;
        }
    }

    /// <summary>Keeps what a stage has made; a full disk is said once and keeps nothing.</summary>
    /// <param name="key">The stage.</param>
    /// <param name="files">What it made, by names of its own.</param>
    /// <param name="cancellation">Ends the keeping early.</param>
    public void Keep(
        StageKey key, IReadOnlyDictionary<string, FileContent> files, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(files);
        if (_isRefused)
            return;
        try
        {
            ImmutableArray<StageFile> kept =
            [
                .. files.OrderBy(file => file.Key, StringComparer.Ordinal)
                    .Select(file => Store(file.Key, file.Value, cancellation)),
            ];
            byte[] result = new ActionResult(kept, key.Text).ToBytes();
            CacheFile.Write(PathOf(CacheFolders.Results, key.Digest), result);
            HasKept = true;
            AskRemote(remote =>
            {
                foreach (StageFile file in kept)
                    remote.Upload(CacheFolders.Contents, file.Digest,
                        FolderTree.FileContent(PathOf(CacheFolders.Contents, file.Digest)));
                remote.Upload(CacheFolders.Results, key.Digest, FileContent.Of(result));
                return true;
            });
        }
        catch (IOException exception)
        {
            Refuse(exception);
        }
    }

    /// <summary>The one file that a stage makes: from the cache, or made now and kept.</summary>
    /// <param name="key">The stage.</param>
    /// <param name="make">Makes it.</param>
    /// <param name="cancellation">Ends the keeping early.</param>
    public FileContent GetOrMake(StageKey key, Func<FileContent> make, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(make);
        const string Only = "result";
        if (Find(key) is { } found && found.TryGetValue(Only, out FileContent? content))
            return content;
        FileContent made = make();
        Keep(key, new Dictionary<string, FileContent> { [Only] = made }, cancellation);
        return made;
    }

    /// <summary>Closes what was found.</summary>
    public void Dispose()
    {
        foreach (SafeFileHandle file in _open)
            file.Dispose();
        _open.Clear();
        Remote?.Dispose();
    }

    /// <summary>Takes a result from the remote cache, where it is there and all of it has its digests.</summary>
    private bool Fetch(StageKey key, string path) => AskRemote(remote =>
    {
        if (remote.ReadResult(key.Digest) is not { } bytes)
            return false;
        ActionResult result = ActionResult.Read(bytes);
        if (result.KeyText != key.Text)
            throw new MalformedDataException(0, "it is the result of another stage");
        foreach (StageFile file in result.Files)
        {
            if (!HostFile.Exists(PathOf(CacheFolders.Contents, file.Digest)) && !Download(remote, file))
                return false;
        }
        CacheFile.Write(path, bytes);
        HasKept = true;
        return true;
    });

    private bool Download(RemoteStages remote, StageFile file)
    {
        bool isThere = false;
        string path = PathOf(CacheFolders.Contents, file.Digest);
        FileStatus status = CacheFile.Write(PathOf(CacheFolders.Contents, ""), target =>
        {
            isThere = remote.Download(file, target);
            if (!isThere)
                throw new MalformedDataException(0, $"it lacks {file.Digest}, which it names");
            using var bytes = new HandleStream(target.SafeFileHandle, path);
            string digest = Convert.ToHexStringLower(ContentDigest.Of(HashAlgorithmName.SHA256, bytes));
            return digest == file.Digest
                ? path
                : throw new MalformedDataException(0, $"its bytes of {file.Digest} have another digest, {digest}");
        });
        Digests.Learn(HashAlgorithmName.SHA256, status, Convert.FromHexString(file.Digest));
        return isThere;
    }

    /// <summary>Asks the remote cache; what it fails in is said once, and then it is asked no more.</summary>
    private bool AskRemote(Func<RemoteStages, bool> ask)
    {
        if (Remote is null || _isRemoteRefused)
            return false;
        try
        {
            return ask(Remote);
        }
        catch (MalformedDataException exception)
        {
            ReportRemote($"it is not believed: {exception.Message}", "remove what is damaged there");
            return false;
        }
        catch (IOException exception)
        {
            _isRemoteRefused = true;
            ReportRemote($"it is not used any more: {exception.Message}",
                "a server for it speaks Bazel's HTTP cache protocol; the build goes on without");
            return false;
        }
    }

    private void ReportRemote(string what, string hint)
    {
        lock (_gate)
            _diagnostics.Add(CacheRules.Remote, SourceSpan.None, $"remote cache: {what}", hint);
    }

    private FileContent? Open(StageFile file)
    {
        string path = PathOf(CacheFolders.Contents, file.Digest);
        if (!HostFile.Exists(path))
            return null;
        SafeFileHandle open = Posix.OpenRead(path);
        try
        {
            FileStatus status = Posix.Status(open, path);
            if (status.SizeBytes == file.SizeBytes
                && Convert.ToHexStringLower(Digests.OfOpen(HashAlgorithmName.SHA256, open, path)) == file.Digest)
            {
                SafeFileHandle kept = open;
                lock (_gate)
                    _open.Add(kept);
                open = new SafeFileHandle();
                return new(file.SizeBytes, () => new HandleStream(kept, path))
                {
                    IsIndependent = true,
                    Origin = new HostOrigin(path, status),
                };
            }
        }
        finally
        {
            open.Dispose();
        }
        Remove(path, "its bytes are not those that were kept");
        return null;
    }

    private StageFile Store(string name, FileContent content, CancellationToken cancellation)
    {
        byte[] digest = [];
        FileStatus status = CacheFile.Write(PathOf(CacheFolders.Contents, ""), file =>
        {
            digest = Copy(content, file, cancellation);
            return PathOf(CacheFolders.Contents, Convert.ToHexStringLower(digest));
        });
        Digests.Learn(HashAlgorithmName.SHA256, status, digest);
        return new(name, Convert.ToHexStringLower(digest), content.Length);
    }

    private static byte[] Copy(FileContent content, FileStream target, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using Stream source = content.Open();
        var buffer = new byte[(int)Math.Min(BufferBytes, content.Length)];
        for (long done = 0; done < content.Length;)
        {
            cancellation.ThrowIfCancellationRequested();
            int read = source.Read(buffer.AsSpan(0, (int)Math.Min(buffer.Length, content.Length - done)));
            if (read == 0)
                throw new MalformedDataException(done, $"content ends after {done} of {content.Length} bytes");
            hash.AppendData(buffer, 0, read);
            target.Write(buffer.AsSpan(0, read));
            done += read;
        }
        return hash.GetHashAndReset();
    }

    private void Remove(string path, string reason)
    {
        Posix.TryRemove(path);
        lock (_gate)
        {
            _diagnostics.AddAbout(path, CacheRules.Damage,
                $"this file of the cache is damaged ({reason}): it is removed, and what it held is made anew",
                "look after the disk if that happens again; jetson-core cache verify reads everything");
        }
    }

    private void Refuse(IOException exception)
    {
        lock (_gate)
        {
            if (_isRefused)
                return;
            _isRefused = true;
            _diagnostics.AddAbout(_folder, CacheRules.NotKept,
                $"nothing more is kept for the next build: {exception.Message}",
                "make room with jetson-core cache prune, set XDG_CACHE_HOME to another folder, or give --no-cache");
        }
    }

    private string PathOf(string kind, string name) => Path.Join(_folder, kind, name);
}
