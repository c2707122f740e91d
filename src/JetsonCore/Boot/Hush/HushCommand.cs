// What the parser makes of a script: a flat list of commands, each with the reserved word it stands under and what
// comes behind it. A compound command (if…fi, for…done) is one entry whose group is such a list again.
namespace JetsonCore.Boot.Hush;

/// <summary>How a command is joined with the next one.</summary>
internal enum HushFollowup
{
    Always,
    IfSucceeded,
    IfFailed,
}

/// <summary>One entry of a list.</summary>
internal sealed class HushCommand
{
    /// <summary>The words, with variables still between <see cref="HushText.Variable"/> marks.</summary>
    public List<string> Words { get; } = [];

    /// <summary>For each word whether quotes stood in it.</summary>
    public List<bool> AreQuoted { get; } = [];

    /// <summary>Variables in the words.</summary>
    public int Substitutions { get; set; }

    /// <summary>The commands of a compound command.</summary>
    public List<HushCommand>? Group { get; set; }

    /// <summary>Whether it is a command at all, and no gap between separators.</summary>
    public bool IsClosed { get; set; }

    public HushReserved Reserved { get; set; }

    public HushFollowup Followup { get; set; }

    public bool IsEmpty => Group is null && Words.Count == 0;
}

/// <summary>The marks in texts that are on their way through the shell.</summary>
internal static class HushText
{
    /// <summary>Stands before and behind the name of a variable.</summary>
    public const char Variable = '\x03';

    /// <summary>Stands before and behind a value that is not to be parsed again.</summary>
    public const char Value = '\x04';

    /// <summary>NAME= at the start of a word.</summary>
    public static bool IsAssignment(string word)
    {
        if (word.Length == 0 || !char.IsAsciiLetter(word[0]))
            return false;
        int at = 1;
        while (at < word.Length && (char.IsAsciiLetterOrDigit(word[at]) || word[at] == '_'))
            at++;
        return at < word.Length && word[at] == '=';
    }
}
