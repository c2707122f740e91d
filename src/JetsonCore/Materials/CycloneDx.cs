// Bills of materials as CycloneDX 1.6 JSON. What is part of something is nested in it, and is what it depends on.
// Source: https://cyclonedx.org/docs/1.6/json/.
using System.Text.Encodings.Web;
using System.Text.Json;

namespace JetsonCore.Materials;

/// <summary>Writes CycloneDX.</summary>
public static class CycloneDx
{
    private const string Properties = "jetson-core:";

    private static readonly JsonWriterOptions Form = new()
    {
        Indented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NewLine = "\n",
    };

    /// <summary>The bill of a material; its serial number follows from what it says.</summary>
    public static byte[] Write(Material root, BillOptions options)
    {
        ArgumentNullException.ThrowIfNull(root);
        ArgumentNullException.ThrowIfNull(options);
        BillLine lines = Bill.Lines(root);
        return Write(lines, options, Bill.IdOf(Write(lines, options, Guid.Empty)));
    }

    private static byte[] Write(BillLine root, BillOptions options, Guid serial)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, Form))
        {
            json.WriteStartObject();
            json.WriteString("$schema", "http://cyclonedx.org/schema/bom-1.6.schema.json");
            json.WriteString("bomFormat", "CycloneDX");
            json.WriteString("specVersion", "1.6");
            json.WriteString("serialNumber", $"urn:uuid:{serial:D}");
            json.WriteNumber("version", 1);
            WriteMetadata(json, root, options);
            WriteComponents(json, root);
            json.WriteStartArray("dependencies");
            foreach (BillLine line in root.Walk())
                WriteDependency(json, line);
            json.WriteEndArray();
            json.WriteStartArray("compositions");
            json.WriteStartObject();
            // Files that no record names are in snaps too: no more than this can be promised.
            json.WriteString("aggregate", options.IsComplete ? "unknown" : "incomplete");
            json.WriteStartArray("assemblies");
            json.WriteStringValue(root.Reference);
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        }
        bytes.WriteByte((byte)'\n');
        return bytes.ToArray();
    }

    private static void WriteMetadata(Utf8JsonWriter json, BillLine root, BillOptions options)
    {
        json.WriteStartObject("metadata");
        if (options.UnixSeconds is not null)
            json.WriteString("timestamp", options.Time);
        json.WriteStartObject("tools");
        json.WriteStartArray("components");
        json.WriteStartObject();
        json.WriteString("type", "application");
        json.WriteString("name", BillOptions.ToolName);
        json.WriteString("version", options.ToolVersion);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteStartObject("component");
        WriteComponent(json, root);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteComponents(Utf8JsonWriter json, BillLine whole)
    {
        if (whole.Parts.IsEmpty)
            return;
        json.WriteStartArray("components");
        foreach (BillLine part in whole.Parts)
        {
            json.WriteStartObject();
            WriteComponent(json, part);
            WriteComponents(json, part);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteComponent(Utf8JsonWriter json, BillLine line)
    {
        Material material = line.Material;
        json.WriteString("type", TypeOf(material));
        json.WriteString("bom-ref", line.Reference);
        if (material is { Supplier.Length: > 0, Kind: MaterialKind.Package })
            json.WriteString("publisher", material.Supplier);
        json.WriteString("name", material.Name);
        if (material.Version.Length > 0)
            json.WriteString("version", material.Version);
        if (material.Summary.Length > 0)
            json.WriteString("description", material.Summary);
        if (material.Sha256 is not null)
        {
            json.WriteStartArray("hashes");
            WriteHash(json, "SHA-256", material.Sha256);
            WriteHash(json, "SHA3-384", material.Sha3);
            json.WriteEndArray();
        }
        WriteLicense(json, material);
        if (PackageUrl.Of(material) is { } url)
            json.WriteString("purl", url);
        json.WriteStartArray("properties");
        foreach ((string name, string value) in PropertiesOf(material).Where(one => one.Value.Length > 0))
        {
            json.WriteStartObject();
            json.WriteString("name", Properties + name);
            json.WriteString("value", value);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteHash(Utf8JsonWriter json, string algorithm, string? content)
    {
        if (content is null)
            return;
        json.WriteStartObject();
        json.WriteString("alg", algorithm);
        json.WriteString("content", content);
        json.WriteEndObject();
    }

    private static void WriteLicense(Utf8JsonWriter json, Material material)
    {
        if (SpdxLicense.Of(material.License) is not { } license)
            return;
        json.WriteStartArray("licenses");
        json.WriteStartObject();
        if (license.Expression is { } expression)
            json.WriteString("expression", expression);
        else
        {
            json.WriteStartObject("license");
            json.WriteString("name", license.Name);
            json.WriteEndObject();
        }
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void WriteDependency(Utf8JsonWriter json, BillLine line)
    {
        json.WriteStartObject();
        json.WriteString("ref", line.Reference);
        if (!line.Parts.IsEmpty)
        {
            json.WriteStartArray("dependsOn");
            foreach (BillLine part in line.Parts)
                json.WriteStringValue(part.Reference);
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    private static string TypeOf(Material material) => material.Kind switch
    {
        MaterialKind.Build or MaterialKind.Kernel => "operating-system",
        MaterialKind.Image or MaterialKind.Partition => "file",
        MaterialKind.Package => "library",
        MaterialKind.BootLoader or MaterialKind.Firmware => "firmware",
        _ => material.Snap?.Type switch
        {
            "base" or "os" or "kernel" => "operating-system",
            "gadget" => "firmware",
            _ => "application",
        },
    };

    private static IEnumerable<(string Name, string Value)> PropertiesOf(Material material)
    {
        yield return ("kind", material.Kind.ToString().ToLowerInvariant());
        yield return ("address", material.Address);
        yield return ("size-bytes", $"{material.SizeBytes}");
        if (material.Snap is { } snap)
        {
            yield return ("snap:type", snap.Type);
            yield return ("snap:revision", snap.Revision);
            yield return ("snap:base", snap.Base);
            yield return ("snap:confinement", snap.Confinement);
            yield return ("snap:architectures", snap.Architectures);
        }
        if (material.Package is { } package)
        {
            yield return ("deb:source", package.Source);
            yield return ("deb:source-version", package.SourceVersion);
            yield return ("deb:architecture", package.Architecture);
            yield return ("deb:release", package.Distribution.Codename);
        }
    }
}
