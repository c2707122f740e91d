// MANIFEST.json of a bundle: which files it brings, for which partitions, and the table of gadget.yaml that they were
// made for. It comes first in the archive, so that a check reads no more than the beginning.
using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using JetsonCore.Flash.Tree;
using JetsonCore.Formats.Binary;
using JetsonCore.Layout;

namespace JetsonCore.Flash;

/// <summary>What a file of a bundle is.</summary>
public enum FlashRole
{
    /// <summary>The image of system-boot: APP.</summary>
    Boot,

    /// <summary>The image of writable: UDA.</summary>
    Data,

    /// <summary>U-Boot: LNX, in R24 EBT.</summary>
    UBoot,

    /// <summary>An ELF header that names U-Boot's address, for R24.</summary>
    UBootAddress,
}

/// <summary>One file of a bundle.</summary>
/// <param name="Role">What it is.</param>
/// <param name="File">The file.</param>
public sealed record FlashManifestFile(FlashRole Role, L4tFile File);

/// <summary>A structure of gadget.yaml.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Role">Its role, or null.</param>
/// <param name="StartBytes">Where it begins.</param>
/// <param name="SizeBytes">Its size.</param>
public sealed record FlashStructure(string Name, string? Role, long StartBytes, long SizeBytes);

/// <summary>What a bundle says of itself.</summary>
public sealed record FlashManifest
{
    /// <summary>Its name in the bundle.</summary>
    public const string FileName = "MANIFEST.json";

    private const string Schema = "jetson-core/flash-bundle";
    private const int FilesMax = 100, StructuresMax = 1000, PathLengthMax = 200;

    private static readonly JsonWriterOptions Options = new()
    {
        Indented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NewLine = "\n",
    };

    /// <summary>The board word of flash.sh.</summary>
    public required string Board { get; init; }

    /// <summary>Its files.</summary>
    public required ImmutableArray<FlashManifestFile> Files { get; init; }

    /// <summary>The table of gadget.yaml.</summary>
    public required ImmutableArray<FlashStructure> Structures { get; init; }

    /// <summary>The file of a role, or null.</summary>
    public L4tFile? File(FlashRole role) => Files.FirstOrDefault(file => file.Role == role)?.File;

    /// <summary>The table of a volume.</summary>
    public static ImmutableArray<FlashStructure> StructuresOf(VolumePlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return
        [
            .. plan.Structures.Where(structure => structure.Name is not null).Select(structure =>
                new FlashStructure(structure.Name!, structure.Role, structure.StartBytes, structure.SizeBytes)),
        ];
    }

    /// <summary>The manifest as a file.</summary>
    public byte[] Write()
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, Options))
        {
            json.WriteStartObject();
            json.WriteString("schema", Schema);
            json.WriteNumber("version", 1);
            json.WriteString("board", Board);
            json.WriteStartArray("files");
            foreach (FlashManifestFile file in Files)
            {
                json.WriteStartObject();
                json.WriteString("path", file.File.Path);
                json.WriteString("role", NameOf(file.Role));
                json.WriteNumber("bytes", file.File.Length);
                json.WriteNumber("imageBytes", file.File.ImageLength);
                json.WriteNumber("sparseBytes", file.File.SparseLength);
                json.WriteString("sha256", file.File.Sha256);
                if (file.File.LinkAddress is { } address)
                    json.WriteNumber("linkAddress", address);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteStartArray("structures");
            foreach (FlashStructure structure in Structures)
            {
                json.WriteStartObject();
                json.WriteString("name", structure.Name);
                json.WriteString("role", structure.Role);
                json.WriteNumber("startBytes", structure.StartBytes);
                json.WriteNumber("sizeBytes", structure.SizeBytes);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        bytes.WriteByte((byte)'\n');
        return bytes.ToArray();
    }

    /// <summary>Reads a manifest.</summary>
    /// <exception cref="MalformedDataException">It is none, or names files that no bundle has.</exception>
    public static FlashManifest Read(byte[] bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes);
            JsonElement root = document.RootElement;
            if (root.GetProperty("schema").GetString() != Schema || root.GetProperty("version").GetInt32() != 1)
                throw new MalformedDataException(0, $"the manifest is not of the schema {Schema}, version 1");
            JsonElement files = root.GetProperty("files"), structures = root.GetProperty("structures");
            if (files.GetArrayLength() > FilesMax || structures.GetArrayLength() > StructuresMax)
                throw new MalformedDataException(0, "the manifest lists more than any bundle has");
            return new()
            {
                Board = root.GetProperty("board").GetString() ?? "",
                Files = [.. files.EnumerateArray().Select(ReadFile)],
                Structures =
                [
                    .. structures.EnumerateArray().Select(item => new FlashStructure(
                        item.GetProperty("name").GetString() ?? "",
                        item.GetProperty("role").GetString(),
                        item.GetProperty("startBytes").GetInt64(),
                        item.GetProperty("sizeBytes").GetInt64())),
                ],
            };
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException or KeyNotFoundException
            or FormatException)
        {
            throw new MalformedDataException(0, $"the manifest cannot be read: {broken.Message}");
        }
    }

    private static FlashManifestFile ReadFile(JsonElement item)
    {
        string path = item.GetProperty("path").GetString() ?? "";
        string[] steps = path.Split('/');
        bool isOurs = path.Length <= PathLengthMax && steps[0] == "bootloader" && steps.Length > 1
            && steps.All(step => step is not ("" or "." or "..") && !step.Contains('\0') && !step.Contains('\n'));
        if (!isOurs)
            throw new MalformedDataException(0, $"the manifest names the file \"{path}\", which no bundle has");
        long length = item.GetProperty("bytes").GetInt64(), image = item.GetProperty("imageBytes").GetInt64();
        long sparse = item.GetProperty("sparseBytes").GetInt64();
        if (length < 0 || image < 0 || sparse < 0)
            throw new MalformedDataException(0, $"the manifest gives \"{path}\" a length below 0");
        return new(RoleOf(item.GetProperty("role").GetString()), new()
        {
            Path = path,
            Length = length,
            ImageLength = image,
            SparseLength = sparse,
            Sha256 = item.GetProperty("sha256").GetString() ?? "",
            LinkAddress = item.TryGetProperty("linkAddress", out JsonElement address) ? address.GetUInt64() : null,
        });
    }

    private static string NameOf(FlashRole role) => role switch
    {
        FlashRole.Boot => "boot",
        FlashRole.Data => "data",
        FlashRole.UBoot => "u-boot",
        FlashRole.UBootAddress => "u-boot-address",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static FlashRole RoleOf(string? name) =>
        Enum.GetValues<FlashRole>().Where(role => NameOf(role) == name).Select(role => (FlashRole?)role)
            .FirstOrDefault()
        ?? throw new MalformedDataException(0, $"the manifest names the role \"{name}\", which is not known");
}
