// In what two kernels differ beyond their bytes: the release, and each option of the configuration that lies within
// them (CONFIG_IKCONFIG) or beside them (/boot/config-*).
using JetsonCore.Artefacts;
using JetsonCore.Formats.Arm64Image;
using JetsonCore.Formats.Compression;
using JetsonCore.Formats.Trees;
using JetsonCore.Kernel;

namespace JetsonCore.Comparison;

internal static class KernelComparison
{
    private const string NotSet = "not set";
    private const long KernelBytesMax = 256L << 20;

    /// <summary>The properties of a kernel: release and options.</summary>
    /// <exception cref="Formats.Binary.MalformedDataException">It cannot be unpacked.</exception>
    public static SortedDictionary<string, string> Of(FileContent file, ArtefactKind kind, ArtefactReading reading)
    {
        FileContent kernel = kind.Compression == CompressionFormat.None ? file
            : (reading with { Limits = reading.Limits with { ContentBytes = KernelBytesMax } })
                .Unpack(file, kind.Compression);
        KernelBanner banner = KernelBanner.Read(kernel);
        SortedDictionary<string, string> properties = banner.Config is { } text ? Options(text) : [];
        properties["release"] = banner.Release ?? "";
        properties["compression"] = ArtefactInspector.NameOf(kind.Compression);
        return properties;
    }

    /// <summary>Whether a text is the configuration of a kernel, as its build writes it.</summary>
    public static bool IsConfig(ReadOnlySpan<char> text) =>
        text[..Math.Min(text.Length, 512)].Contains(" Kernel Configuration\n", StringComparison.Ordinal)
        && text.Contains("\nCONFIG_", StringComparison.Ordinal);

    /// <summary>The options of a configuration; what is not set is left out.</summary>
    public static SortedDictionary<string, string> Options(string text)
    {
        var options = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach ((string name, string value) in KernelConfig.Parse("", text).Lines)
            options[$"CONFIG_{name}"] = value;
        return options;
    }

    /// <summary>What differs between the properties of two kernels.</summary>
    public static IEnumerable<(string Name, string Before, string After)> Differences(
        SortedDictionary<string, string> before, SortedDictionary<string, string> after)
    {
        foreach (string name in before.Keys.Union(after.Keys).Order(StringComparer.Ordinal))
        {
            string left = before.GetValueOrDefault(name, NotSet), right = after.GetValueOrDefault(name, NotSet);
            if (left != right)
                yield return (name, left, right);
        }
    }
}
