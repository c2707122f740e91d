// What the shell needs of the boot loader around it.
namespace JetsonCore.Boot.Hush;

/// <summary>The boot loader around the shell.</summary>
internal interface IHushHost
{
    /// <summary>The value of a variable of the environment, or null.</summary>
    string? Find(string name);

    /// <summary>Runs a command; 0 is success, below -1 leaves all scripts.</summary>
    int Run(IReadOnlyList<string> words, bool isRepeated);

    /// <summary>Shows a text on the console.</summary>
    void Print(string text);

    /// <summary>So long a text is put together or read; throws where that is more than any boot needs.</summary>
    void Spend(int characters);

    /// <summary>One more command or turn of a loop; throws where there have been too many.</summary>
    void Step();
}
