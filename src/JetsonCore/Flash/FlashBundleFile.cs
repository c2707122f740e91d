// Opens a bundle: the archive that a build made, the folder that it was unpacked to, or the folder of the build. Its
// manifest is read at once, its files only when they are wanted.
using System.Text.Json;
using JetsonCore.Diagnostics;
using JetsonCore.Files;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Compression;
using JetsonCore.Formats.Tar;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Flash;

/// <summary>A bundle.</summary>
public sealed class FlashBundleFile
{
    private const int HeadLength = 1 << 20, DetectionLength = 16, JsonLengthMax = 16 << 20;

    private FlashBundleFile(string path, FlashManifest manifest) => (Path, Manifest) = (path, manifest);

    /// <summary>The archive or folder.</summary>
    public string Path { get; }

    /// <summary>What it says of itself.</summary>
    public FlashManifest Manifest { get; }

    /// <summary>Opens an archive, or the folder that one was unpacked to.</summary>
    /// <exception cref="UserErrorException">It is no bundle.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static FlashBundleFile Open(string path)
    {
        try
        {
            byte[]? manifest = HostFile.IsFolder(path) ? OfFolder(path) : OfArchive(FolderTree.FileContent(path));
            return manifest is not null
                ? new(path, FlashManifest.Read(manifest))
                : throw NoBundle(path, $"it has no {FlashManifest.FileName} at its beginning", null);
        }
        catch (MalformedDataException damage)
        {
            throw NoBundle(path, damage.Message, damage);
        }
    }

    /// <summary>Opens the bundle in the folder of a build.</summary>
    /// <exception cref="UserErrorException">There is none.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static FlashBundleFile OpenBuild(string folder)
    {
        string path = System.IO.Path.Combine(folder, "manifest.json");
        try
        {
            using var document = JsonDocument.Parse(FolderTree.FileContent(path).ReadAll(JsonLengthMax));
            string? name = document.RootElement.GetProperty("files").EnumerateArray()
                .Select(file => file.GetProperty("name").GetString())
                .FirstOrDefault(file => file is not null && !file.Contains('/', StringComparison.Ordinal)
                    && file.Contains(".tar", StringComparison.Ordinal));
            return name is not null
                ? Open(System.IO.Path.Combine(folder, name))
                : throw NoBundle(folder, "the build made no bundle for a flash tool", null);
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException or KeyNotFoundException
            or MalformedDataException)
        {
            throw NoBundle(path, broken.Message, broken);
        }
    }

    /// <summary>All its files.</summary>
    /// <param name="spool">Keeps what has to be unpacked.</param>
    /// <param name="cancellation">Ends the unpacking early.</param>
    /// <exception cref="UserErrorException">It is damaged.</exception>
    public DirectoryNode Unpack(SpoolFolder spool, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(spool);
        if (HostFile.IsFolder(Path))
            return FolderTree.Read(Path);
        try
        {
            FileContent file = FolderTree.FileContent(Path);
            CompressionFormat format = Decompression.Detect(Head(file, DetectionLength));
            if (format != CompressionFormat.None)
            {
                using Stream packed = file.Open();
                using DecompressionStream plain = Decompression.OpenRead(packed, format);
                file = spool.Keep(plain, ReadLimits.Default.ContentBytes);
            }
            return TarTree.Read(file, ReadLimits.Default, cancellation: cancellation);
        }
        catch (MalformedDataException damage)
        {
            throw NoBundle(Path, damage.Message, damage);
        }
    }

    private static byte[]? OfFolder(string folder)
    {
        string path = System.IO.Path.Combine(folder, FlashManifest.FileName);
        return HostFile.Exists(path) ? FolderTree.FileContent(path).ReadAll(HeadLength) : null;
    }

    private static byte[]? OfArchive(FileContent file)
    {
        CompressionFormat format = Decompression.Detect(Head(file, DetectionLength));
        byte[] head;
        if (format == CompressionFormat.None)
        {
            head = Head(file, HeadLength);
        }
        else
        {
            using Stream packed = file.Open();
            using DecompressionStream plain = Decompression.OpenRead(packed, format);
            head = Head(plain, HeadLength);
        }
        if (!TarTree.IsArchive(head))
            return null;
        (string name, FileContent content) = TarTree.LeadingFiles(FileContent.Of(head)).FirstOrDefault();
        return name?.TrimStart('.', '/') == FlashManifest.FileName ? content.ReadAll(HeadLength) : null;
    }

    private static byte[] Head(FileContent file, int length)
    {
        using Stream stream = file.Open();
        return Head(stream, length);
    }

    private static byte[] Head(Stream stream, int length)
    {
        var head = new byte[length];
        return head[..stream.ReadAtLeast(head, length, throwOnEndOfStream: false)];
    }

    private static UserErrorException NoBundle(string path, string why, Exception? cause) => new(
        FailureKind.Input,
        new()
        {
            Rule = FlashRules.BadBundle,
            Severity = Severity.Error,
            Path = path,
            Message = $"cannot use the bundle: {why}",
            Hint = "give the tar file of jetson-core build with --bundle, or the build's folder with --build",
        },
        cause);
}
