// What the word at the cursor can become: a verb, an option, or a value. The words are taken as the program's parser
// takes them, but an unfinished line is no error.
using System.CommandLine;
using System.CommandLine.Completions;

namespace JetsonCore.Cli.Completion;

/// <summary>What the shell offers besides.</summary>
internal enum HostFiles
{
    None,
    Files,
    Folders,
}

/// <summary>A word, and what is to be said of it; "" for nothing.</summary>
internal sealed record Offer(string Word, string About);

/// <summary>All that a word can become.</summary>
internal sealed record Offers(HostFiles Files, IEnumerable<Offer> Words)
{
    public static Offers None { get; } = new(HostFiles.None, []);
}

internal sealed class WordCompletion
{
    private readonly List<string> _operands = [];
    private readonly HashSet<Option> _given = [];
    private Command _command;
    private Option? _waiting;
    private bool _onlyOperands;

    private WordCompletion(Command root) => _command = root;

    /// <summary>Completes a line.</summary>
    /// <param name="root">The program's commands.</param>
    /// <param name="words">The words behind the program's name; the last is the one at the cursor, perhaps "".</param>
    public static Offers Of(Command root, IReadOnlyList<string> words)
    {
        var line = new WordCompletion(root);
        foreach (string word in words.SkipLast(1))
            line.Take(word);
        string last = words.Count > 0 ? words[^1] : "";
        Offers offers = line.Complete(last);
        return offers with
        {
            Words = offers.Words.Where(offer => offer.Word.StartsWith(last, StringComparison.Ordinal)),
        };
    }

    private IEnumerable<Option> Options
    {
        get
        {
            IEnumerable<Option> own = _command.Options;
            return own.Concat(_command.Parents.OfType<Command>().SelectMany(parent => parent.Options)
                .Where(option => option.Recursive));
        }
    }

    private void Take(string word)
    {
        if (_waiting is not null)
        {
            _waiting = null;
        }
        else if (_onlyOperands || word is "-" || !word.StartsWith('-'))
        {
            if (!_onlyOperands && _operands.Count == 0
                && _command.Subcommands.FirstOrDefault(below => below.Name == word) is { } found)
                _command = found;
            else
                _operands.Add(word);
        }
        else if (word == "--")
        {
            _onlyOperands = true;
        }
        else if (Options.FirstOrDefault(option => option.Name == word || option.Aliases.Contains(word)) is { } option)
        {
            _given.Add(option);
            _waiting = option.Arity.MinimumNumberOfValues > 0 ? option : null;
        }
    }

    private Offers Complete(string word)
    {
        if (_waiting is not null)
            return OfValue(_waiting, word);
        if (!_onlyOperands && word.StartsWith('-'))
            return new(HostFiles.None, OptionNames(word));
        if (_command.Subcommands.Count > 0 && _operands.Count == 0)
        {
            return new(HostFiles.None, _command.Subcommands.Where(below => !below.Hidden)
                .Select(below => new Offer(below.Name, FirstLine(below.Description))));
        }
        return ArgumentAt(_operands.Count) is { } argument ? OfValue(argument, word) : Offers.None;
    }

    private IEnumerable<Offer> OptionNames(string word)
    {
        foreach (Option option in Options)
        {
            if (option.Hidden || (_given.Contains(option) && option.Arity.MaximumNumberOfValues <= 1))
                continue;
            foreach (string name in option.Aliases.Prepend(option.Name))
            {
                // short ones only where one is begun: there are long ones for all of them
                if (name.StartsWith("--", StringComparison.Ordinal) || (word.Length > 1 && word[1] != '-'))
                    yield return new(name, FirstLine(option.Description));
            }
        }
    }

    private Argument? ArgumentAt(int index)
    {
        foreach (Argument argument in _command.Arguments)
        {
            if (index < argument.Arity.MaximumNumberOfValues)
                return argument;
            index -= argument.Arity.MaximumNumberOfValues;
        }
        return null;
    }

    private Offers OfValue(Symbol symbol, string word)
    {
        Offer[] known = [.. symbol.GetCompletions(CompletionContext.Empty)
            .Select(item => new Offer(item.Label, item.Detail ?? ""))];
        return known.Length > 0
            ? new(HostFiles.None, known)
            : ValueCompletion.Of(
                ValueKinds.Of(_command, symbol) ?? ValueKind.Text, word, _operands.FirstOrDefault());
    }

    private static string FirstLine(string? text) => (text ?? "").Split('\n')[0];
}
