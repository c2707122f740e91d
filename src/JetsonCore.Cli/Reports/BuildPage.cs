// `report`: a build on one page of HTML, which needs nothing else: no script, no font, no picture, no network. The
// page's own policy forbids all but its one style sheet, which is named by its digest.
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using JetsonCore.Diagnostics;
using JetsonCore.Materials;

namespace JetsonCore.Cli.Reports;

/// <summary>Boot variables.</summary>
/// <param name="Address">The file that they are in.</param>
/// <param name="Variables">Names and values.</param>
internal sealed record BootFile(string Address, IReadOnlyList<(string Name, string Value)> Variables);

/// <summary>What is on the page.</summary>
internal sealed record BuildFacts
{
    public required BuiltFiles Build { get; init; }

    public required Material Materials { get; init; }

    /// <summary>What the check of the gadget found, and the reading of materials.</summary>
    public required IReadOnlyList<Diagnostic> Findings { get; init; }

    /// <summary>Boot variables, by the file that they are in.</summary>
    public required IReadOnlyList<BootFile> Boot { get; init; }

    /// <summary>The inputs of the build by its provenance: name and digest; null where there is none.</summary>
    public IReadOnlyList<(string Name, string Digest)>? Inputs { get; init; }

    public required string ToolVersion { get; init; }
}

internal static class BuildPage
{
    private const int Width = 960, BarHeight = 32, FanHeight = 24, Colors = 8;

    private static readonly (string Id, string Title)[] Contents =
    [
        ("layout", "Layout"), ("findings", "Findings"), ("snaps", "Snaps"), ("boot", "Boot variables"),
        ("materials", "Materials"), ("provenance", "Provenance"), ("files", "Files and digests"),
    ];

    public static string Write(BuildFacts facts)
    {
        string style = Style();
        string digest = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(style)));
        string title = $"{facts.Build.Model}: build report";
        var page = new HtmlText();
        page.Raw($"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-{digest}';
             base-uri 'none'; form-action 'none'">
            <meta name="referrer" content="no-referrer">
            <meta name="viewport" content="width=device-width, initial-scale=1">

            """).Element("title", title).Raw($"<style>{style}</style>\n</head>\n<body>\n");
        WriteHead(page, facts);
        page.Raw("<main id=\"main\">\n<section aria-labelledby=\"layout\">\n").Element("h2", "Layout", "id=\"layout\"");
        foreach (BuiltVolume volume in facts.Build.Volumes)
            WriteVolume(page, volume);
        WriteFindings(page.Section("findings", "Findings"), facts.Findings);
        WriteSnaps(page.Section("snaps", "Snaps"), facts.Materials);
        WriteBoot(page.Section("boot", "Boot variables"), facts.Boot);
        MaterialsOnPage.Write(page.Section("materials", "Materials"), facts.Materials);
        WriteProvenance(page.Section("provenance", "Provenance"), facts);
        page.Section("files", "Files and digests").Table("What build has written, with SHA-256",
            ["name", "#bytes", "$SHA-256"], facts.Build.Files.Select(file => (string[])
                [file.Name, HtmlText.Number(file.SizeBytes), file.Sha256]));
        return page.Raw("</section>\n</main>\n<footer>\n").Element("p", $"Written by jetson-core {facts.ToolVersion}.")
            .Raw("</footer>\n</body>\n</html>\n").ToString();
    }

    private static void WriteHead(HtmlText page, BuildFacts facts)
    {
        BuiltFiles build = facts.Build;
        string time = DateTimeOffset.FromUnixTimeSeconds(build.UnixSeconds)
            .ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
        page.Raw("<a class=\"skip\" href=\"#main\">Skip to the content</a>\n<header>\n").Element("h1", build.Model)
            .Element("p", $"Ubuntu Core image of the model {build.Brand}/{build.Model}, series {build.Series}; "
                + $"time {time}", "class=\"soft\"");
        page.Raw("<nav aria-label=\"Contents\"><ul>\n");
        foreach ((string id, string title) in Contents)
            page.Raw($"<li><a href=\"#{id}\">{title}</a></li>\n");
        page.Raw("</ul></nav>\n<dl class=\"tiles\">\n");
        Material[] snaps = Snaps(facts.Materials);
        foreach ((string name, long number) in ((string, long)[])
        [
            ("partitions", build.Volumes.Sum(volume => volume.Structures.Count)),
            ("snaps", snaps.Length),
            ("packages", facts.Materials.Walk().Count(one => one.Kind == MaterialKind.Package)),
            ("errors", facts.Findings.Count(finding => finding.Severity == Severity.Error)),
            ("warnings", facts.Findings.Count(finding => finding.Severity == Severity.Warning)),
        ])
        {
            page.Raw("<div>").Element("dt", name).Element("dd", HtmlText.Number(number)).Raw("</div>\n");
        }
        page.Raw("<div>").Element("dt", "image")
            .Element("dd", LayoutWords.Size(build.Volumes.Sum(volume => volume.SizeBytes)))
            .Raw("</div>\n</dl>\n</header>\n");
    }

    private static void WriteVolume(HtmlText page, BuiltVolume volume)
    {
        page.Element("h3", $"volume {volume.Name}, {volume.Image}");
        Draw(page, volume);
        page.Table($"{LayoutWords.Size(volume.SizeBytes)}, {HtmlText.Number(volume.SizeBytes)} bytes",
            ["structure", "!colour", "#start", "#bytes", "size", "file system", "role", "file"],
            volume.Structures.Select((structure, index) => (string[])
            [
                structure.Name.Length > 0 ? structure.Name : $"#{index + 1}",
                $"<svg class=\"swatch\" viewBox=\"0 0 8 8\" aria-hidden=\"true\"><rect class=\"f{index % Colors}\" "
                    + "width=\"8\" height=\"8\"/></svg>",
                HtmlText.Number(structure.StartBytes), HtmlText.Number(structure.SizeBytes),
                LayoutWords.Size(structure.SizeBytes), structure.Filesystem, structure.Role, structure.File,
            ]));
    }

    private static void Draw(HtmlText page, BuiltVolume volume)
    {
        const int Lower = BarHeight + FanHeight;
        List<(double Left, double Right)> magnified =
            LayoutSvg.Magnify([.. volume.Structures.Select(structure => structure.SizeBytes)], 0, Width);
        double scale = Width / (double)Math.Max(volume.SizeBytes, 1);
        string label = $"Where the {volume.Structures.Count} structures of {volume.Name} lie, as the table below says";
        page.Raw($"<figure>\n<svg viewBox=\"0 0 {Width} {Lower + BarHeight}\" role=\"img\" "
            + $"aria-label=\"{HtmlText.Encode(label)}\">\n");
        for (int index = 0; index < volume.Structures.Count; index++)
        {
            BuiltStructure structure = volume.Structures[index];
            double left = structure.StartBytes * scale, right = left + (structure.SizeBytes * scale);
            (double near, double far) = magnified[index];
            page.Raw($"<g class=\"f{index % Colors}\">").Raw(string.Create(CultureInfo.InvariantCulture, $"""
                <path class="fan" d="M{left:0.##} {BarHeight} L{right:0.##} {BarHeight} L{far:0.##} {Lower}
                 L{near:0.##} {Lower} Z"/>

                """));
            Box(page, left, 0, right - left);
            Box(page, near, Lower, far - near - 1);
            page.Raw("</g>\n");
        }
        page.Raw("</svg>\n").Element("figcaption", "Above to scale; below each structure is wide enough to be seen.")
            .Raw("</figure>\n");
    }

    private static void Box(HtmlText page, double left, int top, double width) =>
        page.Raw(string.Create(CultureInfo.InvariantCulture,
            $"<rect x=\"{left:0.##}\" y=\"{top}\" width=\"{Math.Max(width, 0.5):0.##}\" height=\"{BarHeight}\"/>\n"));

    private static void WriteFindings(HtmlText page, IReadOnlyList<Diagnostic> findings)
    {
        if (findings.Count == 0)
        {
            page.Element("p", "Nothing was found by the check of the gadget.", "class=\"good\"");
            return;
        }
        page.Raw("<ul class=\"findings\">\n");
        foreach (Diagnostic finding in findings.OrderByDescending(one => one.Severity))
        {
            string word = finding.Severity.ToString().ToLowerInvariant();
            page.Raw($"<li class=\"{word}\">").Element("strong", $"{word} {finding.Rule.Code}");
            string place = finding.Span.IsKnown ? $":{finding.Span.Line}:{finding.Span.Column}" : "";
            if (finding.Path is { } path)
                page.Element("code", path + place);
            page.Element("span", $" {finding.Message}");
            if (finding.Hint is { } hint)
                page.Element("span", hint, "class=\"hint\"");
            page.Raw("</li>\n");
        }
        page.Raw("</ul>\n");
    }

    private static void WriteSnaps(HtmlText page, Material materials) => page.Table(
        "Snaps of the seed, with SHA3-384 in hexadecimal digits",
        ["name", "version", "revision", "type", "base", "confinement", "licence", "#bytes", "#packages", "$SHA3-384"],
        Snaps(materials).Select(snap => (string[])
        [
            snap.Name, snap.Version, snap.Snap?.Revision ?? "", snap.Snap?.Type ?? "", snap.Snap?.Base ?? "",
            snap.Snap?.Confinement ?? "", snap.License, HtmlText.Number(snap.SizeBytes ?? 0),
            HtmlText.Number(snap.Parts.Count(part => part.Kind == MaterialKind.Package)), snap.Sha3 ?? "",
        ]));

    private static void WriteBoot(HtmlText page, IReadOnlyList<BootFile> boot)
    {
        if (boot.Count == 0)
            page.Element("p", "No environment of U-Boot was found where Ubuntu Core keeps one.");
        foreach (BootFile file in boot)
        {
            page.Table($"{file.Variables.Count} variables in {file.Address}", ["variable", "$value"],
                file.Variables.Select(variable => (string[])[variable.Name, variable.Value]));
        }
    }

    private static void WriteProvenance(HtmlText page, BuildFacts facts)
    {
        if (facts.Inputs is not { } inputs)
        {
            page.Element("p", "There is no provenance.json here: jetson-core build --provenance writes it.");
            return;
        }
        page.Element("p", "What went into the build, as provenance.json says it. Nobody has signed it here.")
            .Table("Inputs, with SHA-256", ["input", "$SHA-256"],
                inputs.Select(input => (string[])[input.Name, input.Digest]));
    }

    private static Material[] Snaps(Material materials) =>
        [.. materials.Walk().Where(one => one.Kind == MaterialKind.Snap)];

    private static string Style()
    {
        using Stream text = typeof(BuildPage).Assembly
            .GetManifestResourceStream("JetsonCore.Cli.Reports.build-page.css")!;
        using var reader = new StreamReader(text, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
