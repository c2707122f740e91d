// The files that a filled layout names: where flash.sh takes them from, and how long the image is that each stands for.
using JetsonCore.Flash.Layouts;
using JetsonCore.Flash.Tree;
using JetsonCore.Formats.AndroidSparse;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Flash;

internal static class FlashImages
{
    /// <summary>
    /// Where a file lies that the layout names: in bootloader/, or where the board file says, from where flash.sh
    /// copies it there.
    /// </summary>
    public static string PathOf(FlashSituation situation, string name)
    {
        string local = $"bootloader/{name}";
        if (situation.Inputs is not { } inputs)
            return local;
        string plain = name.StartsWith("kernel_", StringComparison.Ordinal) ? name["kernel_".Length..] : name;
        L4tInput? source = inputs.Required.Concat(inputs.Optional.Values.OrderBy(i => i.Name, StringComparer.Ordinal))
            .FirstOrDefault(input => input.IsThere && input.Path.Split('/')[^1] == plain);
        return source?.Path ?? local;
    }

    /// <summary>Whether flash.sh makes the file itself, so that it need not be there.</summary>
    public static bool IsMadeByFlashScript(FlashSituation situation, LayoutPartition partition)
    {
        string name = partition.FileNames[0].Value;
        return name.EndsWith("flash.xml.bin", StringComparison.Ordinal)
            || name == situation.Configuration?.Value("VERFILENAME")
            || partition.Type == "fuse_bypass";
    }

    /// <summary>The length of the image that a file stands for; null where there is none.</summary>
    public static long? ImageLength(L4tTree tree, string path)
    {
        if (tree.AddedAt(path) is { } added)
            return added.ImageLength;
        if (tree.Content(path) is not { } content)
            return null;
        return SparseLength(content) ?? content.Length;
    }

    /// <summary>The length of the image in an Android sparse image; null where a file is none, or is damaged.</summary>
    private static long? SparseLength(FileContent content)
    {
        using Stream stream = content.Open();
        Span<byte> head = stackalloc byte[4];
        if (stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) < head.Length
            || !AndroidSparseReader.IsSparse(head))
        {
            return null;
        }
        try
        {
            using AndroidSparseStream image = AndroidSparseReader.Open(stream);
            return image.Length;
        }
        catch (MalformedDataException)
        {
            return null;
        }
    }
}
