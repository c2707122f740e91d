// One command of U-Boot: how it is called, and what it does.
namespace JetsonCore.Boot.Commands;

/// <summary>Does what a command does; the first word is its name as typed.</summary>
internal delegate int UBootAction(UBootMachine machine, IReadOnlyList<string> words);

/// <summary>A command.</summary>
/// <param name="Name">Its full name.</param>
/// <param name="WordsMax">The most words it takes, its name included.</param>
/// <param name="Run">What it does.</param>
internal sealed record UBootCommand(string Name, int WordsMax, UBootAction Run)
{
    /// <summary>As many words as a line may have.</summary>
    public const int AnyNumber = int.MaxValue;

    /// <summary>Whether an empty line at the prompt repeats it.</summary>
    public bool IsRepeatable { get; init; } = true;

    /// <summary>What the console shows where it was called wrongly, in the place of a text of U-Boot's.</summary>
    public string Usage => $"usage: {Name}\n";
}
