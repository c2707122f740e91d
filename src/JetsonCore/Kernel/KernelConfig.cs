// A kernel's configuration, "CONFIG_NAME=y" or "=m" a line, as it lies beside the kernel or within it.
namespace JetsonCore.Kernel;

/// <summary>The options of a kernel.</summary>
/// <param name="Path">Where they were read, for messages.</param>
/// <param name="Lines">The lines that set something.</param>
/// <param name="Title">"Linux/arm64 6.1.176 Kernel Configuration"; "" where it is not said.</param>
internal sealed record KernelConfig(string Path, IReadOnlyDictionary<string, string> Lines, string Title)
{
    public const int LengthMax = 4 << 20;

    private const string Prefix = "CONFIG_", TitleStart = "# Linux/";

    public static KernelConfig Parse(string path, string text)
    {
        var lines = new Dictionary<string, string>(StringComparer.Ordinal);
        string title = "";
        foreach (string line in text.Split('\n'))
        {
            if (line.StartsWith(Prefix, StringComparison.Ordinal) && line.Split('=', 2) is [var name, var value])
                lines[name[Prefix.Length..]] = value.Trim();
            else if (title is "" && line.StartsWith(TitleStart, StringComparison.Ordinal))
                title = line[2..].Trim();
        }
        return new(path, lines, title);
    }

    /// <summary>"y" or "m", of the first of the names that is set; null where none is.</summary>
    public string? ValueOf(IEnumerable<string> names) =>
        names.Select(name => Lines.GetValueOrDefault(name)).FirstOrDefault(value => value is "y" or "m");
}
