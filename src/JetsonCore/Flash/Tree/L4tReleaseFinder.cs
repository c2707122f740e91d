// Which release a tree is. R32.5 and later say it in nv_tegra/bsp_version; of R24 and R28 no plain file does, so that
// known files are told by their sums, then the release by the shape of its files, and in the end by what the driver
// package says inside: unpacking it takes seconds.
//
//   file                 R24.1                  R28.1                  R32.6.1
//   flash.sh             768ededd93e7…01a8219   ecd395f96d75…b0c9c93   4375282779b2…61033d
//   the TX1's board file e84b62ae0a42…c095c     b34a0cc9632d…6ede      c48a0e0f3dde…63111
//
// The layout says nothing: R24.1 and R28.1 have the same.
using System.Formats.Tar;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Compression;

namespace JetsonCore.Flash.Tree;

/// <summary>Finds the release of a tree.</summary>
internal static class L4tReleaseFinder
{
    private const string VersionFile = "nv_tegra/bsp_version", ReleaseFile = "etc/nv_tegra_release";
    private const string Drivers = "nv_tegra/nvidia_drivers.tbz2", Script = "flash.sh";
    private const int TextLengthMax = 1 << 20;
    private const long DriversLengthMax = 2L << 30;

    private static readonly (string Start, string End, int Branch, string Revision)[] Sums =
    [
        ("768ededd93e7", "01a8219", 24, "1"),
        ("ecd395f96d75", "b0c9c93", 28, "1"),
        ("4375282779b2", "61033d", 32, "6.1"),
        ("e84b62ae0a42", "c095c", 24, "1"),
        ("b34a0cc9632d", "6ede", 28, "1"),
        ("c48a0e0f3dde", "63111", 32, "6.1"),
    ];

    /// <summary>The release; null where nothing tells it.</summary>
    /// <param name="tree">The tree.</param>
    /// <param name="configuration">The vendor's board file, as read; null where there is none.</param>
    /// <param name="deviceCount">How many devices its layout has; 0 where it cannot be read.</param>
    /// <param name="cancellation">Ends the unpacking of the driver package.</param>
    public static L4tRelease? Find(
        L4tTree tree, L4tConfiguration? configuration, int deviceCount, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(tree);
        return OfVersionFile(tree) ?? OfReleaseFile(tree) ?? OfSum(tree, Script)
            ?? (configuration is null ? null : OfSum(tree, configuration.BoardFile))
            ?? OfShape(configuration, deviceCount) ?? OfDrivers(tree, cancellation);
    }

    private static L4tRelease? OfVersionFile(L4tTree tree)
    {
        if (ReadText(tree, VersionFile) is not { } text)
            return null;
        Dictionary<string, string> values = [];
        foreach (string line in text.Split('\n'))
        {
            string[] parts = line.Trim().TrimEnd(';').Split('=');
            if (parts.Length == 2)
                values[parts[0].Trim()] = parts[1].Trim().Trim('"', '\'');
        }
        return int.TryParse(values.GetValueOrDefault("BSP_BRANCH"), NumberStyles.None, CultureInfo.InvariantCulture,
                out int branch)
            && values.TryGetValue("BSP_MAJOR", out string? major) && values.TryGetValue("BSP_MINOR", out string? minor)
            ? L4tRelease.Of(branch, $"{major}.{minor}", VersionFile)
            : null;
    }

    private static L4tRelease? OfReleaseFile(L4tTree tree) =>
        ReadText(tree, $"rootfs/{ReleaseFile}") is { } text ? OfText(text, $"rootfs/{ReleaseFile}") : null;

    /// <summary>"# R28 (release), REVISION: 1.0, GCID: …".</summary>
    private static L4tRelease? OfText(string text, string evidence)
    {
        string line = text.Split('\n')[0];
        int branchAt = line.IndexOf('R', StringComparison.Ordinal);
        int revisionAt = line.IndexOf("REVISION:", StringComparison.Ordinal);
        if (branchAt < 0 || revisionAt < 0)
            return null;
        string branch = string.Concat(line[(branchAt + 1)..].TakeWhile(char.IsAsciiDigit));
        string revision = line[(revisionAt + "REVISION:".Length)..].Trim().Split(',', ' ')[0];
        if (revision.EndsWith(".0", StringComparison.Ordinal))
            revision = revision[..^2];
        return int.TryParse(branch, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? L4tRelease.Of(number, revision, evidence) : null;
    }

    private static L4tRelease? OfSum(L4tTree tree, string path)
    {
        if (tree.Content(path) is not { Length: <= TextLengthMax } content)
            return null;
        return OfSum(Convert.ToHexStringLower(SHA256.HashData(content.ReadAll(TextLengthMax))), path);
    }

    /// <summary>The release that has a file of this SHA-256; null where none is known.</summary>
    internal static L4tRelease? OfSum(string sum, string path)
    {
        foreach ((string start, string end, int branch, string revision) in Sums)
        {
            if (sum.StartsWith(start, StringComparison.Ordinal) && sum.EndsWith(end, StringComparison.Ordinal))
                return L4tRelease.Of(branch, revision, $"the sum of {path}");
        }
        return null;
    }

    private static L4tRelease? OfShape(L4tConfiguration? configuration, int deviceCount)
    {
        if (configuration is null)
            return null;
        if (configuration.Value("UBOOT_WITH_TBOOT") == "yes")
            return new("R24", L4tGeneration.R24, "the shape of its board file (UBOOT_WITH_TBOOT)");
        bool usesUBoot = configuration.Value("DFLT_KERNEL_IMAGE") is { } image
            && image.EndsWith("u-boot.bin", StringComparison.Ordinal);
        return (usesUBoot, deviceCount) switch
        {
            (true, 1) => new("R28", L4tGeneration.R28, "the shape of its board file and layout"),
            (true, >= 2) => new("R32", L4tGeneration.R32, "the shape of its board file and layout (two devices)"),
            _ => null,
        };
    }

    private static L4tRelease? OfDrivers(L4tTree tree, CancellationToken cancellation)
    {
        if (tree.Content(Drivers) is not { Length: > 0 } package)
            return null;
        try
        {
            using Stream packed = package.Open();
            using DecompressionStream plain = Decompression.OpenRead(packed, CompressionFormat.Bzip2);
            using var archive = new TarReader(plain);
            long read = 0;
            while (read < DriversLengthMax && archive.GetNextEntry() is { } entry)
            {
                cancellation.ThrowIfCancellationRequested();
                read += entry.Length;
                if (!entry.Name.EndsWith(ReleaseFile, StringComparison.Ordinal) || entry.DataStream is null)
                    continue;
                using var text = new StreamReader(entry.DataStream, Encoding.UTF8);
                return OfText(text.ReadLine() ?? "", Drivers);
            }
        }
        catch (Exception damage) when (damage is MalformedDataException or InvalidDataException or IOException)
        {
            return null;        // a package that is damaged or cut short says nothing
        }
        return null;
    }

    private static string? ReadText(L4tTree tree, string path) =>
        tree.Content(path) is { Length: <= TextLengthMax } content
            ? Encoding.UTF8.GetString(content.ReadAll(TextLengthMax)) : null;
}
