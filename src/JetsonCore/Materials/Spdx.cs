// Bills of materials as SPDX 2.3 JSON. Everything is a package, as SPDX has no other word for a partition or a snap;
// what is part of something is contained in it.
// Source: https://spdx.github.io/spdx-spec/v2.3/, annex "JSON".
using System.Text.Encodings.Web;
using System.Text.Json;

namespace JetsonCore.Materials;

/// <summary>Writes SPDX 2.3.</summary>
public static class Spdx
{
    private const string Document = "SPDXRef-DOCUMENT", Nothing = "NOASSERTION";

    private static readonly JsonWriterOptions Form = new()
    {
        Indented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NewLine = "\n",
    };

    /// <summary>The bill of a material; its namespace follows from what it says.</summary>
    public static byte[] Write(Material root, BillOptions options)
    {
        ArgumentNullException.ThrowIfNull(root);
        ArgumentNullException.ThrowIfNull(options);
        BillLine lines = Bill.Lines(root);
        return Write(lines, options, Bill.IdOf(Write(lines, options, Guid.Empty)));
    }

    /// <summary>What a package is for, in SPDX's words.</summary>
    internal static string PurposeOf(Material material) => material.Kind switch
    {
        MaterialKind.Build or MaterialKind.Kernel => "OPERATING-SYSTEM",
        MaterialKind.Image or MaterialKind.Partition => "FILE",
        MaterialKind.Package => "LIBRARY",
        MaterialKind.BootLoader or MaterialKind.Firmware => "FIRMWARE",
        _ => material.Snap?.Type switch
        {
            "base" or "os" or "kernel" => "OPERATING-SYSTEM",
            "gadget" => "FIRMWARE",
            _ => "APPLICATION",
        },
    };

    private static byte[] Write(BillLine root, BillOptions options, Guid id)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, Form))
        {
            json.WriteStartObject();
            json.WriteString("spdxVersion", "SPDX-2.3");
            json.WriteString("dataLicense", "CC0-1.0");
            json.WriteString("SPDXID", Document);
            json.WriteString("name", root.Material.Name);
            json.WriteString("documentNamespace", $"https://spdx.org/spdxdocs/{BillOptions.ToolName}-{id:D}");
            json.WriteStartObject("creationInfo");
            json.WriteString("created", options.Time);
            json.WriteStartArray("creators");
            json.WriteStringValue($"Tool: {BillOptions.ToolName}-{options.ToolVersion}");
            json.WriteEndArray();
            json.WriteEndObject();
            if (!options.IsComplete)
                json.WriteString("comment", "Something that may hold materials could not be read: it is left out.");
            json.WriteStartArray("packages");
            foreach (BillLine line in root.Walk())
                WritePackage(json, line);
            json.WriteEndArray();
            WriteLicenses(json, root);
            json.WriteStartArray("relationships");
            WriteRelationship(json, Document, "DESCRIBES", root.Id);
            foreach (BillLine line in root.Walk())
            {
                foreach (BillLine part in line.Parts)
                    WriteRelationship(json, line.Id, "CONTAINS", part.Id);
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        bytes.WriteByte((byte)'\n');
        return bytes.ToArray();
    }

    private static void WritePackage(Utf8JsonWriter json, BillLine line)
    {
        Material material = line.Material;
        json.WriteStartObject();
        json.WriteString("SPDXID", line.Id);
        json.WriteString("name", material.Name);
        if (material.Version.Length > 0)
            json.WriteString("versionInfo", material.Version);
        if (material.Kind != MaterialKind.Package)
            json.WriteString("packageFileName", material.Address);
        json.WriteString("supplier", SupplierOf(material));
        json.WriteString("downloadLocation", Nothing);
        json.WriteBoolean("filesAnalyzed", false);
        if (material.Sha256 is not null)
        {
            json.WriteStartArray("checksums");
            WriteChecksum(json, "SHA256", material.Sha256);
            WriteChecksum(json, "SHA3-384", material.Sha3);
            json.WriteEndArray();
        }
        if (SourceOf(material) is { } source)
            json.WriteString("sourceInfo", source);
        json.WriteString("licenseConcluded", Nothing);
        json.WriteString("licenseDeclared", SpdxLicense.Of(material.License) switch
        {
            null => Nothing,
            { Expression: { } expression } => expression,
            var named => SpdxLicense.Reference(named.Name!),
        });
        json.WriteString("copyrightText", Nothing);
        if (material.Summary.Length > 0)
            json.WriteString("summary", material.Summary);
        json.WriteString("primaryPackagePurpose", PurposeOf(material));
        if (PackageUrl.Of(material) is { } url)
        {
            json.WriteStartArray("externalRefs");
            json.WriteStartObject();
            json.WriteString("referenceCategory", "PACKAGE-MANAGER");
            json.WriteString("referenceType", "purl");
            json.WriteString("referenceLocator", url);
            json.WriteEndObject();
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    private static void WriteChecksum(Utf8JsonWriter json, string algorithm, string? value)
    {
        if (value is null)
            return;
        json.WriteStartObject();
        json.WriteString("algorithm", algorithm);
        json.WriteString("checksumValue", value);
        json.WriteEndObject();
    }

    /// <summary>Licences that are no expressions have to be told somewhere.</summary>
    private static void WriteLicenses(Utf8JsonWriter json, BillLine root)
    {
        string[] names = [.. root.Walk().Select(line => SpdxLicense.Of(line.Material.License)?.Name)
            .OfType<string>().DistinctBy(SpdxLicense.Reference).Order(StringComparer.Ordinal)];
        if (names.Length == 0)
            return;
        json.WriteStartArray("hasExtractedLicensingInfos");
        foreach (string name in names)
        {
            json.WriteStartObject();
            json.WriteString("licenseId", SpdxLicense.Reference(name));
            json.WriteString("extractedText", $"meta/snap.yaml says no more than \"license: {name}\".");
            json.WriteString("name", name);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteRelationship(Utf8JsonWriter json, string element, string type, string related)
    {
        json.WriteStartObject();
        json.WriteString("spdxElementId", element);
        json.WriteString("relationshipType", type);
        json.WriteString("relatedSpdxElement", related);
        json.WriteEndObject();
    }

    // "Ubuntu Developers <list@ubuntu.com>" is an organization or a person: nothing says which.
    private static string SupplierOf(Material material)
    {
        if (material.Supplier.Length == 0)
            return Nothing;
        string[] words = material.Supplier.Split('<', 2);
        return words.Length > 1 && words[0].Trim().Length > 0
            ? $"Organization: {words[0].Trim()} ({words[1].TrimEnd('>', ' ')})"
            : $"Organization: {material.Supplier}";
    }

    private static string? SourceOf(Material material) => material switch
    {
        { Package: { } package } => $"built from the source package {package.Source} {package.SourceVersion}; "
            + $"recorded in {material.Address}",
        { Snap: { Revision.Length: > 0 } snap } => $"snap of type {snap.Type}, revision {snap.Revision}",
        _ => null,
    };
}
