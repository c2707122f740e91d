// Which folder may use which. Formats know bytes only and not each other; the pipeline's folders use those before
// them; nothing but the command line uses Build.
namespace JetsonCore.Tests.Tidy;

internal static class FolderRules
{
    /// <summary>Formats that may be used by all others: they carry the others' bytes.</summary>
    private static readonly string[] Foundation = ["Binary", "Trees", "Compression"];

    /// <summary>Exceptions to "formats do not know each other", each with its reason.</summary>
    private static readonly Dictionary<string, string[]> FormatExceptions = new()
    {
        ["Deb"] = ["Ar", "Tar"],            // a .deb is an ar archive of tar archives
        ["Gpt"] = ["Mbr"],                  // a GPT starts with a protective MBR
        ["Kmod"] = ["Elf"],                 // module dependencies are read from ELF symbols
    };

    /// <summary>Folders of JetsonCore in the order of the pipeline: each may use those before it, not those behind.</summary>
    private static readonly string[] Pipeline =
    [
        "Diagnostics", "Yaml", "Files", "Assertions", "Gadget", "Snaps", "Boot", "Artefacts", "Initrd", "Kernel",
        "Layout", "Seed", "Content", "Image", "Flash", "Verify", "Build",
    ];

    /// <summary>Why a file of <paramref name="from"/> may not use <paramref name="used"/>, or null.</summary>
    public static string? Refusal(string from, string used)
    {
        string[] fromParts = from.Split('.'), usedParts = used.Split('.');
        bool usesFormats = used.StartsWith("JetsonCore.Formats", StringComparison.Ordinal);
        if (from.StartsWith("JetsonCore.Formats", StringComparison.Ordinal))
            return FormatRefusal(fromParts.ElementAtOrDefault(2), usedParts.ElementAtOrDefault(2), usesFormats);
        if (from.StartsWith("JetsonCore.Cli", StringComparison.Ordinal) || usesFormats)
            return null;
        if (used.StartsWith("JetsonCore.Cli", StringComparison.Ordinal))
            return "the library may not use the command line";
        string folder = fromParts.ElementAtOrDefault(1) ?? "", target = usedParts.ElementAtOrDefault(1) ?? "";
        int place = Array.IndexOf(Pipeline, folder), targetPlace = Array.IndexOf(Pipeline, target);
        if (place < 0 || targetPlace < 0)
            return $"the place of {(place < 0 ? folder : target)} in the pipeline is not known: add it to FolderRules";
        return targetPlace > place ? $"{folder} may not use {target}, which comes behind it" : null;
    }

    private static string? FormatRefusal(string? folder, string? target, bool usesFormats)
    {
        if (!usesFormats)
            return "Formats may use nothing of the projects above it";
        bool allowed = target == folder || Foundation.Contains(target)
            || (folder is not null && FormatExceptions.TryGetValue(folder, out string[]? more) && more.Contains(target));
        return allowed ? null : $"Formats/{folder} may not use Formats/{target}";
    }
}
