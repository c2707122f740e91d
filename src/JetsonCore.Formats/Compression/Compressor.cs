// Writing compressed files: the same bytes for the same input, settings and library version. No file name and no time
// goes into a header.
using System.Diagnostics;
using System.Globalization;

namespace JetsonCore.Formats.Compression;

/// <summary>Writes compressed files.</summary>
public static class Compressor
{
    /// <summary>Compresses what is written to the stream it returns; closing that completes the file.</summary>
    /// <param name="target">Where the compressed bytes go; left open.</param>
    /// <param name="format">gzip, xz, lzma or zstd.</param>
    /// <param name="level">As the tool numbers it (gzip 1-9, xz and lzma 0-9, zstd 1-22); null: its default.</param>
    /// <exception cref="MissingLibraryException">The format's native library is not installed.</exception>
    public static CompressionStream OpenWrite(Stream target, CompressionFormat format, int? level = null)
    {
        ArgumentNullException.ThrowIfNull(target);
        CheckLevel(format, level);
        return new CompressionStream(format switch
        {
            CompressionFormat.Gzip => new GzipMemberEncoder(target, level ?? 6),
            CompressionFormat.Xz => LzmaMemberEncoder.Xz(target, new LzmaEffort((uint)(level ?? 6))),
            CompressionFormat.LzmaAlone => LzmaMemberEncoder.Alone(target, new LzmaEffort((uint)(level ?? 6))),
            CompressionFormat.Zstd => new ZstdMemberEncoder(target, level ?? 3),
            _ => throw new UnreachableException(),
        });
    }

    /// <summary>
    /// As <see cref="OpenWrite"/>, in a form that the Linux kernel unpacks: of the checks of .xz it knows CRC32 only.
    /// </summary>
    /// <param name="target">Where the compressed bytes go; left open.</param>
    /// <param name="format">gzip, xz, lzma or zstd.</param>
    /// <param name="level">As the tool numbers it; null: its default.</param>
    /// <exception cref="MissingLibraryException">The format's native library is not installed.</exception>
    public static CompressionStream OpenWriteForKernel(Stream target, CompressionFormat format, int? level = null)
    {
        if (format != CompressionFormat.Xz)
            return OpenWrite(target, format, level);
        CheckLevel(format, level);
        return new CompressionStream(LzmaMemberEncoder.Xz(target, new LzmaEffort((uint)(level ?? 6)), XzCheck.Crc32));
    }

    /// <summary>
    /// As <see cref="OpenWrite"/> for .xz, but block by block: up to three processors work, what is compressed already
    /// is stored, and zeros cost almost nothing. For large mixed content; the same bytes whatever the processors.
    /// </summary>
    /// <param name="target">Where the compressed bytes go; left open.</param>
    /// <param name="level">
    /// 0 to 9, as xz numbers them. Above 2 it is slow for a gain of a few percent; above 6 only the dictionary would
    /// grow, beyond the blocks.
    /// </param>
    /// <param name="memory">What blocks were compressed to by this library at this level; null for nothing.</param>
    /// <param name="cancellation">Ends a write with <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="MissingLibraryException">liblzma is not installed.</exception>
    public static CompressionStream OpenWriteXzBlocks(
        Stream target, int level = 1, BlockMemory? memory = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(target);
        CheckLevel(CompressionFormat.Xz, level);
        NativeLzma.Require();
        uint effective = (uint)Math.Min(level, 6);
        return new(new XzBlockWriter(target, effective, XzBlockWriter.InFlight(effective), memory, cancellation));
    }

    /// <summary>The version of the library that .xz is written by: another one may write other bytes.</summary>
    /// <exception cref="MissingLibraryException">liblzma is not installed.</exception>
    public static string XzVersion()
    {
        NativeLzma.Require();
        uint number = NativeLzma.VersionNumber();
        return string.Create(CultureInfo.InvariantCulture, $"liblzma {number}");
    }

    private static void CheckLevel(CompressionFormat format, int? level)
    {
        (int least, int most) = format switch
        {
            CompressionFormat.Gzip => (1, 9),
            CompressionFormat.Xz or CompressionFormat.LzmaAlone => (0, 9),
            CompressionFormat.Zstd => (1, 22),
            _ => throw new ArgumentOutOfRangeException(nameof(format), format, "this format is only read"),
        };
        if (level < least || level > most)
            throw new ArgumentOutOfRangeException(nameof(level), level, $"levels go from {least} to {most}");
    }
}
