// The reserved words of U-Boot's shell and what may follow each: the grammar's whole table.
//
//   if  … then … [elif … then …]* [else …] fi
//   for NAME in WORDS ; do … done         while … do … done         until … do … done
//
// Source: U-Boot 2023.01, doc/usage/cmdline.rst and the behaviour of common/cli_hush.c, measured in QEMU.
namespace JetsonCore.Boot.Hush;

/// <summary>Under which reserved word a command stands.</summary>
internal enum HushReserved
{
    None = 0,
    If = 1,
    Then = 2,
    Elif = 3,
    Else = 4,
    Fi = 5,
    For = 6,
    While = 7,
    Until = 8,
    Do = 9,
    Done = 10,

    /// <summary>No word: what a skipped command is compared with.</summary>
    Nothing = 11,
    In = 12,

    /// <summary>A word where it may not stand; the shell complains and goes on.</summary>
    Misplaced = 13,
}

/// <summary>One reserved word.</summary>
/// <param name="Text">How it is written.</param>
/// <param name="Word">What it is.</param>
/// <param name="Next">The words that may follow its commands, as bits.</param>
/// <param name="Starts">Whether it begins a compound command.</param>
internal sealed record HushReservedWord(string Text, HushReserved Word, int Next, bool Starts = false)
{
    private static readonly HushReservedWord[] All =
    [
        new("if", HushReserved.If, Bit(HushReserved.Then), Starts: true),
        new("then", HushReserved.Then, Bit(HushReserved.Elif) | Bit(HushReserved.Else) | Bit(HushReserved.Fi)),
        new("elif", HushReserved.Elif, Bit(HushReserved.Then)),
        new("else", HushReserved.Else, Bit(HushReserved.Fi)),
        new("fi", HushReserved.Fi, Bit(HushReserved.None)),
        new("for", HushReserved.For, Bit(HushReserved.In), Starts: true),
        new("while", HushReserved.While, Bit(HushReserved.Do), Starts: true),
        new("until", HushReserved.Until, Bit(HushReserved.Do), Starts: true),
        new("in", HushReserved.In, Bit(HushReserved.Do)),
        new("do", HushReserved.Do, Bit(HushReserved.Done)),
        new("done", HushReserved.Done, Bit(HushReserved.None)),
    ];

    /// <summary>Whether the compound command is complete with this word.</summary>
    public bool Ends => Next == Bit(HushReserved.None);

    /// <summary>The reserved word that is written so, or null.</summary>
    public static HushReservedWord? Find(string text) => Array.Find(All, word => word.Text == text);

    /// <summary>The bit of a word in <see cref="Next"/>.</summary>
    public static int Bit(HushReserved word) => 1 << (int)word;
}
