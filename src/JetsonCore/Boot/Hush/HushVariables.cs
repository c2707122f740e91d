// The shell's own variables (NAME=value), which the environment's hide. They have no empty values: setting one to
// nothing does nothing.
namespace JetsonCore.Boot.Hush;

internal sealed class HushVariables
{
    private const string Version = "HUSH_VERSION";

    private readonly List<(string Name, string Value)> _all = [(Version, "0.01")];

    /// <summary>All of them, in the order in which they were first set.</summary>
    public IReadOnlyList<(string Name, string Value)> All => _all;

    public string? Find(string name)
    {
        int at = IndexOf(name);
        return at < 0 ? null : _all[at].Value;
    }

    /// <summary>Sets a variable by its assignment; null, or what is said about it.</summary>
    public string? Set(string assignment)
    {
        int split = assignment.IndexOf('=', StringComparison.Ordinal);
        if (assignment.Length == 0 || !char.IsAsciiLetter(assignment[0]) || split < 0 || split == assignment.Length - 1)
            return null;
        (string name, string value) = (assignment[..split], assignment[(split + 1)..]);
        int at = IndexOf(name);
        if (at < 0)
            _all.Add((name, value));
        else if (name == Version && value != _all[at].Value)
            return $"{name}: readonly variable";
        else
            _all[at] = (name, value);
        return null;
    }

    private int IndexOf(string name) => _all.FindIndex(variable => variable.Name == name);
}
