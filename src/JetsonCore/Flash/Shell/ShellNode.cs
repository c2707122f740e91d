// The statements of a shell text, as far as they can set variables.
using System.Collections.Immutable;

namespace JetsonCore.Flash.Shell;

/// <summary>A statement.</summary>
/// <param name="Line">Where it begins.</param>
internal abstract record ShellNode(int Line)
{
    /// <summary>A command with its assignments: "X=1", "source file", "[ -z "$X" ]".</summary>
    internal sealed record Simple(int Line, ImmutableArray<ShellToken> Words) : ShellNode(Line);

    /// <summary>"[[ … ]]", its words without the brackets.</summary>
    internal sealed record Test(int Line, ImmutableArray<ShellToken> Words) : ShellNode(Line);

    /// <summary>"if", with all its branches; the last has no condition where it is "else".</summary>
    internal sealed record If(int Line, ImmutableArray<ShellBranch> Branches) : ShellNode(Line);

    /// <summary>"case".</summary>
    internal sealed record Case(int Line, ShellToken Word, ImmutableArray<ShellCaseItem> Items) : ShellNode(Line);

    /// <summary>What runs any number of times, or somewhere else: loops, subshells, pipelines.</summary>
    internal sealed record Opaque(int Line, ImmutableArray<ShellNode> Body, bool KeepsVariables) : ShellNode(Line);

    /// <summary>"{ … }".</summary>
    internal sealed record Group(int Line, ImmutableArray<ShellNode> Body) : ShellNode(Line);

    /// <summary>A function; its body runs where it is called.</summary>
    internal sealed record Function(int Line, string Name, ImmutableArray<ShellNode> Body) : ShellNode(Line);

    /// <summary>"left &amp;&amp; right", "left || right".</summary>
    internal sealed record AndOr(int Line, ShellNode Left, bool IsAnd, ShellNode Right) : ShellNode(Line);

    /// <summary>"! command".</summary>
    internal sealed record Not(int Line, ShellNode Inner) : ShellNode(Line);
}

/// <summary>A branch of "if".</summary>
internal sealed record ShellBranch(ImmutableArray<ShellNode> Condition, ImmutableArray<ShellNode> Body);

/// <summary>A branch of "case".</summary>
internal sealed record ShellCaseItem(ImmutableArray<ShellToken> Patterns, ImmutableArray<ShellNode> Body);
