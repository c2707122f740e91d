// SHA256SUMS in the form of sha256sum(1), so that "sha256sum -c SHA256SUMS" checks an output folder. Files are hashed
// side by side; the order of the lines is that of the names.
using System.Security.Cryptography;
using JetsonCore.Files;

namespace JetsonCore.Build;

internal static class Checksums
{
    private const int BufferBytes = 1 << 20;

    /// <summary>The digest of each file, in the order given.</summary>
    public static byte[][] Of(IReadOnlyList<OutputFile> files, CancellationToken cancellation)
    {
        var digests = new byte[files.Count][];
        var options = new ParallelOptions { CancellationToken = cancellation };
        Parallel.For(0, files.Count, options, index =>
        {
            using Stream bytes = files[index].OpenRead();
            digests[index] = Of(bytes, cancellation);
        });
        return digests;
    }

    /// <summary>The digest of a stream from its position on.</summary>
    public static byte[] Of(Stream bytes, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[BufferBytes];
        while (bytes.Read(buffer) is > 0 and int read)
        {
            cancellation.ThrowIfCancellationRequested();
            hash.AppendData(buffer, 0, read);
        }
        return hash.GetHashAndReset();
    }

    /// <summary>The text of SHA256SUMS for names relative to its folder.</summary>
    public static string Text(IEnumerable<(string Name, byte[] Digest)> files) => string.Concat(
        files.OrderBy(file => file.Name, StringComparer.Ordinal)
            .Select(file => $"{Convert.ToHexStringLower(file.Digest)}  {file.Name}\n"));
}
