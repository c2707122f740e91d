// Kernel arguments: `name`, `name=value` or `name="va lue"`, as the kernel itself splits its command line: blanks
// separate, quotes stand around a whole value only, "=" not at the start of a name.
using System.Collections.Immutable;

namespace JetsonCore.Gadget.Model;

/// <summary>One argument of a kernel command line.</summary>
/// <param name="Name">Before the "=".</param>
/// <param name="Value">Behind it, without quotes; null without "=".</param>
/// <param name="IsQuoted">Whether the value was quoted.</param>
internal sealed record KernelArgument(string Name, string? Value, bool IsQuoted)
{
    private static readonly System.Buffers.SearchValues<char> PatternLetters =
        System.Buffers.SearchValues.Create("*?[]\\{}");

    private static readonly char[] Blanks = [' ', '\t', '\n', '\r', '\v', '\f'];

    /// <summary>As it is written.</summary>
    public string Text => Value is null ? Name : IsQuoted ? $"{Name}=\"{Value}\"" : $"{Name}={Value}";

    /// <summary>Whether snapd sets an argument of this name itself.</summary>
    public static bool IsSetBySnapd(string name) => name is not ("snapd.debug" or "snapd_system_disk")
        && (name is "root" or "nfsroot" or "init" || name.StartsWith("snapd", StringComparison.Ordinal));

    /// <summary>
    /// What keeps a text from being exactly one argument (or a pattern of one); null if nothing does.
    /// </summary>
    public static string? Problem(string text, bool isPattern)
    {
        if (Split(text, out ImmutableArray<KernelArgument> arguments) is { } problem)
            return problem;
        if (arguments.Length != 1)
            return $"it holds {arguments.Length} arguments";
        KernelArgument argument = arguments[0];
        if (isPattern && argument is { IsQuoted: false, Value: { } value } && value != "*"
            && value.AsSpan().ContainsAny(PatternLetters))
        {
            return $"the value \"{value}\" holds one of * ? [ ] \\ {{ }}, which only make sense as a lone *";
        }
        return null;
    }

    /// <summary>Splits a command line; says what is wrong, or returns null.</summary>
    public static string? Split(string line, out ImmutableArray<KernelArgument> arguments)
    {
        ImmutableArray<KernelArgument>.Builder found = ImmutableArray.CreateBuilder<KernelArgument>();
        arguments = [];
        int at = 0;
        while (true)
        {
            while (at < line.Length && Blanks.Contains(line[at]))
                at++;
            if (at == line.Length)
                break;
            if (ReadOne(line, ref at, found) is { } problem)
                return problem;
        }
        arguments = found.ToImmutable();
        return null;
    }

    private static string? ReadOne(string line, ref int at, ImmutableArray<KernelArgument>.Builder found)
    {
        int start = at;
        while (at < line.Length && line[at] is not ('=' or '"') && !Blanks.Contains(line[at]))
            at++;
        string name = line[start..at];
        if (at < line.Length && line[at] == '"')
            return "a quote stands elsewhere than around a whole value";
        if (at == line.Length || line[at] != '=')
        {
            found.Add(new(name, null, false));
            return null;
        }
        if (name.Length == 0)
            return "an argument begins with =";
        at++;
        return at < line.Length && line[at] == '"' ? ReadQuoted(name, line, ref at, found)
            : ReadPlain(name, line, ref at, found);
    }

    private static string? ReadQuoted(
        string name, string line, ref int at, ImmutableArray<KernelArgument>.Builder found)
    {
        int start = at + 1;
        int end = line.IndexOf('"', start);
        if (end < 0)
            return "a quote is not closed";
        at = end + 1;
        if (at < line.Length && !Blanks.Contains(line[at]))
            return "something follows a closing quote";
        found.Add(new(name, line[start..end], true));
        return null;
    }

    private static string? ReadPlain(string name, string line, ref int at, ImmutableArray<KernelArgument>.Builder found)
    {
        int start = at;
        while (at < line.Length && !Blanks.Contains(line[at]))
        {
            if (line[at] == '"')
                return "a quote stands elsewhere than around a whole value";
            if (line[at] == '=' && at == start)
                return "a value begins with =";
            at++;
        }
        found.Add(new(name, line[start..at], false));
        return null;
    }
}
