// Ids that look random and are not: SHA-256 over the build's seed and a purpose, marked as version 8 ("custom") of
// RFC 9562. The seed covers the model and every snap, so two different images have different ids and the same image
// has the same ones.
using System.Security.Cryptography;
using System.Text;

namespace JetsonCore.Build;

/// <summary>Derives GUIDs for disk, partitions and file systems.</summary>
internal sealed class DerivedIds
{
    private readonly byte[] _seed;

    private DerivedIds(byte[] seed) => _seed = seed;

    /// <summary>The ids of a build with these contents, in this order.</summary>
    public static DerivedIds Of(BuildClock clock, IEnumerable<byte[]> digests)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"jetson-core ids 1\n{clock.UnixSeconds}\n"));
        foreach (byte[] digest in digests)
            hash.AppendData(digest);
        return new(hash.GetHashAndReset());
    }

    /// <summary>The id for a purpose ("disk", "writable/uuid"): always the same for the same build.</summary>
    public Guid For(string purpose)
    {
        byte[] digest = SHA256.HashData([.. _seed, .. Encoding.UTF8.GetBytes(purpose)]);
        Span<byte> id = digest.AsSpan(0, 16);
        id[6] = (byte)((id[6] & 0x0F) | 0x80);      // version 8
        id[8] = (byte)((id[8] & 0x3F) | 0x80);      // variant of RFC 9562
        return new Guid(id, bigEndian: true);
    }
}
