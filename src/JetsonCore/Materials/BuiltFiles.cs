// What a build has written, as its manifest.json says: images, which file each partition was written from, sums.
using System.Text.Json;
using JetsonCore.Diagnostics;
using JetsonCore.Files;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Materials;

/// <summary>An image of a build.</summary>
/// <param name="Name">Its file below the build's folder.</param>
/// <param name="Content">Its bytes.</param>
/// <param name="PartitionFiles">The files of its partitions, by the partitions' names.</param>
public sealed record BuiltImage(string Name, FileContent Content, IReadOnlyDictionary<string, string> PartitionFiles);

/// <summary>A volume of a build, as its manifest tells it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Image">Its image.</param>
/// <param name="SizeBytes">The length of the image.</param>
/// <param name="Structures">What lies in it, in the order of the disk.</param>
public sealed record BuiltVolume(
    string Name, string Image, long SizeBytes, IReadOnlyList<BuiltStructure> Structures);

/// <summary>A structure of a volume.</summary>
/// <param name="Name">Its name, or "".</param>
/// <param name="Role">Its role, or "".</param>
/// <param name="StartBytes">Its first byte.</param>
/// <param name="SizeBytes">Its length.</param>
/// <param name="Filesystem">Its file system, or "".</param>
/// <param name="File">The file that it was written from, or "".</param>
public sealed record BuiltStructure(
    string Name, string Role, long StartBytes, long SizeBytes, string Filesystem, string File);

/// <summary>A file of a build.</summary>
/// <param name="Name">Its path below the build's folder.</param>
/// <param name="SizeBytes">Its length.</param>
/// <param name="Sha256">Its digest in hexadecimal digits.</param>
public sealed record BuiltSum(string Name, long SizeBytes, string Sha256);

/// <summary>The results of a build.</summary>
public sealed record BuiltFiles
{
    /// <summary>The file that tells them.</summary>
    public const string ManifestName = "manifest.json";

    private const int ManifestLengthMax = 16 << 20;

    /// <summary>The model's name.</summary>
    public required string Model { get; init; }

    /// <summary>The account that the model belongs to.</summary>
    public required string Brand { get; init; }

    /// <summary>The series.</summary>
    public required string Series { get; init; }

    /// <summary>The time of the build in seconds since 1970.</summary>
    public required long UnixSeconds { get; init; }

    /// <summary>The images.</summary>
    public required IReadOnlyList<BuiltImage> Images { get; init; }

    /// <summary>The SHA-256 sums of the files, in lower-case hexadecimal digits, by name.</summary>
    public required IReadOnlyDictionary<string, string> Sums { get; init; }

    /// <summary>The volumes; empty where the build is still going on.</summary>
    public IReadOnlyList<BuiltVolume> Volumes { get; init; } = [];

    /// <summary>The files that the manifest names; empty where the build is still going on.</summary>
    public IReadOnlyList<BuiltSum> Files { get; init; } = [];

    /// <summary>Reads the manifest of a build's folder.</summary>
    /// <exception cref="UserErrorException">It is none of jetson-core.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static BuiltFiles Open(string folder)
    {
        string path = Path.Join(folder, ManifestName);
        if (!HostFile.Exists(path))
        {
            throw new UserErrorException(FailureKind.Environment, MaterialRules.BuildManifest, folder,
                $"cannot find a build in it: there is no {ManifestName}", "name the folder that build has written");
        }
        try
        {
            using var document = JsonDocument.Parse(HostFile.ReadAll(path, ManifestLengthMax));
            JsonElement root = document.RootElement;
            if (root.GetProperty("schema").GetString() != "jetson-core/manifest")
                throw NoManifest(path, "its schema is not jetson-core/manifest");
            JsonElement model = root.GetProperty("model");
            BuiltSum[] files = [.. root.GetProperty("files").EnumerateArray().Select(file => new BuiltSum(
                Text(file, "name"), file.GetProperty("sizeBytes").GetInt64(), Text(file, "sha256")))
                .DistinctBy(file => file.Name)];
            return new()
            {
                Model = Text(model, "model"),
                Brand = Text(model, "brandId"),
                Series = Text(model, "series"),
                UnixSeconds = Seconds(root.GetProperty("sourceDateEpoch")),
                Images = [.. root.GetProperty("volumes").EnumerateArray().Select(volume => Image(folder, volume))],
                Volumes = [.. root.GetProperty("volumes").EnumerateArray().Select(Volume)],
                Files = files,
                Sums = files.ToDictionary(file => file.Name, file => file.Sha256, StringComparer.Ordinal),
            };
        }
        catch (JsonException exception)
        {
            throw NoManifest(path, $"line {(exception.LineNumber ?? 0) + 1} is no JSON");
        }
        catch (Exception exception) when (exception is KeyNotFoundException
            or InvalidOperationException or FormatException)
        {
            throw NoManifest(path, "a value is missing, or of another kind than build writes it");
        }
    }

    private static long Seconds(JsonElement time) =>
        time.GetInt64() is var seconds && seconds >= DateTimeOffset.MinValue.ToUnixTimeSeconds()
            && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds() ? seconds : throw new FormatException();

    private static BuiltImage Image(string folder, JsonElement volume)
    {
        string name = Text(volume, "image");
        // The manifest may be anyone's: it must not lead out of its folder.
        if (name.Length == 0 || name.Contains('/', StringComparison.Ordinal) || name is "." or "..")
            throw NoManifest(Path.Join(folder, ManifestName), $"an image is called \"{name}\"");
        var partitions = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (JsonElement structure in volume.GetProperty("structures").EnumerateArray())
        {
            if (structure.GetProperty("name").GetString() is { } known
                && structure.GetProperty("file").GetString() is { } file)
                partitions[known] = file;
        }
        return new(name, FolderTree.FileContent(Path.Join(folder, name)), partitions);
    }

    private static BuiltVolume Volume(JsonElement volume) => new(
        Text(volume, "name"), Text(volume, "image"), volume.GetProperty("sizeBytes").GetInt64(),
        [.. volume.GetProperty("structures").EnumerateArray().Select(structure => new BuiltStructure(
            TextOrNone(structure, "name"), TextOrNone(structure, "role"),
            structure.GetProperty("startBytes").GetInt64(), structure.GetProperty("sizeBytes").GetInt64(),
            TextOrNone(structure, "filesystem"), TextOrNone(structure, "file")))
            .OrderBy(structure => structure.StartBytes)]);

    private static string TextOrNone(JsonElement element, string name) => element.GetProperty(name).GetString() ?? "";

    private static string Text(JsonElement element, string name) =>
        element.GetProperty(name).GetString() ?? throw new FormatException($"\"{name}\" is null");

    private static UserErrorException NoManifest(string path, string why) => new(FailureKind.Input,
        MaterialRules.BuildManifest, path, $"cannot use the folder as a build's: {why}",
        "name the folder that build has written, or the files in it");
}
