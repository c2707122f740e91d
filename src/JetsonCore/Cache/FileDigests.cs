// Digests of files that are remembered, so that hundreds of megabytes are not read again to be found the same. As git's
// index does, a digest is believed as long as the system says the same of the file: device, inode, size, and the times
// of its last modification and change, which nobody can set back. What was written within a tick of the clock before it
// was read may be written again without another time: that is not remembered ("racily clean"). And nothing is believed
// that was remembered before the machine was started, for a loss of power may have taken bytes whose times are there.
//
//   digests/DEVICE-INODE      jetson-core digests 1
//                             boot 5f1d0c0e-…
//                             file SIZE
//                             modified SECONDS.NANOSECONDS
//                             changed SECONDS.NANOSECONDS
//                             SHA256 9f86…                      for each digest that was asked for
//                             sum 1b4f…                         the SHA-256 of the lines above
using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using JetsonCore.Files;
using JetsonCore.Formats.Trees;
using Microsoft.Win32.SafeHandles;

namespace JetsonCore.Cache;

/// <summary>Digests of contents, those of files remembered.</summary>
public sealed class FileDigests
{
    /// <summary>Smaller files are read as fast as what is remembered of them.</summary>
    private const long SizeLeast = 128 << 10;

    private const string FirstLine = "jetson-core digests 1", BootIdPath = "/proc/sys/kernel/random/boot_id";
    private const int RecordMax = 4096;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(20), CoarseTick = TimeSpan.FromSeconds(2);

    private readonly string? _folder;
    private readonly string _boot = "";
    private readonly ConcurrentDictionary<(HashAlgorithmName, HostOrigin), byte[]> _ofThisRun = [];

    /// <param name="folder">Where digests are remembered; null where they are not.</param>
    internal FileDigests(string? folder)
    {
        _folder = folder;
        try
        {
            if (folder is not null)
                _boot = HostFile.ReadText(BootIdPath).Trim();
        }
        catch (IOException)         // no Linux, or one that hides it: nothing is remembered
        {
            _folder = null;
        }
    }

    /// <summary>The digest of a content: read now, or remembered of the file that it is.</summary>
    /// <exception cref="Diagnostics.UserErrorException">The file is not as it was when it was looked at.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public byte[] Of(HashAlgorithmName algorithm, FileContent content, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        if (content.Origin is not HostOrigin origin || content.Length < SizeLeast)
            return Read(algorithm, content, cancellation);
        if (_ofThisRun.TryGetValue((algorithm, origin), out byte[]? known))
            return known;
        Dictionary<string, byte[]> remembered = Recall(origin.Status);
        if (!remembered.TryGetValue(algorithm.Name!, out byte[]? digest))
        {
            DateTimeOffset begun = TimeProvider.System.GetUtcNow();
            digest = Read(algorithm, content, cancellation);        // notices what is written meanwhile
            remembered[algorithm.Name!] = digest;
            if (IsSettled(origin.Status, begun))
                Remember(origin.Status, remembered);
        }
        return _ofThisRun[(algorithm, origin)] = digest;
    }

    /// <summary>Remembers the digest of a file that this run alone has written.</summary>
    internal void Learn(HashAlgorithmName algorithm, FileStatus status, byte[] digest)
    {
        Dictionary<string, byte[]> remembered = Recall(status);
        remembered[algorithm.Name!] = digest;
        Remember(status, remembered);
    }

    /// <summary>The digest of an open file, remembered or read.</summary>
    internal byte[] OfOpen(HashAlgorithmName algorithm, SafeFileHandle file, string path)
    {
        FileStatus status = Posix.Status(file, path);
        Dictionary<string, byte[]> remembered = Recall(status);
        if (remembered.TryGetValue(algorithm.Name!, out byte[]? digest))
            return digest;
        DateTimeOffset begun = TimeProvider.System.GetUtcNow();
        using (var bytes = new HandleStream(file, path))
            digest = ContentDigest.Of(algorithm, bytes);
        remembered[algorithm.Name!] = digest;
        if (Posix.Status(file, path) == status && IsSettled(status, begun))
            Remember(status, remembered);
        return digest;
    }

    private static byte[] Read(HashAlgorithmName algorithm, FileContent content, CancellationToken cancellation)
    {
        if (algorithm == HashAlgorithmName.SHA256)
            return ContentDigest.Sha256(content, cancellation);
        using Stream bytes = content.Open();
        return ContentDigest.Of(algorithm, bytes, cancellation);
    }

    // Times without a fraction come from file systems that count in seconds, or in two.
    private static bool IsSettled(FileStatus status, DateTimeOffset begun)
    {
        bool isFine = status is { ChangeNanoseconds: not 0, ModificationNanoseconds: not 0 };
        DateTimeOffset latest = Latest(status);
        return begun - latest >= (isFine ? Tick : CoarseTick);
    }

    private static DateTimeOffset Latest(FileStatus status)
    {
        long seconds = Math.Max(status.ChangeSeconds, status.ModificationSeconds);
        long least = DateTimeOffset.MinValue.ToUnixTimeSeconds(), most = DateTimeOffset.MaxValue.ToUnixTimeSeconds();
        return DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(seconds, least, most - 1)).AddTicks(
            Math.Max(status.ChangeNanoseconds, status.ModificationNanoseconds) / TimeSpan.NanosecondsPerTick);
    }

    private Dictionary<string, byte[]> Recall(FileStatus status)
    {
        var digests = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        if (_folder is null)
            return digests;
        try
        {
            string text = Encoding.ASCII.GetString(HostFile.ReadAll(PathOf(status), RecordMax));
            int end = text.LastIndexOf("sum ", StringComparison.Ordinal);
            if (end < 0 || text[end..] != Sum(text[..end]) || !text.StartsWith(Head(status), StringComparison.Ordinal))
                return digests;
            foreach (string line in text[Head(status).Length..end].Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                if (line.Split(' ') is [var name, var digest])
                    digests[name] = Convert.FromHexString(digest);
            }
        }
        catch (Exception exception) when (exception is IOException or FormatException)
        {
            // Nothing is remembered of it, or what is remembered is damaged: it is read.
        }
        return digests;
    }

    private void Remember(FileStatus status, Dictionary<string, byte[]> digests)
    {
        if (_folder is null)
            return;
        string text = Head(status) + string.Concat(digests.OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => $"{pair.Key} {Convert.ToHexStringLower(pair.Value)}\n"));
        try
        {
            CacheFile.Write(PathOf(status), Encoding.ASCII.GetBytes(text + Sum(text)));
        }
        catch (IOException)
        {
            // It is read again next time; who keeps something here says what is wrong.
        }
    }

    private string PathOf(FileStatus status) => Path.Join(_folder, string.Create(
        CultureInfo.InvariantCulture, $"{status.Identity.Device:x}-{status.Identity.Inode:x}"));

    private string Head(FileStatus status) => string.Create(CultureInfo.InvariantCulture, $"""
        {FirstLine}
        boot {_boot}
        file {status.SizeBytes}
        modified {status.ModificationSeconds}.{status.ModificationNanoseconds:d9}
        changed {status.ChangeSeconds}.{status.ChangeNanoseconds:d9}

        """);

    private static string Sum(string text) =>
        $"sum {Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(text)))}\n";
}
