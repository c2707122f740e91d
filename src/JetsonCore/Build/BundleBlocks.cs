// The compressed stretches of a bundle, kept in the cache: those of a kernel are the same in every build with it.
using JetsonCore.Cache;
using JetsonCore.Formats.Compression;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Build;

internal static class BundleBlocks
{
    private const string Name = "stretch";
    private const int BytesMax = 8 << 20;

    /// <summary>What remembers blocks of .xz at the level that bundles have.</summary>
    public static BlockMemory? Of(StageCache? cache, CancellationToken cancellation)
    {
        if (cache is null)
            return null;
        string compressor = Compressor.XzVersion();
        StageKey Key(string digest) => cache.Key("xz stretch").Add("compressor", compressor).Add("plain", digest);
        return new(
            digest => cache.Find(Key(digest))?.GetValueOrDefault(Name)?.ReadAll(BytesMax),
            (digest, packed) => cache.Keep(
                Key(digest), new Dictionary<string, FileContent> { [Name] = FileContent.Of(packed) }, cancellation));
    }
}
