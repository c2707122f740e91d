// Module files by their names: plain (.ko) or compressed (.ko.xz, .ko.zst, .ko.gz).
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Compression;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Formats.Kmod;

internal static class ModuleFile
{
    private const string Extension = ".ko";
    private const int UnpackedLengthMax = 256 << 20;

    private static readonly (string Suffix, CompressionFormat Format)[] Suffixes =
    [
        ("", CompressionFormat.None),
        (".xz", CompressionFormat.Xz),
        (".zst", CompressionFormat.Zstd),
        (".gz", CompressionFormat.Gzip),
    ];

    /// <summary>How a file of this name is compressed; null where it is no module.</summary>
    public static CompressionFormat? FormatOf(string path)
    {
        foreach ((string suffix, CompressionFormat format) in Suffixes)
        {
            if (path.EndsWith(Extension + suffix, StringComparison.Ordinal))
                return format;
        }
        return null;
    }

    /// <summary>The name that modules.order uses.</summary>
    public static string WithoutCompression(string path) =>
        path[..(path.LastIndexOf(Extension, StringComparison.Ordinal) + Extension.Length)];

    public static KernelModule Read(string path, FileContent file, CompressionFormat format) =>
        KernelModuleReader.Read(path, format == CompressionFormat.None ? file : Unpack(file, format));

    private static FileContent Unpack(FileContent file, CompressionFormat format)
    {
        using Stream compressed = file.Open();
        using Stream plain = Decompression.OpenRead(compressed, format);
        using var unpacked = new MemoryStream();
        var buffer = new byte[1 << 16];
        while (plain.Read(buffer) is > 0 and int read)
        {
            unpacked.Write(buffer, 0, read);
            if (unpacked.Length > UnpackedLengthMax)
                throw new MalformedDataException(0, $"unpacks to more than {UnpackedLengthMax} bytes");
        }
        return FileContent.Of(unpacked.ToArray());
    }
}
