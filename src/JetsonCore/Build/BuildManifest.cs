// manifest.json: what an image was built from and what it consists of, for other programs.
using System.Text.Encodings.Web;
using System.Text.Json;
using JetsonCore.Content;
using JetsonCore.Layout;
using JetsonCore.Seed;

namespace JetsonCore.Build;

/// <summary>Writes manifests.</summary>
internal static class BuildManifest
{
    private static readonly JsonWriterOptions Options = new()
    {
        Indented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NewLine = "\n",
    };

    /// <summary>The manifest of a build.</summary>
    /// <param name="request">What was asked for.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="volumes">The volumes with their contents.</param>
    /// <param name="files">The files so far.</param>
    public static byte[] Write(
        BuildRequest request, SeedPlan seed, IReadOnlyList<PreparedVolume> volumes, IEnumerable<BuiltFile> files)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, Options))
        {
            json.WriteStartObject();
            json.WriteString("schema", "jetson-core/manifest");
            json.WriteNumber("version", 1);
            json.WriteStartObject("model");
            json.WriteString("series", request.Seed.Model.Series);
            json.WriteString("brandId", request.Seed.Model.BrandId);
            json.WriteString("model", request.Seed.Model.Name);
            json.WriteEndObject();
            json.WriteNumber("sourceDateEpoch", request.Clock.UnixSeconds);
            WriteSnaps(json, seed);
            WriteVolumes(json, volumes);
            WriteFiles(json, files);
            json.WriteEndObject();
        }
        bytes.WriteByte((byte)'\n');
        return bytes.ToArray();
    }

    private static void WriteSnaps(Utf8JsonWriter json, SeedPlan seed)
    {
        json.WriteStartArray("snaps");
        foreach (SeedSnap snap in seed.Snaps)
        {
            json.WriteStartObject();
            json.WriteString("name", snap.Name);
            json.WriteString("version", snap.File.Definition.Version.Value);
            json.WriteString("revision", snap.Revision);
            json.WriteBoolean("asserted", snap.IsAsserted);
            json.WriteNumber("sizeBytes", snap.File.Content.Length);
            json.WriteString("sha3-384", snap.File.Digest);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteVolumes(Utf8JsonWriter json, IReadOnlyList<PreparedVolume> volumes)
    {
        json.WriteStartArray("volumes");
        foreach (PreparedVolume volume in volumes)
        {
            json.WriteStartObject();
            json.WriteString("name", volume.Plan.Name);
            json.WriteString("image", volume.ImageName);
            json.WriteNumber("sectorSize", volume.Plan.SectorSize);
            json.WriteNumber("sizeBytes", volume.Plan.SizeBytes);
            json.WriteStartArray("structures");
            foreach (PlannedStructure structure in volume.Plan.Structures)
                WriteStructure(json, structure, volume);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteStructure(Utf8JsonWriter json, PlannedStructure structure, PreparedVolume volume)
    {
        json.WriteStartObject();
        json.WriteString("name", structure.Name);
        json.WriteString("role", structure.Role);
        json.WriteNumber("startBytes", structure.StartBytes);
        json.WriteNumber("sizeBytes", structure.SizeBytes);
        json.WriteString("filesystem", structure.Filesystem);
        PartitionContent? content = volume.Contents.FirstOrDefault(content => content.Structure == structure);
        json.WriteString("file", content is null ? null : volume.FileName(content));
        json.WriteEndObject();
    }

    private static void WriteFiles(Utf8JsonWriter json, IEnumerable<BuiltFile> files)
    {
        json.WriteStartArray("files");
        foreach (BuiltFile file in files)
        {
            json.WriteStartObject();
            json.WriteString("name", file.Name);
            json.WriteNumber("sizeBytes", file.SizeBytes);
            json.WriteString("sha256", Convert.ToHexStringLower(file.Sha256.AsSpan()));
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
