// The commands that belong to the shell: echo, test, run and the like. Source: U-Boot 2023.01, measured in QEMU.
using JetsonCore.Boot.Hush;

namespace JetsonCore.Boot.Commands;

internal static class ShellCommands
{
    private const int MillisecondsMax = int.MaxValue;

    public static UBootCommand[] All { get; } =
    [
        new("echo", UBootCommand.AnyNumber, Echo),
        new("true", UBootCommand.AnyNumber, (_, _) => UBootResult.Success),
        new("false", UBootCommand.AnyNumber, (_, _) => UBootResult.Failure),
        new("test", UBootCommand.AnyNumber, UBootTest.Run),
        // In this release it does not leave: it returns its number, and the script goes on.
        new("exit", 2, Exit),
        new("run", UBootCommand.AnyNumber, RunVariables),
        new("sleep", 2, Sleep),
        new("showvar", UBootCommand.AnyNumber, ShowVariables),
        new("reset", 2, (machine, _) => End(machine, "resetting ...\n", UBootEnd.Reset)) { IsRepeatable = false },
        new("poweroff", 1, (machine, _) => End(machine, "poweroff ...\n", UBootEnd.Stopped)) { IsRepeatable = false },
        new("boot", 1, RunBootCommand),
        new("bootd", 1, RunBootCommand),
    ];

    /// <summary>Runs the texts of variables; stops at the first that fails.</summary>
    public static int RunVariables(UBootMachine machine, IReadOnlyList<string> words)
    {
        if (words.Count < 2)
            return UBootResult.Usage;
        foreach (string name in words.Skip(1))
        {
            if (machine.Variables.Find(name) is not { } text)
            {
                machine.Print($"## Error: \"{name}\" not defined\n");
                return UBootResult.Failure;
            }
            if (machine.Shell.RunText(text, HushMode.Syntax | HushMode.OneCommand | HushMode.AllLines) != 0)
                return UBootResult.Failure;
        }
        return UBootResult.Success;
    }

    private static int RunBootCommand(UBootMachine machine, IReadOnlyList<string> words) =>
        machine.Shell.RunText(machine.Variables.Find("bootcmd") ?? "", HushMode.Syntax | HushMode.OneCommand);

    private static int Echo(UBootMachine machine, IReadOnlyList<string> words)
    {
        bool hasLineBreak = words.Count < 2 || words[1] != "-n";
        machine.Print(string.Join(' ', words.Skip(hasLineBreak ? 1 : 2)) + (hasLineBreak ? "\n" : ""));
        return UBootResult.Success;
    }

    private static int Exit(UBootMachine machine, IReadOnlyList<string> words)
    {
        machine.Trace.Remark("\"exit\" does not leave a script in U-Boot 2023.01: the next command runs");
        return words.Count > 1 ? unchecked((int)UBootNumbers.Decimal(words[1])) : UBootResult.Success;
    }

    private static int Sleep(UBootMachine machine, IReadOnlyList<string> words)
    {
        if (words.Count != 2)
            return UBootResult.Usage;
        if (UBootNumbers.Decimal(words[1]) > MillisecondsMax / 1000)
            throw new UBootEndException(UBootEnd.TooLong);
        return UBootResult.Success;
    }

    private static int ShowVariables(UBootMachine machine, IReadOnlyList<string> words)
    {
        int missing = 0;
        if (words.Count == 1)
        {
            foreach ((string name, string value) in machine.Shell.Variables.All)
                machine.Print($"{name}={value}\n");
        }
        foreach (string name in words.Skip(1))
        {
            if (machine.Shell.Variables.Find(name) is { } value)
            {
                machine.Print($"{name}={value}\n");
                continue;
            }
            machine.Print($"## Error: \"{name}\" not defined\n");
            missing++;
        }
        return missing;
    }

    private static int End(UBootMachine machine, string said, UBootEnd end)
    {
        machine.Print(said);
        throw new UBootEndException(end);
    }
}
