// What a bmap file says of its image: see BmapWriter.cs for the whole.
using System.Globalization;
using System.Text;
using JetsonCore.Formats.Binary;

namespace JetsonCore.Formats.Bmap;

/// <summary>The numbers of a bmap file.</summary>
/// <param name="Version">Of the format: "2.0".</param>
/// <param name="ImageBytes">Bytes of the image.</param>
/// <param name="BlockSize">Bytes of a block.</param>
/// <param name="MappedBlocks">Blocks that are to be copied.</param>
public sealed record BmapHeader(string Version, long ImageBytes, long BlockSize, long MappedBlocks)
{
    private const int HeadLengthMax = 1 << 16;
    private const string Opening = "<bmap version=\"";

    /// <summary>Whether a file that begins so may be a bmap.</summary>
    public static bool IsBmap(ReadOnlySpan<byte> head)
    {
        ReadOnlySpan<byte> start = head.TrimStart(" \t\r\n"u8);
        return (start.StartsWith("<?xml"u8) || start.StartsWith("<bmap"u8))
            && head.IndexOf(Encoding.ASCII.GetBytes(Opening)) >= 0;
    }

    /// <summary>Reads the numbers.</summary>
    /// <exception cref="MalformedDataException">One is missing.</exception>
    public static BmapHeader Read(Stream file)
    {
        ArgumentNullException.ThrowIfNull(file);
        string text = Encoding.UTF8.GetString(file.ReadBytesAt(0, (int)Math.Min(file.Length, HeadLengthMax)));
        text = text[Math.Max(0, text.IndexOf(Opening, StringComparison.Ordinal))..];    // comments name elements too
        return new(Between(text, Opening, "\""), Number(text, "ImageSize"), Number(text, "BlockSize"),
            Number(text, "MappedBlocksCount"));
    }

    private static long Number(string text, string element) =>
        long.TryParse(Between(text, $"<{element}>", "<").Trim(), NumberStyles.None, CultureInfo.InvariantCulture,
            out long number)
            ? number
            : throw new MalformedDataException(0, $"<{element}> of the bmap is no number");

    private static string Between(string text, string before, string behind)
    {
        int start = text.IndexOf(before, StringComparison.Ordinal);
        int end = start < 0 ? -1 : text.IndexOf(behind, start + before.Length, StringComparison.Ordinal);
        return end >= 0
            ? text[(start + before.Length)..end]
            : throw new MalformedDataException(0, $"the bmap has no {before}");
    }
}
