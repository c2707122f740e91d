// How a text is read and run.
namespace JetsonCore.Boot.Hush;

/// <summary>The ways in which the shell takes a text.</summary>
[Flags]
internal enum HushMode
{
    None = 0,

    /// <summary>Reserved words and operators mean something.</summary>
    Syntax = 1,

    /// <summary>Only one command is read: a line, or what a compound command needs.</summary>
    OneCommand = 2,

    /// <summary>Text that came out of variables.</summary>
    Again = 4,

    /// <summary>A line break separates commands and does not end the text: what "run" runs.</summary>
    AllLines = 8,
}
