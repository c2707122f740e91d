// What a build says of its results, at the user's wish: bills of materials, read out of the finished images, and where
// everything comes from.
using JetsonCore.Diagnostics;
using JetsonCore.Files;
using JetsonCore.Materials;

namespace JetsonCore.Build;

internal static class BuildBills
{
    /// <summary>The name of the provenance.</summary>
    public const string ProvenanceName = "provenance.json";

    private const string CycloneDxName = "sbom.cdx.json", SpdxName = "sbom.spdx.json";

    /// <summary>The names of the files.</summary>
    public static string[] Names(BillRequest request) =>
    [
        .. request.HasSbom ? (string[])[CycloneDxName, SpdxName] : [],
        .. request.HasProvenance ? (string[])[ProvenanceName] : [],
    ];

    /// <summary>The bills of materials of images that are written.</summary>
    /// <param name="request">What was asked for.</param>
    /// <param name="volumes">The volumes.</param>
    /// <param name="outputs">The files, and their sums.</param>
    /// <param name="diagnostics">Takes what cannot be read.</param>
    /// <param name="cancellation">Ends the reading early.</param>
    public static IReadOnlyList<(string Name, byte[] Bytes)> Materials(
        BuildRequest request, IReadOnlyList<PreparedVolume> volumes, (OutputSet Files, Checksums Sums) outputs,
        DiagnosticBag diagnostics, CancellationToken cancellation)
    {
        if (!request.Bills.HasSbom)
            return [];
        using var spool = new SpoolFolder(request.OutputFolder, cancellation);
        DiagnosticBag findings = diagnostics.Part();
        Material root = new MaterialReader(spool.Keep, findings, cancellation).Read(new BuiltFiles
        {
            Model = request.Seed.Model.Name,
            Brand = request.Seed.Model.BrandId,
            Series = request.Seed.Model.Series,
            UnixSeconds = request.Clock.UnixSeconds,
            Images = [.. volumes.Select(volume => new BuiltImage(
                volume.ImageName, outputs.Files.Files[volume.ImageName].Content, PartitionFiles(volume)))],
            Sums = outputs.Files.Files.Keys.ToDictionary(
                name => name, name => Convert.ToHexStringLower(outputs.Sums.Of(name).AsSpan()), StringComparer.Ordinal),
        });
        var options = new BillOptions(
            request.Bills.ToolVersion, request.Clock.UnixSeconds, findings.Items.Count == 0);
        return [(CycloneDxName, CycloneDx.Write(root, options)), (SpdxName, Spdx.Write(root, options))];
    }

    private static Dictionary<string, string> PartitionFiles(PreparedVolume volume)
    {
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (Content.PartitionContent content in volume.Contents)
        {
            if (content.Structure.Name is { } name)
                files[name] = volume.FileName(content);
        }
        return files;
    }
}
