// Where the results of a build come from: a statement of in-toto with SLSA's predicate. It is not signed here: whoever
// vouches for a build wraps it into an envelope (DSSE) with a key of his. No time but SOURCE_DATE_EPOCH is in it.
//
//   subject                  every file of SHA256SUMS but this one
//   externalParameters       what the user decides: the model, options
//   resolvedDependencies     what went in: the model, snaps, statements, files for the first boot; each with digests
//
// Sources: https://github.com/in-toto/attestation, spec/v1/statement.md; https://slsa.dev/spec/v1.0/provenance.
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using JetsonCore.Assertions;
using JetsonCore.Materials;
using JetsonCore.Seed;

namespace JetsonCore.Build;

/// <summary>Writes the provenance of a build.</summary>
internal static class Provenance
{
    private const string BuildType = "urn:jetson-core:build:v1", Builder = "urn:jetson-core:builder";

    private static readonly JsonWriterOptions Form = new()
    {
        Indented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NewLine = "\n",
    };

    /// <summary>The statement about files.</summary>
    public static byte[] Write(BuildRequest request, SeedPlan seed, IEnumerable<BuiltFile> files)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, Form))
        {
            json.WriteStartObject();
            json.WriteString("_type", "https://in-toto.io/Statement/v1");
            json.WriteStartArray("subject");
            foreach (BuiltFile file in files.OrderBy(file => file.Name, StringComparer.Ordinal))
                WriteResource(json, file.Name, Convert.ToHexStringLower(file.Sha256.AsSpan()));
            json.WriteEndArray();
            json.WriteString("predicateType", "https://slsa.dev/provenance/v1");
            json.WriteStartObject("predicate");
            json.WriteStartObject("buildDefinition");
            json.WriteString("buildType", BuildType);
            WriteParameters(json, request);
            WriteDependencies(json, request, seed);
            json.WriteEndObject();
            WriteRun(json, request);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        bytes.WriteByte((byte)'\n');
        return bytes.ToArray();
    }

    private static void WriteParameters(Utf8JsonWriter json, BuildRequest request)
    {
        json.WriteStartObject("externalParameters");
        json.WriteString("brandId", request.Seed.Model.BrandId);
        json.WriteString("model", request.Seed.Model.Name);
        json.WriteString("series", request.Seed.Model.Series);
        if (request.Seed.Channel is { } channel)
            json.WriteString("channel", channel);
        if (request.ImageSizeBytes is { } size)
            json.WriteNumber("imageSizeBytes", size);
        json.WriteNumber("sectorSize", request.SectorSize);
        if (request.FlashTarget is { } target)
            json.WriteString("flashTarget", target.Name);
        json.WriteBoolean("allowUnvouched", request.Seed.AllowUnvouched);
        json.WriteEndObject();
        json.WriteStartObject("internalParameters");
        json.WriteNumber("sourceDateEpoch", request.Clock.UnixSeconds);
        json.WriteEndObject();
    }

    private static void WriteDependencies(Utf8JsonWriter json, BuildRequest request, SeedPlan seed)
    {
        json.WriteStartArray("resolvedDependencies");
        WriteStatement(json, request.Seed.ModelAssertion);
        foreach (SeedSnap snap in seed.Snaps)
        {
            (string sha256, string sha3) = SnapMaterials.Digests(snap.File.Content, CancellationToken.None);
            WriteResource(json, snap.FileName, sha256, sha3);
        }
        foreach (Assertion statement in request.Seed.Assertions)
            WriteStatement(json, statement);
        if (request.Seed.Customization.CloudInitUserData is { } userData)
            WriteResource(json, "cloud-init user data", Sum(userData));
        foreach (Assertion statement in request.Seed.Customization.AutoImport)
            WriteStatement(json, statement);
        json.WriteEndArray();
    }

    private static void WriteRun(Utf8JsonWriter json, BuildRequest request)
    {
        json.WriteStartObject("runDetails");
        json.WriteStartObject("builder");
        json.WriteString("id", Builder);
        json.WriteStartObject("version");
        json.WriteString(BillOptions.ToolName, request.Bills.ToolVersion);
        json.WriteEndObject();
        json.WriteEndObject();
        if (request.Clock.Source == BuildClock.VariableName)
        {
            json.WriteStartObject("metadata");
            json.WriteString("finishedOn", request.Clock.Moment.ToString(
                "yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture));
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    private static void WriteStatement(Utf8JsonWriter json, Assertion statement) => WriteResource(json,
        string.Join('/', statement.PrimaryKey.Prepend(statement.Type.Name)), Sum(statement.ToBytes()));

    private static void WriteResource(Utf8JsonWriter json, string name, string sha256, string sha3 = "")
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteStartObject("digest");
        json.WriteString("sha256", sha256);
        if (sha3.Length > 0)
            json.WriteString("sha3_384", sha3);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static string Sum(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
