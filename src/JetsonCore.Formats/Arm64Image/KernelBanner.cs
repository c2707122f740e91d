// What an uncompressed kernel says of itself somewhere in its bytes:
//
//   "Linux version 6.1.0-50-arm64 (builder) (compiler) #1 SMP …\n"      the banner, with the release
//   "IKCFG_ST", a gzip member, "IKCFG_ED"                               its configuration, with CONFIG_IKCONFIG
//
// Sources: Linux init/version.c, kernel/configs.c; peer: scripts/extract-ikconfig.
using System.Text;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Compression;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Formats.Arm64Image;

/// <summary>What a kernel says of itself.</summary>
/// <param name="Release">Its release ("6.1.0-50-arm64"), or null.</param>
/// <param name="Config">The text of its configuration, or null.</param>
public sealed record KernelBanner(string? Release, string? Config)
{
    private const int ConfigLengthMax = 4 << 20, BlockLength = 1 << 20, BannerLengthMax = 512;

    private static ReadOnlySpan<byte> BannerStart => "Linux version "u8;

    private static ReadOnlySpan<byte> ConfigStart => "IKCFG_ST\x1F"u8;

    /// <summary>Looks through a kernel.</summary>
    /// <exception cref="MalformedDataException">Its configuration cannot be unpacked.</exception>
    public static KernelBanner Read(FileContent kernel) => Read(kernel, wantsConfig: true);

    /// <summary>The release of a kernel, without looking further; null where it says none.</summary>
    public static string? ReadRelease(FileContent kernel) => Read(kernel, wantsConfig: false).Release;

    private static KernelBanner Read(FileContent kernel, bool wantsConfig)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        string? release = null, config = null;
        var block = new byte[BlockLength + BannerLengthMax];
        using Stream stream = kernel.Open();
        // Blocks overlap, so that what is searched for lies whole in one of them.
        bool IsDone() => release is not null && !(wantsConfig && config is null);
        for (long start = 0; start < kernel.Length && !IsDone(); start += BlockLength)
        {
            Span<byte> bytes = block.AsSpan(0, (int)Math.Min(block.Length, kernel.Length - start));
            stream.ReadExactlyAt(start, bytes);
            release ??= ReleaseIn(bytes);
            int place = wantsConfig && config is null ? bytes.IndexOf(ConfigStart) : -1;
            if (place >= 0)
                config = Unpack(kernel, start + place + ConfigStart.Length - 1);
        }
        return new(release, config);
    }

    /// <summary>Formats of other banners ("%s version %s") and texts that only begin so are passed over.</summary>
    private static string? ReleaseIn(ReadOnlySpan<byte> bytes)
    {
        for (int at = bytes.IndexOf(BannerStart); at >= 0;)
        {
            ReadOnlySpan<byte> rest = bytes[(at + BannerStart.Length)..];
            int end = rest.IndexOfAny(" \n\0"u8);
            if (end > 0 && rest[0] is >= (byte)'0' and <= (byte)'9' && rest[end..].StartsWith(" ("u8))
                return Encoding.UTF8.GetString(rest[..end]);
            int next = rest.IndexOf(BannerStart);
            at = next < 0 ? -1 : at + BannerStart.Length + next;
        }
        return null;
    }

    private static string Unpack(FileContent kernel, long offset)
    {
        using Stream packed = kernel.Slice(offset, kernel.Length - offset).Open();
        using DecompressionStream plain = Decompression.OpenMember(packed, CompressionFormat.Gzip);
        return Encoding.UTF8.GetString(MemorySpool.Keep(plain, ConfigLengthMax).ReadAll(ConfigLengthMax));
    }
}
