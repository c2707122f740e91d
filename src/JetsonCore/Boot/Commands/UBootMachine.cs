// A board with U-Boot on it: memory, disks, environment, console and shell. It stands between the shell, which knows
// only words, and the commands, which are tables of functions.
using System.Text;
using JetsonCore.Boot.Hush;

namespace JetsonCore.Boot.Commands;

/// <summary>A board that U-Boot's commands run on.</summary>
internal sealed class UBootMachine : IHushHost
{
    /// <summary>Commands and turns of loops after which a script counts as endless.</summary>
    public const int StepsMax = 200_000;

    private const int ConsoleMax = 4 << 20, TextMax = 1 << 20, TextWeight = 16;
    private const long WorkMax = 4L << 30;

    private readonly StringBuilder _console = new();
    private readonly UBootCommandTable _commands;
    private int _steps;
    private long _work;

    /// <summary>A board that was just switched on, its environment empty.</summary>
    /// <param name="board">Which board.</param>
    /// <param name="disks">Its disks.</param>
    /// <param name="store">The environment it carries, and where it keeps the other.</param>
    public UBootMachine(UBootBoard board, IReadOnlyList<UBootDisk> disks, UBootEnvironmentStore store)
    {
        (Board, Disks, Store) = (board, disks, store);
        Shell = new(this);
        _commands = new(board);
        Memory = new(Spend);
        Variables = new() { ConsoleDevices = board.ConsoleDevices };
    }

    /// <summary>Which board.</summary>
    public UBootBoard Board { get; }

    /// <summary>Its disks.</summary>
    public IReadOnlyList<UBootDisk> Disks { get; }

    /// <summary>What was done.</summary>
    public UBootTrace Trace { get; } = new();

    /// <summary>What the console has shown.</summary>
    public string Console => UBootText.ToHost(_console.ToString());

    /// <summary>The variables.</summary>
    public IReadOnlyDictionary<string, string> Environment => Variables.All;

    /// <summary>Whether saving is to be refused, as by a file system that U-Boot does not write.</summary>
    public bool RefusesSaving { get; init; }

    /// <summary>Where the power goes at the first save, or null.</summary>
    public UBootPowerCut? PowerCut { get; init; }

    public UBootEnvironmentStore Store { get; }

    public UBootVariables Variables { get; }

    public UBootMemory Memory { get; }

    public HushShell Shell { get; }

    /// <summary>The address of the tree that "fdt" works on; 0: none.</summary>
    public ulong WorkingFdt { get; set; }

    /// <summary>The disk that "mmc" works on.</summary>
    public int CurrentMmc { get; set; }

    /// <summary>Whether the environment in use is the built-in one.</summary>
    public bool UsesDefault { get; set; }

    /// <summary>Whether a good environment was found on disk at the start.</summary>
    public bool HasStored { get; set; } = true;

    /// <summary>Runs lines as typed at the prompt.</summary>
    public void RunPrompt(IEnumerable<string> lines)
    {
        using IEnumerator<string> typed = lines.Select(UBootText.FromHost).GetEnumerator();
        var prompt = new HushPromptInput(typed, Board.LineLengthMax);
        RunToEnd(() => Shell.RunPrompt(prompt));
    }

    /// <summary>Starts as after power-on: the environment from disk or the built-in one, then bootcmd.</summary>
    public void Boot()
    {
        EnvironmentCommands.Load(this);
        RunToEnd(() =>
        {
            if (Variables.Find("preboot") is { } preboot)
                Shell.RunText(preboot, HushMode.Syntax);
            if (Variables.Find("bootcmd") is { } command)
                Shell.RunText(command, HushMode.Syntax);
        });
    }

    /// <summary>Sets a variable whatever its rights are.</summary>
    public void Import(string name, string value) =>
        Variables.Import(UBootText.FromHost(name), UBootText.FromHost(value));

    string? IHushHost.Find(string name) => Variables.Find(name);

    void IHushHost.Print(string text) => Print(text);

    void IHushHost.Step() => Step();

    void IHushHost.Spend(int characters)
    {
        if (characters > TextMax)
            throw new UBootEndException(UBootEnd.TooLong);
        Spend((long)characters * TextWeight);
    }

    int IHushHost.Run(IReadOnlyList<string> words, bool isRepeated) => Run(words);

    public void Print(string text)
    {
        if (_console.Length + text.Length > ConsoleMax)
            throw new UBootEndException(UBootEnd.TooLong);
        _console.Append(text);
    }

    public void Step()
    {
        if (++_steps > StepsMax)
            throw new UBootEndException(UBootEnd.TooLong);
    }

    /// <summary>So many bytes are looked at or moved: more than any boot needs ends the run.</summary>
    public void Spend(long bytes)
    {
        _work += bytes;
        if (_work > WorkMax)
            throw new UBootEndException(UBootEnd.TooLong);
    }

    /// <summary>Sets a variable as a command does that computes it.</summary>
    public int SetVariable(string name, string value)
    {
        if (value.Length == 0)
        {
            Variables.Delete(name, isForced: false);
            return UBootResult.Success;
        }
        if (Variables.Set(name, value, isForced: false) is not { } complaint)
            return UBootResult.Success;
        Print(complaint);
        return UBootResult.Failure;
    }

    public int SetHex(string name, ulong value) => SetVariable(name, UBootNumbers.Hex(value));

    /// <summary>Runs a command by its words.</summary>
    public int Run(IReadOnlyList<string> words)
    {
        if (Variables.Find("xtrace") is not null)
            Print($"+{string.Concat(words.Select(word => " " + word))}\n");
        (UBootCommand? command, bool exists) = _commands.Find(words[0]);
        if (command is null)
        {
            Trace.AddUnknown(words[0]);
            if (exists)
                Trace.Remark($"U-Boot has the command \"{words[0]}\", which is not simulated: taken as failed");
            else
                Print($"Unknown command '{words[0]}' - try 'help'\n");
            return UBootResult.Failure;
        }
        int result = words.Count > Math.Min(command.WordsMax, Board.WordsMax)
            ? UBootResult.Usage
            : command.Run(this, words);
        if (Shell.Prompt is { } prompt && !command.IsRepeatable)
            prompt.MayRepeat = false;
        if (result != UBootResult.Usage)
            return result;
        Print(command.Usage);
        return UBootResult.Failure;
    }

    private void RunToEnd(Action run)
    {
        try
        {
            run();
        }
        catch (UBootEndException end)
        {
            Trace.End = end.End;
        }
        catch (HushRecursionException)
        {
            Trace.End = UBootEnd.Recursion;
        }
        if (Shell.HasLostItsWay)
        {
            Trace.Remark("a script ends with a syntax error: U-Boot goes on with whatever lies at address 0, "
                + "here it ends");
        }
    }
}
