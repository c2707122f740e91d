// Reads the assignments of a shell text without running anything: variables, ${VAR}, "if", "case", "&&", files that it
// sources, the last assignment that runs. What hangs on a command's output, or on a condition that cannot be told, has
// no value here, and the variable says why. The environment is taken to be empty.
using System.Collections.Immutable;
using JetsonCore.Diagnostics;

namespace JetsonCore.Flash.Shell;

/// <summary>The files that a shell text may look at.</summary>
internal interface IShellFiles
{
    /// <summary>The text of a file that is sourced, and its name for messages; null where it is not there.</summary>
    (string Path, string Text)? Source(string name);

    /// <summary>Whether a test like -f holds; null where it cannot be told.</summary>
    bool? Test(char test, string name);
}

/// <summary>Reads assignments.</summary>
internal sealed class ShellReader
{
    private const int SourcesMax = 16, TextLengthMax = 1 << 20, DoubtWork = 16, WorkMax = 4 << 20;

    private static readonly string[] Declarations = ["export", "readonly", "declare", "typeset", "local"];
    private static readonly string[] Setters = ["eval", "read", "printf", "getopts", "mapfile", "readarray", "let"];

    private readonly IShellFiles _files;
    private readonly Dictionary<string, ImmutableArray<ShellNode>> _functions = new(StringComparer.Ordinal);
    private readonly List<ShellNote> _notes = [];
    private string _path = "";
    private int _depth;
    private int _work;
    private bool _ended;

    private ShellReader(IShellFiles files) => _files = files;

    /// <summary>What is set in the end.</summary>
    public Dictionary<string, ShellVariable> Variables { get; private set; } = new(StringComparer.Ordinal);

    /// <summary>What could not be read: files that are missing, texts that break the grammar.</summary>
    public IReadOnlyList<ShellNote> Notes => _notes;

    /// <summary>Variables that a function sets which the text defines and does not call.</summary>
    public SortedDictionary<string, string> SetByFunctions { get; } = new(StringComparer.Ordinal);

    /// <summary>Reads a text.</summary>
    /// <param name="path">Its name for messages.</param>
    /// <param name="text">The text.</param>
    /// <param name="known">What is set before.</param>
    /// <param name="files">Other files.</param>
    public static ShellReader Read(
        string path, string text, IReadOnlyDictionary<string, string> known, IShellFiles files)
    {
        var reader = new ShellReader(files);
        foreach ((string name, string value) in known)
            reader.Variables[name] = new(value, path, SourceSpan.None);
        reader.Source(path, text, SourceSpan.None);
        foreach ((string name, ImmutableArray<ShellNode> body) in reader._functions.OrderBy(
            function => function.Key, StringComparer.Ordinal))
        {
            foreach (string variable in AssignedIn(body))
                reader.SetByFunctions.TryAdd(variable, name);
        }
        return reader;
    }

    /// <summary>A variable's value; null where it is not set or cannot be told.</summary>
    public string? Value(string name) => Variables.GetValueOrDefault(name)?.Value;

    private void Source(string path, string text, SourceSpan from)
    {
        if (!Spend(text.Length))
            return;
        if (++_depth > SourcesMax || text.Length > TextLengthMax)
        {
            _notes.Add(new(_path, from, _depth > SourcesMax
                ? $"files source each other more than {SourcesMax} deep"
                : $"\"{path}\" has {text.Length} characters, {TextLengthMax} are read"));
            _depth--;
            return;
        }
        (string outer, _path) = (_path, path);
        try
        {
            Run(ShellParser.Read(text));
        }
        catch (ShellSyntaxException broken)
        {
            _notes.Add(new(path, new(broken.Line, broken.Column, broken.Line, broken.Column + 1), broken.Message));
        }
        _path = outer;
        _depth--;
        _ended = false;
    }

    /// <summary>
    /// Whether there is room for more work: files that source each other, or branches that nobody can choose between,
    /// could go on for years.
    /// </summary>
    private bool Spend(int work)
    {
        if (_work > WorkMax)
            return false;
        _work += Math.Min(work, WorkMax);
        if (_work <= WorkMax)
            return true;
        _notes.Add(new(_path, SourceSpan.None, "cannot read on: following this text takes too long"));
        Variables = Variables.ToDictionary(
            item => item.Key, item => item.Value with { Value = null, Doubt = "the text takes too long to follow" },
            StringComparer.Ordinal);
        return false;
    }

    private bool? Run(ImmutableArray<ShellNode> nodes)
    {
        bool? status = true;
        foreach (ShellNode node in nodes)
        {
            if (_ended || !Spend(1))
                break;
            status = Run(node);
        }
        return status;
    }

    /// <summary>Runs a statement in thought; whether it succeeds, where that can be told.</summary>
    private bool? Run(ShellNode node)
    {
        switch (node)
        {
            case ShellNode.Simple simple:
                return Simple(simple);
            case ShellNode.Test test:
                return Condition([.. test.Words], isDouble: true);
            case ShellNode.Not not:
                return !Run(not.Inner);
            case ShellNode.Group group:
                return Run(group.Body);
            case ShellNode.Function function:
                _functions[function.Name] = function.Body;
                return true;
            case ShellNode.AndOr both:
                return AndOr(both);
            case ShellNode.If branches:
                return If(branches, 0);
            case ShellNode.Case choice:
                return Case(choice);
            case ShellNode.Opaque { KeepsVariables: true }:
                return null;
            case ShellNode.Opaque opaque:
                Doubt(AssignedIn(opaque.Body), opaque.Line, "it is set in a loop");
                return null;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private bool? AndOr(ShellNode.AndOr both)
    {
        bool? left = Run(both.Left);
        if (left == both.IsAnd)
            return Run(both.Right);
        if (left is not null)
            return left;
        Either([], [both.Right], both.Line);
        return null;
    }

    private bool? If(ShellNode.If node, int index)
    {
        if (index == node.Branches.Length)
            return true;
        ShellBranch branch = node.Branches[index];
        bool? condition = branch.Condition.IsEmpty ? true : Run(branch.Condition);
        switch (condition)
        {
            case true:
                return Run(branch.Body);
            case false:
                return If(node, index + 1);
            default:
                ImmutableArray<ShellBranch> rest = node.Branches[(index + 1)..];
                Either(branch.Body, rest.IsEmpty ? [] : [new ShellNode.If(node.Line, rest)], node.Line);
                return null;
        }
    }

    private bool? Case(ShellNode.Case node)
    {
        ShellValue word = ShellExpansion.Expand(node.Word.Text, Value, isSet: Variables.ContainsKey);
        if (word.Text is null)
        {
            Doubt(AssignedIn([.. node.Items.SelectMany(item => item.Body)]), node.Line,
                $"the case of {node.Word.Text} cannot be told");
            return null;
        }
        foreach (ShellCaseItem item in node.Items)
        {
            if (item.Patterns.Any(pattern => ShellCondition.Matches(word.Text, pattern.Text, Value) == true))
                return Run(item.Body);
        }
        return true;
    }

    /// <summary>One of two ways is gone, and nobody knows which: what they leave different has no value.</summary>
    private void Either(ImmutableArray<ShellNode> one, ImmutableArray<ShellNode> other, int line)
    {
        if (!Spend(Variables.Count * 8))
            return;
        var before = new Dictionary<string, ShellVariable>(Variables, StringComparer.Ordinal);
        Run(one);
        Dictionary<string, ShellVariable> first = Variables;
        Variables = before;
        Run(other);
        _ended = false;
        foreach (string name in first.Keys.Union(Variables.Keys).ToArray())
        {
            ShellVariable? a = first.GetValueOrDefault(name), b = Variables.GetValueOrDefault(name);
            if (a?.Value != b?.Value || a is null != b is null)
                Doubt([name], line, "it hangs on a condition that cannot be told", (a ?? b)!);
        }
    }

    private void Doubt(IEnumerable<string> names, int line, string reason, ShellVariable? last = null)
    {
        foreach (string name in names)
        {
            if (!Spend(DoubtWork))
                return;
            Variables[name] = new(null, last?.Path ?? _path, last?.Span ?? new(line, 1, line, 2))
            {
                Doubt = last?.Doubt ?? reason,
            };
        }
    }

    private bool? Simple(ShellNode.Simple node)
    {
        int assignments = 0;
        while (assignments < node.Words.Length && NameOf(node.Words[assignments].Text) is not null)
            assignments++;
        if (assignments == node.Words.Length)
        {
            foreach (ShellToken word in node.Words)
                Assign(word);
            return true;
        }
        return Command(node, node.Words[assignments..]);
    }

    private bool? Command(ShellNode.Simple node, ImmutableArray<ShellToken> words)
    {
        string name = words[0].Text;
        switch (name)
        {
            case ":" or "true" or "echo":
                return true;
            case "false":
                return false;
            case "[" or "test":
                ImmutableArray<ShellToken> inner = name == "[" && words[^1].Text == "]" ? words[1..^1] : words[1..];
                return Condition([.. inner], isDouble: false);
            case "source" or ".":
                return words.Length > 1 && SourceNamed(words[1]);
            case "exit" or "return":
                _ended = true;
                return true;
            case "unset":
                foreach (ShellToken word in words[1..])
                    Variables.Remove(word.Text);
                return true;
        }
        if (Declarations.Contains(name))
        {
            foreach (ShellToken word in words[1..].Where(word => NameOf(word.Text) is not null))
                Assign(word);
            return true;
        }
        if (_functions.TryGetValue(name, out ImmutableArray<ShellNode> body))
            Doubt(AssignedIn(body), node.Line, $"the function {name} sets it");
        else if (Setters.Contains(name))
            Doubt(words[1..].Select(word => word.Text).Where(Variables.ContainsKey), node.Line, $"{name} may set it");
        return null;
    }

    private bool SourceNamed(ShellToken word)
    {
        SourceSpan span = SpanOf(word);
        ShellValue name = ShellExpansion.Expand(word.Text, Value, Variables.ContainsKey);
        if (name.Text is null)
            _notes.Add(new(_path, span, $"cannot tell which file {word.Text} is: {name.Doubt}"));
        else if (_files.Source(name.Text) is not { } found)
            _notes.Add(new(_path, span, $"cannot read \"{name.Text}\", which is sourced here: there is no such file"));
        else
        {
            Source(found.Path, found.Text, span);
            return true;
        }
        return false;
    }

    private bool? Condition(IReadOnlyList<ShellToken> words, bool isDouble) =>
        new ShellCondition(words, isDouble, Value, Variables.ContainsKey, _files.Test).Evaluate();

    private void Assign(ShellToken word)
    {
        (string name, bool appends) = NameOf(word.Text)!.Value;
        string typed = word.Text[(name.Length + (appends ? 2 : 1))..];
        ShellValue value = typed.StartsWith('(') || name.Contains('[', StringComparison.Ordinal)
            ? new(null, "it is an array")
            : ShellExpansion.Expand(typed, Value, Variables.ContainsKey);
        ShellVariable? before = Variables.GetValueOrDefault(name);
        if (appends && before is not null)
        {
            value = before.Value is null || value.Text is null ? new(null, before.Doubt ?? value.Doubt)
                : ShellExpansion.Bounded(before.Value + value.Text);
        }
        Variables[name] = new(value.Text, _path, SpanOf(word)) { Doubt = value.Doubt };
    }

    private static SourceSpan SpanOf(ShellToken word)
    {
        string first = word.Text.Split('\n')[0];
        return new(word.Line, word.Column, word.Line, word.Column + first.Length);
    }

    /// <summary>The name of an assignment, and whether it appends; null where a word is none.</summary>
    private static (string Name, bool Appends)? NameOf(string word)
    {
        int end = 0;
        while (end < word.Length && (char.IsAsciiLetterOrDigit(word[end]) || word[end] == '_'))
            end++;
        if (end == 0 || char.IsAsciiDigit(word[0]))
            return null;
        if (end < word.Length && word[end] == '[' && word.IndexOf(']', end) is > 0 and int close)
            end = close + 1;
        if (end < word.Length && word[end] == '=')
            return (word[..end], false);
        return end + 1 < word.Length && word[end] == '+' && word[end + 1] == '=' ? (word[..end], true) : null;
    }

    /// <summary>The variables that statements may set, but for those of functions.</summary>
    private static IEnumerable<string> AssignedIn(ImmutableArray<ShellNode> nodes) => nodes.SelectMany(node =>
        node switch
        {
            ShellNode.Simple { Words: [{ Text: "local" }, ..] } => [],
            ShellNode.Simple simple => simple.Words.Select(word => NameOf(word.Text)?.Name).OfType<string>(),
            ShellNode.Group group => AssignedIn(group.Body),
            ShellNode.Not not => AssignedIn([not.Inner]),
            ShellNode.AndOr both => AssignedIn([both.Left, both.Right]),
            ShellNode.If branches => branches.Branches.SelectMany(
                branch => AssignedIn([.. branch.Condition, .. branch.Body])),
            ShellNode.Case choice => choice.Items.SelectMany(item => AssignedIn(item.Body)),
            ShellNode.Opaque { KeepsVariables: false } opaque => AssignedIn(opaque.Body),
            _ => [],
        });
}
