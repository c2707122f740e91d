// Where the parser takes characters from: a text, or lines that somebody types at the prompt.
namespace JetsonCore.Boot.Hush;

/// <summary>Characters, one at a time.</summary>
internal abstract class HushInput
{
    /// <summary>What is given behind the last character.</summary>
    public const int End = -1;

    protected string Text { get; set; } = "";

    protected int Position { get; set; }

    /// <summary>Whether this is the prompt, where "exit" does not leave.</summary>
    public abstract bool IsPrompt { get; }

    /// <summary>Whether anything is left in a text.</summary>
    public bool IsAtEnd => Position >= Text.Length;

    /// <summary>The next character.</summary>
    public abstract int Next();

    /// <summary>The character after that, without taking it; NUL at the end.</summary>
    public int Peek() => Position < Text.Length ? Text[Position] : 0;

    /// <summary>A new command begins.</summary>
    public virtual void Begin()
    {
    }

    /// <summary>After a syntax error: the rest of what is there is not looked at.</summary>
    public virtual void Discard() => Position = Text.Length;
}

/// <summary>A text; the shell wants a line break at its end and adds one.</summary>
internal sealed class HushTextInput : HushInput
{
    public HushTextInput(string text)
    {
        int lineBreak = text.IndexOf('\n', StringComparison.Ordinal);
        Text = lineBreak >= 0 && lineBreak == text.Length - 1 ? text : text + "\n";
    }

    public override bool IsPrompt => false;

    public override int Next() => Position < Text.Length ? Text[Position++] : End;
}

/// <summary>Lines typed at the prompt; an empty one repeats the last command, where that may be repeated.</summary>
internal sealed class HushPromptInput(IEnumerator<string> lines, int lineLengthMax) : HushInput
{
    private string _command = "\n";
    private bool _isContinued;

    /// <summary>Thrown when more is asked for than was typed.</summary>
    public sealed class NothingTyped : Exception;

    public override bool IsPrompt => true;

    /// <summary>Whether an empty line would repeat the last command.</summary>
    public bool MayRepeat { get; set; }

    /// <summary>Whether the command that runs is repeated by an empty line.</summary>
    public bool IsRepeating { get; private set; }

    public override void Begin() => _isContinued = false;

    public override int Next()
    {
        while (IsAtEnd)
            ReadLine();
        _isContinued = true;
        return Text[Position++];
    }

    /// <summary>A line as the console takes it: no more characters than its buffer holds.</summary>
    public string? ReadAnswer() => lines.MoveNext() ? Cut(lines.Current) : null;

    private void ReadLine()
    {
        string line = (ReadAnswer() ?? throw new NothingTyped()) + "\n";
        IsRepeating = false;
        Position = 0;
        if (_isContinued)
        {
            Continue(line);
            return;
        }
        if (line != "\n")
            (_command, MayRepeat) = (line, true);
        else if (MayRepeat)
            IsRepeating = true;
        else
            _command = line;
        Text = _command;
    }

    // What an empty line repeats is the whole command, as one line.
    private void Continue(string line)
    {
        if (line != "\n")
        {
            bool fits = _command.Length + line.Length < lineLengthMax;
            _command = fits ? $"{_command[..^1]} {line}" : "\n";
            MayRepeat &= fits;
        }
        Text = line;
    }

    private string Cut(string line) => line.Length < lineLengthMax ? line : line[..(lineLengthMax - 1)];
}
