// Where Debian's packages are recorded, each in its own form:
//
//   var/lib/dpkg/status, status.d/*    paragraphs of "Field: value", with lines that go on behind a space
//   usr/share/snappy/dpkg.list         what dpkg -l prints: "ii  NAME[:ARCH]  VERSION  ARCH  SUMMARY"
//   snap/manifest.yaml                 lists of NAME=VERSION: primed-stage-packages, parts: *: stage-packages
//
// A record whose name or version no package can have is passed over, and said.
// Sources: deb-control(5), dpkg(1), Debian Policy 5.6; snapcraft's "Snapcraft manifest".
using System.Text;
using JetsonCore.Diagnostics;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Trees;
using JetsonCore.Yaml;

namespace JetsonCore.Materials;

/// <summary>A package as it is recorded.</summary>
internal sealed record PackageRecord(string Name, string Version)
{
    public string Architecture { get; init; } = "";

    public string Source { get; init; } = "";

    public string SourceVersion { get; init; } = "";

    public string Maintainer { get; init; } = "";

    public string Summary { get; init; } = "";
}

/// <summary>What a manifest of snapcraft says.</summary>
internal sealed record SnapManifest(IReadOnlyList<PackageRecord> Packages, Distribution Distribution);

internal static class DebianRecords
{
    // The status of a whole desktop has 5 MB; a line of it, the longest list of files or of dependencies, 30 KB.
    private const int FileLengthMax = 32 << 20, PackagesMax = 100_000, YamlLengthMax = 4 << 20;

    private static readonly YamlRules Rules = new(MaterialRules.ManifestPath)
    {
        Syntax = MaterialRules.Manifest,
        Limit = MaterialRules.Manifest,
        Kind = MaterialRules.Manifest,
        Tag = MaterialRules.Manifest,
        Alias = MaterialRules.Manifest,
    };

    /// <summary>The installed packages of a status file, or of one of status.d, which has no field Status.</summary>
    /// <exception cref="MalformedDataException">It is longer than such a file can be.</exception>
    public static IEnumerable<PackageRecord> ReadStatus(FileContent file)
    {
        var fields = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        int count = 0;
        foreach (string line in Lines(file).Append(""))
        {
            if (line.Length == 0)
            {
                if (OfFields(fields) is { } package)
                {
                    Count(ref count);
                    yield return package;
                }
                fields.Clear();
            }
            else if (line[0] is not (' ' or '\t') && line.IndexOf(':', StringComparison.Ordinal) is > 0 and int colon)
            {
                fields[line[..colon]] = line[(colon + 1)..].Trim();
            }
        }
    }

    /// <summary>The installed packages of a list that dpkg -l has printed.</summary>
    /// <exception cref="MalformedDataException">It is longer than such a file can be.</exception>
    public static IEnumerable<PackageRecord> ReadList(FileContent file)
    {
        int count = 0;
        foreach (string line in Lines(file))
        {
            string[] words = line.Split(' ', 5, StringSplitOptions.RemoveEmptyEntries);
            if (words is not [['i' or 'h', 'i', ..], string name, string version, string architecture, ..])
                continue;
            Count(ref count);
            yield return new(name.Split(':')[0], version)
            {
                Architecture = architecture,
                Summary = words.Length > 4 ? words[4].Trim() : "",
            };
        }
    }

    /// <summary>What snapcraft's manifest says; findings are about the bag's file.</summary>
    /// <exception cref="MalformedDataException">It is longer than such a file can be.</exception>
    public static SnapManifest ReadManifest(FileContent file, DiagnosticBag diagnostics)
    {
        if (YamlReader.Read(file.ReadAll(YamlLengthMax), Rules, diagnostics)?.Root is not { } root)
            return new([], Distribution.Unknown);
        var decoder = new YamlDecoder(Rules);
        YamlValue? value = new YamlValueReader(decoder, MaterialRules.Manifest).Read(root);
        decoder.Flush(diagnostics);
        if (decoder.IsStopped || value is not YamlValue.Map map)
            return new([], Distribution.Unknown);
        IEnumerable<YamlValue> parts =
            (Find(map, "parts") as YamlValue.Map)?.Entries.Select(part => part.Value) ?? [];
        List<PackageRecord> packages = [];
        int count = 0;
        foreach (string text in Texts(Find(map, "primed-stage-packages"))
            .Concat(parts.SelectMany(part => Texts(Find(part, "stage-packages")))).Distinct())
        {
            Count(ref count);
            if (text.Split('=', 2) is [string name, string version])
                packages.Add(new(name.Split(':')[0], version));
        }
        string id = Find(map, "snapcraft-os-release-id")?.Text ?? "";
        return new(packages, id.Length == 0 ? Distribution.Unknown
            : Distribution.Of(id, Spelling(Find(map, "snapcraft-os-release-version-id")), ""));
    }

    /// <summary>The package of a paragraph; null where it names none, or one that is not installed.</summary>
    public static PackageRecord? OfFields(IReadOnlyDictionary<string, string> fields)
    {
        string Field(string name) => fields.GetValueOrDefault(name, "");

        if (Field("Package") is not { Length: > 0 } name
            || (fields.TryGetValue("Status", out string? status)
                && !status.EndsWith(" installed", StringComparison.Ordinal)))
            return null;
        // "Source: glibc (2.31-13)": the version only where it is another one.
        string[] source = Field("Source").Split(' ', 2);
        return new(name, Field("Version"))
        {
            Architecture = Field("Architecture"),
            Source = source[0],
            SourceVersion = source.Length > 1 ? source[1].Trim('(', ')', ' ') : "",
            Maintainer = Field("Maintainer"),
            Summary = Field("Description"),
        };
    }

    /// <summary>Whether a package can be called so, and can have this version.</summary>
    public static bool IsPossible(PackageRecord package) =>
        package.Name.Length is > 1 and < 200 && char.IsAsciiLetterOrDigit(package.Name[0])
        && package.Name.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter is '+'
            or '-' or '.')
        && package.Version.Length is > 0 and < 200
        && package.Version.All(letter => char.IsAsciiLetterOrDigit(letter)
            || letter is '.' or '+' or '~' or ':' or '-');

    private static IEnumerable<string> Lines(FileContent file)
    {
        if (file.Length > FileLengthMax)
        {
            throw new MalformedDataException(
                0, $"is {file.Length} bytes long, at most {FileLengthMax} are read of a list of packages");
        }
        using var reader = new StreamReader(file.Open(), Encoding.UTF8);
        while (reader.ReadLine() is { } line)
            yield return line;
    }

    private static void Count(ref int count)
    {
        if (++count > PackagesMax)
            throw new MalformedDataException(0, $"names more than {PackagesMax} packages");
    }

    private static YamlValue? Find(YamlValue value, string key) => (value as YamlValue.Map)?.Entries
        .FirstOrDefault(entry => entry.IsText && entry.Key == key)?.Value;

    private static IEnumerable<string> Texts(YamlValue? list) =>
        (list as YamlValue.Sequence)?.Items.Select(item => item.Text).OfType<string>() ?? [];

    // 18.04 without quotes is a number, which must not become 18.4.
    private static string Spelling(YamlValue? value) => (value as YamlValue.Scalar)?.Spelling ?? "";
}
