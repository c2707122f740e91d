// Downloads that are kept, by their digest, for all runs of a user:
//
//   $XDG_CACHE_HOME/jetson-core/snaps/DIGEST.snap        whole and verified; the digest as assertions spell it
//                                    /DIGEST.part        what has come so far; locked by the run that downloads it
//
// A file has the name .snap only when its bytes had the digest, and is digested again each time that it is used. A run
// that is killed leaves the other, and the next goes on from there; two runs that want the same wait for each other.
using JetsonCore.Assertions;
using JetsonCore.Diagnostics;
using JetsonCore.Files;
using Microsoft.Win32.SafeHandles;

namespace JetsonCore.Store;

internal sealed class SnapCache(string folder)
{
    private const uint OwnerReadsAndWrites = 0x180;         // 0600
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Where the files are.</summary>
    public string Folder => folder;

    /// <summary>The user's cache.</summary>
    public static SnapCache OfUser(Func<string, string?> variable) => new(UserCache.Folder(variable, "snaps"));

    /// <summary>The file of a digest, if it is there and sound.</summary>
    public string? Find(string digest, long sizeBytes, DiagnosticBag diagnostics)
    {
        string path = PathOf(digest, "snap");
        if (!HostFile.Exists(path))
            return null;
        using (FileStream file = HostFile.OpenRead(path))
        {
            if (AssertionDigest.IsOf(file, sizeBytes, digest))
                return path;
        }
        diagnostics.AddAbout(path, StoreRules.CacheDamage,
            "this file of the cache is not what was downloaded: it is removed",
            "look after the disk if that happens again");
        Posix.TryRemove(path);
        return null;
    }

    /// <summary>The file of a snap, downloaded if it is not there.</summary>
    /// <param name="snap">The snap.</param>
    /// <param name="download">Completes what has come so far, and verifies it.</param>
    /// <param name="diagnostics">Takes damage of the cache.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <exception cref="IOException">There is no room, or the system refuses.</exception>
    public async Task<string> GetAsync(StoreSnap snap, Func<FileStream, CancellationToken, Task> download,
        DiagnosticBag diagnostics, CancellationToken cancellation)
    {
        Posix.MakeFolders(Path.GetFullPath(folder));
        string part = PathOf(snap.Digest, "part");
        while (true)
        {
            if (Find(snap.Digest, snap.SizeBytes, diagnostics) is { } path)
                return path;
            using SafeFileHandle? open = TryOpen(part);
            if (open is null || !IsMine(open, part))
            {
                await Task.Delay(Pause, cancellation);
                continue;
            }
            using var file = new HostStream(open, part, FileAccess.ReadWrite);
            try
            {
                // Another run may have named it after it was looked for, and before this part was made.
                if (Find(snap.Digest, snap.SizeBytes, diagnostics) is { } named)
                {
                    Posix.TryRemove(part);
                    return named;
                }
                await download(file, cancellation);
                Posix.Sync(open, part);
                Posix.RenameOver(part, PathOf(snap.Digest, "snap"));
                Posix.SyncFolder(folder);
                return PathOf(snap.Digest, "snap");
            }
            finally
            {
                Posix.Unlock(open);
            }
        }
    }

    private string PathOf(string digest, string ending) => Path.GetFullPath(Path.Join(folder, $"{digest}.{ending}"));

    private static SafeFileHandle? TryOpen(string part)
    {
        try
        {
            return Posix.TryCreateFile(part, OwnerReadsAndWrites) ?? Posix.OpenToChange(part);
        }
        catch (FileNotFoundException)       // another run has just given it its name
        {
            return null;
        }
    }

    /// <summary>Whether this run has the lock, and the file still has the name.</summary>
    private static bool IsMine(SafeFileHandle open, string part) =>
        Posix.TryLock(open) && Posix.TryStatus(part)?.Identity == Posix.Status(open, part).Identity;
}
