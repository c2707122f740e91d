// From tokens to statements. Redirections are dropped, as they set no variable.
// Source: POSIX.1-2017, Shell Command Language 2.10; bash(1).
using System.Collections.Immutable;

namespace JetsonCore.Flash.Shell;

/// <summary>Reads statements.</summary>
internal sealed class ShellParser
{
    private const int NestingMax = 50, ChainMax = 1000;

    private static readonly string[] ListEnds =
        ["fi", "then", "else", "elif", "do", "done", "esac", "}", ")", ";;", ";&", ";;&"];

    private readonly List<ShellToken> _tokens;
    private int _at;
    private int _nesting;

    private ShellParser(List<ShellToken> tokens) => _tokens = tokens;

    /// <summary>The statements of a text.</summary>
    /// <exception cref="ShellSyntaxException">It follows no grammar that is known here.</exception>
    public static ImmutableArray<ShellNode> Read(string text)
    {
        var parser = new ShellParser(ShellLexer.Read(text));
        ImmutableArray<ShellNode> nodes = parser.List();
        return parser.Current.Kind == ShellTokenKind.End ? nodes : throw parser.Unexpected();
    }

    private ShellToken Current => _tokens[_at];

    private ShellToken Ahead => _tokens[Math.Min(_at + 1, _tokens.Count - 1)];

    private ShellToken Take() => _tokens[_at++];

    private ShellSyntaxException Unexpected() => Current.Kind == ShellTokenKind.End
        ? new(Current.Line, Current.Column, "the text ends within a statement")
        : new(Current.Line, Current.Column, $"did not expect \"{Current.Text.TrimEnd('\n')}\" here");

    private void Expect(string text)
    {
        SkipLines();
        if (!Current.Is(text))
            throw Unexpected();
        _at++;
    }

    private void SkipLines()
    {
        while (Current.Kind == ShellTokenKind.NewLine)
            _at++;
    }

    private void SkipSeparators()
    {
        while (Current.Kind == ShellTokenKind.NewLine || Current.Is(";") || Current.Is("&"))
            _at++;
    }

    private ImmutableArray<ShellNode> List()
    {
        if (++_nesting > NestingMax)
            throw new ShellSyntaxException(Current.Line, Current.Column, $"nested more than {NestingMax} deep");
        var nodes = ImmutableArray.CreateBuilder<ShellNode>();
        SkipSeparators();
        while (Current.Kind != ShellTokenKind.End && !ListEnds.Any(Current.Is))
        {
            nodes.Add(AndOr());
            SkipSeparators();
        }
        _nesting--;
        return nodes.ToImmutable();
    }

    private void CheckChain(int links)
    {
        if (links > ChainMax)
            throw new ShellSyntaxException(Current.Line, Current.Column, $"more than {ChainMax} in one chain");
    }

    private ShellNode AndOr()
    {
        ShellNode left = Pipeline();
        for (int links = 0; Current.Is("&&") || Current.Is("||"); links++)
        {
            CheckChain(links);
            bool isAnd = Take().Text == "&&";
            SkipLines();
            left = new ShellNode.AndOr(left.Line, left, isAnd, Pipeline());
        }
        return left;
    }

    private ShellNode Pipeline()
    {
        int line = Current.Line;
        if (Current.Is("!"))
        {
            _at++;
            return Current.Is("!") ? throw Unexpected() : new ShellNode.Not(line, Pipeline());
        }
        ShellNode first = Command();
        if (!Current.Is("|") && !Current.Is("|&"))
            return first;
        var stages = ImmutableArray.CreateBuilder<ShellNode>();
        stages.Add(first);
        while (Current.Is("|") || Current.Is("|&"))
        {
            _at++;
            SkipLines();
            stages.Add(Command());
        }
        return new ShellNode.Opaque(line, stages.ToImmutable(), KeepsVariables: true);
    }

    private ShellNode Command()
    {
        ShellNode node = Compound();
        while (SkipRedirection())
        {
        }
        return node;
    }

    private ShellNode Compound()
    {
        ShellToken start = Current;
        switch (start.Kind is ShellTokenKind.Word or ShellTokenKind.Operator ? start.Text : "")
        {
            case "if":
                return If();
            case "case":
                return Case();
            case "while" or "until":
                _at++;
                ImmutableArray<ShellNode> condition = List();
                return Loop(start.Line, condition);
            case "for" or "select":
                while (!Current.Is("do") && Current.Kind != ShellTokenKind.End)
                    _at++;
                return Loop(start.Line, []);
            case "{":
                _at++;
                ImmutableArray<ShellNode> group = List();
                Expect("}");
                return new ShellNode.Group(start.Line, group);
            case "(" when Ahead.Is("("):
                return Arithmetic();
            case "(":
                _at++;
                ImmutableArray<ShellNode> body = List();
                Expect(")");
                return new ShellNode.Opaque(start.Line, body, KeepsVariables: true);
            case "[[":
                return Test();
            case "function":
                _at++;
                return Function(Take());
            default:
                return Ahead.Is("(") && start.Kind == ShellTokenKind.Word ? Function(Take()) : Simple();
        }
    }

    private ShellNode.If If()
    {
        int line = Take().Line;
        var branches = ImmutableArray.CreateBuilder<ShellBranch>();
        ImmutableArray<ShellNode> condition = List();
        Expect("then");
        branches.Add(new(condition, List()));
        while (Current.Is("elif"))
        {
            CheckChain(branches.Count);
            _at++;
            condition = List();
            Expect("then");
            branches.Add(new(condition, List()));
        }
        if (Current.Is("else"))
        {
            _at++;
            branches.Add(new([], List()));
        }
        Expect("fi");
        return new(line, branches.ToImmutable());
    }

    private ShellNode.Case Case()
    {
        int line = Take().Line;
        ShellToken word = Take();
        Expect("in");
        SkipLines();
        var items = ImmutableArray.CreateBuilder<ShellCaseItem>();
        while (!Current.Is("esac"))
        {
            if (Current.Is("("))
                _at++;
            var patterns = ImmutableArray.CreateBuilder<ShellToken>();
            while (!Current.Is(")"))
            {
                if (Current.Kind is ShellTokenKind.End or ShellTokenKind.NewLine)
                    throw Unexpected();
                ShellToken pattern = Take();
                if (!pattern.Is("|"))
                    patterns.Add(pattern);
            }
            _at++;
            items.Add(new(patterns.ToImmutable(), List()));
            if (Current.Kind == ShellTokenKind.Operator && Current.Text.StartsWith(';'))
                _at++;
            SkipLines();
        }
        _at++;
        return new(line, word, items.ToImmutable());
    }

    private ShellNode.Opaque Loop(int line, ImmutableArray<ShellNode> condition)
    {
        Expect("do");
        ImmutableArray<ShellNode> body = List();
        Expect("done");
        return new(line, [.. condition, .. body], KeepsVariables: false);
    }

    private ShellNode.Opaque Arithmetic()
    {
        int line = Current.Line, depth = 0;
        do
        {
            depth += Current.Is("(") ? 1 : Current.Is(")") ? -1 : 0;
            if (Current.Kind == ShellTokenKind.End)
                throw Unexpected();
            _at++;
        }
        while (depth > 0);
        return new(line, [], KeepsVariables: false);
    }

    private ShellNode.Test Test()
    {
        int line = Take().Line;
        var words = ImmutableArray.CreateBuilder<ShellToken>();
        while (!Current.Is("]]"))
        {
            if (Current.Kind == ShellTokenKind.End)
                throw Unexpected();
            if (Current.Kind != ShellTokenKind.NewLine)
                words.Add(Current);
            _at++;
        }
        _at++;
        return new(line, words.ToImmutable());
    }

    private ShellNode.Function Function(ShellToken name)
    {
        if (Current.Is("("))
        {
            _at++;
            Expect(")");
        }
        SkipLines();
        ShellNode body = Command();
        return new(name.Line, name.Text, [body]);
    }

    private ShellNode.Simple Simple()
    {
        int line = Current.Line;
        var words = ImmutableArray.CreateBuilder<ShellToken>();
        while (true)
        {
            if (SkipRedirection())
                continue;
            if (Current.Kind != ShellTokenKind.Word)
                break;
            words.Add(Take());
        }
        return words.Count > 0 || _at > 0 && _tokens[_at - 1].Line >= line && !IsStuck()
            ? new(line, words.ToImmutable())
            : throw Unexpected();
    }

    /// <summary>Whether nothing can be made of the current token, so that reading on would not end.</summary>
    private bool IsStuck() => Current.Kind == ShellTokenKind.Operator
        && !Current.Is(";") && !Current.Is("&") && !Current.Is("|") && !Current.Is("&&") && !Current.Is("||");

    private bool SkipRedirection()
    {
        bool hasNumber = Current.Kind == ShellTokenKind.Word && Current.Text.All(char.IsAsciiDigit)
            && IsRedirection(Ahead) && Ahead.Line == Current.Line
            && Ahead.Column == Current.Column + Current.Text.Length;
        if (!hasNumber && !IsRedirection(Current))
            return false;
        _at += hasNumber ? 2 : 1;
        if (Current.Kind == ShellTokenKind.Word)
            _at++;
        return true;
    }

    private static bool IsRedirection(ShellToken token) => token.Kind == ShellTokenKind.Operator
        && (token.Text.Contains('<') || token.Text.Contains('>'));
}
