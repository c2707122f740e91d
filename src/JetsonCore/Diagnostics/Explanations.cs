// What a rule is about, with an example that breaks it and one that keeps it: the files Explanations.md, which are part
// of the program. For each code "## JC1104", a paragraph, and if there is an example two indented blocks
// behind the lines "before:" and "after:".
using System.Collections.Frozen;
using System.Text;

namespace JetsonCore.Diagnostics;

/// <summary>An explanation.</summary>
/// <param name="Cause">What breaks the rule, and why it is there.</param>
/// <param name="Before">A piece that breaks the rule; empty where none is short.</param>
/// <param name="After">The piece mended.</param>
public sealed record Explanation(string Cause, string Before, string After);

/// <summary>Explains rules.</summary>
public static class Explanations
{
    private static readonly string[] Resources =
    [
        "JetsonCore.Gadget.Explanations.md", "JetsonCore.Content.Explanations.md",
        "JetsonCore.Assertions.Explanations.md", "JetsonCore.Boot.Explanations.md",
        "JetsonCore.Flash.Explanations.md", "JetsonCore.Kernel.Explanations.md", "JetsonCore.Seed.Explanations.md",
        "JetsonCore.Store.Explanations.md", "JetsonCore.Project.Explanations.md",
    ];

    private static readonly Lazy<FrozenDictionary<string, Explanation>> All = new(Read);

    /// <summary>The explanation of a code, or null.</summary>
    public static Explanation? Find(string code) => All.Value.GetValueOrDefault(code);

    private static FrozenDictionary<string, Explanation> Read()
    {
        var found = new Dictionary<string, Explanation>(StringComparer.Ordinal);
        foreach (string section in Resources.SelectMany(name => Text(name).Split("\n## ").Skip(1)))
        {
            string[] lines = section.Split('\n');
            int before = Array.IndexOf(lines, "before:"), after = Array.IndexOf(lines, "after:");
            string[] cause = lines[1..(before < 0 ? lines.Length : before)];
            found.Add(lines[0].Trim(), new(
                string.Join('\n', cause).Trim(),
                before < 0 ? "" : Block(lines[(before + 1)..after]),
                before < 0 ? "" : Block(lines[(after + 1)..])));
        }
        return found.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static string Text(string resource)
    {
        using Stream text = typeof(Explanations).Assembly.GetManifestResourceStream(resource)!;
        using var reader = new StreamReader(text, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    private static string Block(string[] lines) =>
        string.Join('\n', lines.Select(line => line.Length > 4 ? line[4..] : "")).Trim('\n') + "\n";
}
