// Which folder may use which. Formats know bytes only and not each other; elsewhere a folder uses those that come before
// it in the order of its project; nothing but the command line uses Build.
namespace JetsonCore.Tests.Tidy;

internal static class FolderRules
{
    private const string Formats = "JetsonCore.Formats", Library = "JetsonCore", CommandLine = "JetsonCore.Cli";

    /// <summary>Formats that may be used by all others, each by those behind it: they carry the others' bytes.</summary>
    private static readonly string[] Foundation = ["Binary", "Trees", "Compression"];

    /// <summary>Exceptions to "formats do not know each other", each with its reason.</summary>
    private static readonly Dictionary<string, string[]> FormatExceptions = new()
    {
        ["Deb"] = ["Ar", "Tar"],            // a .deb is an ar archive of tar archives
        ["Gpt"] = ["Mbr"],                  // a GPT starts with a protective MBR
        ["Kmod"] = ["Elf"],                 // module dependencies are read from ELF symbols
    };

    /// <summary>Folders of JetsonCore in the order of the pipeline.</summary>
    private static readonly string[] Pipeline =
    [
        "Diagnostics", "Yaml", "Files", "Cache", "Assertions", "Assertions/Keys", "Gadget/Model", "Gadget/Reading",
        "Gadget/Rules", "Gadget", "Snaps", "Boot/Hush", "Boot/Commands", "Boot/Scenarios", "Boot/Settings", "Boot/Emulation", "Boot", "Flash/Shell",
        "Flash/Layouts", "Flash/Tree", "Artefacts", "Kernel", "Comparison", "Materials", "Notices", "Layout", "Seed",
        "Inspection", "Store",
        "Content", "Image", "Flash", "Project", "Verify", "Build",
    ];

    /// <summary>Folders of the command line: what commands share, how they show results, what a machine lacks,
    /// what shells offer, they themselves.</summary>
    private static readonly string[] Shells =
        ["Shell", "Reports", "Doctor", "Completion", "Manual", "Editing", "LanguageServer", "Commands", ""];

    /// <summary>All folders that these rules name, below src.</summary>
    public static IEnumerable<string> Named =>
    [
        .. Foundation.Concat(FormatExceptions.Keys).Concat(FormatExceptions.Values.SelectMany(others => others))
            .Select(folder => Join(Formats, folder)),
        .. Pipeline.Select(folder => Join(Library, folder)),
        .. Shells.Select(folder => Join(CommandLine, folder)),
    ];

    /// <summary>Why a folder may not use another, or null.</summary>
    public static string? Refusal(FolderUse use)
    {
        (string project, string folder) = Split(use.From);
        (string usedProject, string used) = Split(use.To);
        return (project, usedProject) switch
        {
            (Formats, Formats) => FormatRefusal(folder, used),
            (Library, Library) => OrderRefusal(Pipeline, folder, used),
            (CommandLine, CommandLine) => OrderRefusal(Shells, folder, used),
            (Library, Formats) or (CommandLine, _) => null,
            _ => $"{project} may use nothing of {usedProject}, which is above it",
        };
    }

    /// <summary>A way from a folder back to itself, or null.</summary>
    public static string? Circle(IReadOnlyList<FolderUse> uses)
    {
        ILookup<string, FolderUse> from = uses.ToLookup(use => use.From, StringComparer.Ordinal);
        var done = new HashSet<string>(StringComparer.Ordinal);
        foreach (IGrouping<string, FolderUse> start in from)
        {
            if (CircleFrom(start.Key, from, [], done) is { } circle)
                return circle;
        }
        return null;
    }

    private static string? CircleFrom(
        string folder, ILookup<string, FolderUse> from, List<FolderUse> way, HashSet<string> done)
    {
        int start = way.FindIndex(use => use.From == folder);
        if (start >= 0)
            return string.Join('\n', way.Skip(start).Select(use => $"{use.From} uses {use.To}: {use.Place}"));
        if (done.Contains(folder))
            return null;
        foreach (FolderUse use in from[folder])
        {
            if (CircleFrom(use.To, from, [.. way, use], done) is { } circle)
                return circle;
        }
        done.Add(folder);
        return null;
    }

    private static string? FormatRefusal(string folder, string used)
    {
        int place = Array.IndexOf(Foundation, folder), usedPlace = Array.IndexOf(Foundation, used);
        bool isAllowed = place < 0
            ? usedPlace >= 0 || (FormatExceptions.TryGetValue(folder, out string[]? more) && more.Contains(used))
            : usedPlace >= 0 && usedPlace < place;
        return isAllowed ? null : $"Formats/{folder} may not use Formats/{used}";
    }

    private static string? OrderRefusal(string[] order, string folder, string used)
    {
        int place = Array.IndexOf(order, folder), usedPlace = Array.IndexOf(order, used);
        if (place < 0 || usedPlace < 0)
            return $"the place of \"{(place < 0 ? folder : used)}\" is not known: add it to FolderRules";
        return usedPlace > place ? $"\"{folder}\" may not use \"{used}\", which comes behind it" : null;
    }

    private static string Join(string project, string folder) => folder.Length > 0 ? $"{project}/{folder}" : project;

    private static (string Project, string Folder) Split(string path) =>
        path.Split('/', 2) is [var project, var folder] ? (project, folder) : (path, "");
}
