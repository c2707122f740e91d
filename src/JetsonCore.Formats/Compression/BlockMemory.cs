// Compressed stretches of blocks that are remembered from one run to the next, wherever the caller keeps them.
namespace JetsonCore.Formats.Compression;

/// <summary>Remembers what stretches of blocks were compressed to; called by several threads.</summary>
/// <param name="find">What a stretch was compressed to; null where that is not known.</param>
/// <param name="keep">Takes what a stretch was compressed to.</param>
/// <remarks>They are named by the SHA-256 of their plain bytes, hexadecimal.</remarks>
public sealed class BlockMemory(Func<string, byte[]?> find, Action<string, byte[]> keep)
{
    /// <summary>What a stretch was compressed to, or null.</summary>
    public byte[]? Find(string digest) => find(digest);

    /// <summary>Takes what a stretch was compressed to.</summary>
    public void Keep(string digest, byte[] packed) => keep(digest, packed);
}
