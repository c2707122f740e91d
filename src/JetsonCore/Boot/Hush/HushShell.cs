// Runs what the parser read, the way U-Boot's shell does. A command with variables in it is put together as a text
// again, its quoted words in single quotes, and that text is parsed and run once more: values fall apart at blanks,
// and quotes inside them count.
//
//   rc of a list       that of its last command; $? is 0 or 1
//   a && b || c        from left to right; what is skipped ends at the next separator
//   for NAME in …      the loop variable is one of the shell's own
//
// Source: U-Boot 2023.01, behaviour of common/cli_hush.c, each point measured in QEMU.
using System.Globalization;
using System.Text;

namespace JetsonCore.Boot.Hush;

internal sealed class HushShell(IHushHost host)
{
    private readonly IHushHost _host = host;

    /// <summary>What a command returns to leave all scripts.</summary>
    public const int Leave = -2;

    private const string SeparatorsDefault = " \t\n";
    private const int DepthMax = 250;

    private HushPromptInput? _prompt;
    private int _depth;

    /// <summary>The shell's own variables.</summary>
    public HushVariables Variables { get; } = new();

    /// <summary>What $? says.</summary>
    public int LastResult { get; private set; }

    /// <summary>Whether a script ended with a syntax error: the real shell goes on with what is at address 0.</summary>
    public bool HasLostItsWay { get; private set; }

    /// <summary>The prompt that commands are typed at, if any.</summary>
    public HushPromptInput? Prompt => _prompt;

    /// <summary>Runs lines as if they were typed at the prompt.</summary>
    public void RunPrompt(HushPromptInput prompt)
    {
        _prompt = prompt;
        try
        {
            RunInput(prompt, HushMode.Syntax);
        }
        catch (HushPromptInput.NothingTyped)
        {
        }
    }

    /// <summary>Runs a text; 0 or 1.</summary>
    public int RunText(string text, HushMode mode)
    {
        if (text.Length == 0)
            return 0;
        _host.Spend(text.Length);
        if (++_depth > DepthMax)
            throw new HushRecursionException();
        int result = RunInput(new HushTextInput(text), mode);
        _depth--;
        return result;
    }

    private int RunInput(HushInput input, HushMode mode)
    {
        int result = 1;
        HushOutcome outcome;
        do
        {
            input.Begin();
            var parser = new HushParser(input, mode, _host.Find("IFS") ?? SeparatorsDefault, Complain);
            outcome = parser.Read();
            if (outcome != HushOutcome.SyntaxError && parser.IsUnfinished)
                Complain();
            if (outcome == HushOutcome.SyntaxError || parser.IsUnfinished)
            {
                HasLostItsWay |= !input.IsPrompt && !mode.HasFlag(HushMode.OneCommand)
                    && outcome == HushOutcome.SyntaxError;
                ForbidRepeating();
                input.Discard();
                continue;
            }
            result = RunList(parser.Finish());
            if (result == Leave)
            {
                result = 0;
                if (!input.IsPrompt)
                    break;
                _host.Print("exit not allowed from main input shell.\n");
            }
            else if (result == -1)
            {
                ForbidRepeating();
            }
        }
        while (outcome != HushOutcome.EndOfText && !mode.HasFlag(HushMode.OneCommand)
            && (input.IsPrompt || !input.IsAtEnd));
        return result != 0 ? 1 : 0;
    }

    private int RunList(List<HushCommand> list)
    {
        if (HasMalformedFor(list))
        {
            Complain();
            return 1;
        }
        return new ListRun(this, list).Run();
    }

    // "for" wants a name and "in", and one line of words.
    private static bool HasMalformedFor(List<HushCommand> list)
    {
        for (int at = 0; at < list.Count; at++)
        {
            HushReserved word = list[at].Reserved;
            if (word is not (HushReserved.For or HushReserved.In))
                continue;
            if (at + 1 == list.Count)
                return true;
            HushCommand next = list[at + 1];
            if (word == HushReserved.In && next.Reserved == HushReserved.In && next.Words.Count > 0)
                return true;
            if (word == HushReserved.For && next.Reserved != HushReserved.In)
                return true;
        }
        return false;
    }

    private int RunCommand(HushCommand command, string? loopAssignment)
    {
        _host.Step();
        if (command.Group is { } group)
            return RunList(group);
        List<string> words = loopAssignment is null ? command.Words : [loopAssignment];
        if (words.Count == 0)
            return -1;
        int first = 0;
        int substitutions = command.Substitutions;
        for (; first < words.Count && HushText.IsAssignment(words[first]); first++)
        {
            string assignment = Substitute(words[first], areMarked: false);
            if (Variables.Set(assignment) is { } complaint)
                _host.Print(complaint);
            if (assignment != words[first])
                substitutions--;
        }
        if (first == words.Count)
            return 0;
        if (substitutions > 0)
        {
            command.Substitutions = substitutions;
            RunText(Flatten(command, first), HushMode.OneCommand | HushMode.Again);
            return LastResult;
        }
        if (words[first].Contains(';', StringComparison.Ordinal))
        {
            _host.Print($"Unknown command '{words[first]}' - try 'help' or use 'run' command\n");
            return -1;
        }
        command.Substitutions = substitutions;
        return _host.Run(first == 0 ? words : words[first..], _prompt?.IsRepeating ?? false);
    }

    /// <summary>The words as a text to be parsed again.</summary>
    private string Flatten(HushCommand command, int first)
    {
        bool areMarked = Variables.Find("HUSH_NO_EVAL") is { } value && value[0] != '0';
        var text = new StringBuilder();
        for (int at = first; at < command.Words.Count; at++)
        {
            if (at > first)
                text.Append(' ');
            string quote = command.AreQuoted[at] ? "'" : "";
            text.Append(quote).Append(Substitute(command.Words[at], areMarked)).Append(quote);
        }
        return text.Append('\n').ToString();
    }

    private string Substitute(string word, bool areMarked)
    {
        string[] parts = word.Split(HushText.Variable);
        if (parts.Length == 1)
            return word;
        var text = new StringBuilder(parts[0]);
        for (int at = 1; at < parts.Length; at++)
        {
            if (at % 2 == 0)
                text.Append(parts[at]);
            else if (Look(parts[at]) is { } value)
                text.Append(areMarked ? $"{HushText.Value}{value}{HushText.Value}" : value);
            _host.Spend(text.Length);
        }
        return text.Replace('\n', ' ').ToString();
    }

    /// <summary>The value of NAME, NAME:-default, NAME:=default or NAME:+other, or null.</summary>
    private string? Look(string reference)
    {
        int split = reference.IndexOf(':', StringComparison.Ordinal);
        string name = split < 0 ? reference : reference[..split];
        char operation = split >= 0 && split + 1 < reference.Length ? reference[split + 1] : '\0';
        string? other = operation is '-' or '=' or '+' ? reference[(split + 2)..] : null;
        string? value = _host.Find(name) ?? FindOwn(name);
        if (!string.IsNullOrEmpty(value))
            return operation == '+' ? "" : value;
        if (operation == '=' && Variables.Set($"{name}={other}") is { } complaint)
            _host.Print(complaint);
        return other;
    }

    private string? FindOwn(string name)
    {
        if (!name.StartsWith('$'))
            return Variables.Find(name);
        return name.StartsWith("$?", StringComparison.Ordinal)
            ? LastResult.ToString(CultureInfo.InvariantCulture)
            : null;
    }

    private List<string> LoopAssignments(HushCommand words, string name) =>
    [
        .. from word in words.Words
           from value in Substitute(word, areMarked: false).Split(' ', StringSplitOptions.RemoveEmptyEntries)
           select $"{name}={value}",
    ];

    private void Complain() => _host.Print("syntax error\n");

    private void ForbidRepeating()
    {
        if (_prompt is not null)
            _prompt.MayRepeat = false;
    }

    /// <summary>One list on its way: where it is, and what it skips.</summary>
    private sealed class ListRun(HushShell shell, List<HushCommand> list)
    {
        private List<string>? _values;
        private int _value, _loopStart = -1;
        private string? _loopAssignment;
        private bool _goesRound, _condition = true, _nextCondition = true, _skipsOnly = true;
        private HushReserved _skipped = HushReserved.Nothing;

        public int Run()
        {
            int result = 0;
            bool jumpsBack = false;
            for (int at = 0; at < list.Count; at = jumpsBack ? _loopStart : at + 1)
            {
                HushCommand command = list[at];
                if (command.Reserved is HushReserved.While or HushReserved.Until or HushReserved.For)
                {
                    shell._host.Step();
                    jumpsBack = false;
                    if (_loopStart < 0)
                        (_loopStart, _goesRound) = (at, false);
                }
                if (IsSkipped(command))
                    continue;
                if (command.Reserved == HushReserved.Elif && _condition)
                    break;
                if (!Enters(command, at))
                    continue;
                if (command.Reserved == HushReserved.Done)
                {
                    jumpsBack = _goesRound;
                    if (!_goesRound)
                        _loopStart = -1;
                }
                if (!command.IsClosed)
                    continue;
                result = shell.RunCommand(
                    command, command.Reserved == HushReserved.For ? _loopAssignment : null);
                if (result < -1)
                {
                    shell.LastResult = -result - 2;
                    return Leave;
                }
                Note(command, result);
            }
            return result;
        }

        // Behind a failed && or a successful ||, up to the end of the line of commands.
        private bool IsSkipped(HushCommand command)
        {
            if (command.Reserved == _skipped && _skipsOnly)
            {
                if (command.Followup == HushFollowup.Always)
                    _skipsOnly = false;
                return true;
            }
            _skipsOnly = true;
            _skipped = HushReserved.Nothing;
            if (command.Reserved is HushReserved.Then or HushReserved.Else)
                _condition = _nextCondition;
            return (command.Reserved == HushReserved.Then && !_condition)
                || (command.Reserved == HushReserved.Else && _condition);
        }

        private bool Enters(HushCommand command, int at)
        {
            switch (command.Reserved)
            {
                case HushReserved.For when command.IsClosed:
                    return NextValue(list[at + 1], command.Words[0]);
                case HushReserved.In:
                    return false;
                case HushReserved.Do:
                    return _goesRound;
                default:
                    return true;
            }
        }

        private bool NextValue(HushCommand words, string name)
        {
            if (_values is null)
            {
                if (words.Words.Count == 0)
                    return false;
                (_values, _value, _goesRound) = (shell.LoopAssignments(words, name), 0, true);
            }
            if (_value == _values.Count)
            {
                (_values, _goesRound, _loopAssignment) = (null, false, null);
                return false;
            }
            _loopAssignment = _values[_value++];
            return true;
        }

        private void Note(HushCommand command, int result)
        {
            shell.LastResult = result == 0 ? 0 : 1;
            switch (command.Reserved)
            {
                case HushReserved.If or HushReserved.Elif:
                    _nextCondition = result == 0;
                    break;
                case HushReserved.While:
                    _goesRound = result == 0;
                    break;
                case HushReserved.Until:
                    _goesRound = result != 0;
                    break;
            }
            if ((result == 0 && command.Followup == HushFollowup.IfFailed)
                || (result != 0 && command.Followup == HushFollowup.IfSucceeded))
            {
                _skipped = command.Reserved;
            }
        }
    }
}
