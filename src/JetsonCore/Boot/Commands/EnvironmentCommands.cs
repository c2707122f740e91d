// env and its subcommands, and their old names: setenv, printenv, saveenv, grepenv, askenv, editenv.
// Source: U-Boot 2023.01 as gadget/u-boot/*.config builds it, measured in QEMU.
using System.Globalization;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Boot.Commands;

internal static class EnvironmentCommands
{
    private const long SaveWeight = 8;

    // The order decides nothing: a shortened name must be the only one that begins so.
    private static readonly (string Name, UBootAction Run)[] Subcommands =
    [
        ("ask", Ask), ("default", Default), ("delete", Delete), ("edit", Edit), ("export", EnvironmentTransfer.Export),
        ("grep", Grep), ("import", EnvironmentTransfer.Import), ("info", Information), ("load", Reload),
        ("print", Print), ("run", ShellCommands.RunVariables), ("save", Save), ("set", Set), ("exists", Exists),
    ];

    public static UBootCommand[] All { get; } =
    [
        new("env", UBootCommand.AnyNumber, RunSubcommand),
        new("setenv", UBootCommand.AnyNumber, Set) { IsRepeatable = false },
        new("printenv", UBootCommand.AnyNumber, Print),
        new("saveenv", 1, Save) { IsRepeatable = false },
        new("grepenv", UBootCommand.AnyNumber, Grep) { IsRepeatable = false },
        new("askenv", UBootCommand.AnyNumber, Ask),
        new("editenv", 2, Edit) { IsRepeatable = false },
    ];

    /// <summary>The environment after power-on: from disk, or the built-in one.</summary>
    public static bool Load(UBootMachine machine)
    {
        machine.Print($"Loading Environment from {PlaceOf(machine)}... ");
        int size = machine.Board.EnvironmentSize;
        byte[]? block = UBootEnvironmentStore.Find(BlockDevices.EnvironmentFileSystem(machine), size);
        SortedDictionary<string, string>? variables = block is null ? null : UBootEnvironmentStore.Read(block, size);
        machine.Variables.Clear();
        machine.UsesDefault = variables is null;
        machine.HasStored = variables is not null;
        foreach ((string name, string value) in variables ?? machine.Store.BuiltIn)
        {
            if (machine.Variables.HasConsole(name, value))
                machine.Variables.Import(name, value);
            else
                machine.Print($"himport_r: can't insert \"{name}={value}\" into hash table\n");
        }
        machine.Print(variables is not null ? "OK\n"
            : block is null
                ? "** File not found /uboot.env **\n\n** Unable to read \"/uboot.env\" from mmc0:1 **\n"
                : "*** Warning - bad CRC, using default environment\n\n");
        return variables is not null;
    }

    private static int RunSubcommand(UBootMachine machine, IReadOnlyList<string> words)
    {
        if (words.Count < 2)
            return UBootResult.Usage;
        int dot = words[1].IndexOf('.', StringComparison.Ordinal);
        string typed = dot < 0 ? words[1] : words[1][..dot];
        (string Name, UBootAction Run)[] found =
            [.. Subcommands.Where(sub => sub.Name.StartsWith(typed, StringComparison.Ordinal))];
        UBootAction? run = Array.Find(found, sub => sub.Name == typed).Run ?? (found.Length == 1 ? found[0].Run : null);
        return run is null ? UBootResult.Usage : run(machine, [.. words.Skip(1)]);
    }

    private static int Set(UBootMachine machine, IReadOnlyList<string> words)
    {
        if (words.Count < 2)
            return UBootResult.Usage;
        if (!TryReadOptions(words, "f", out string options, out int at))
            return UBootResult.Usage;
        // Without a name, what lies behind the words is taken for it.
        if (at == words.Count)
            return UBootResult.Success;
        string name = words[at];
        if (name.Contains('=', StringComparison.Ordinal))
        {
            machine.Print($"## Error: illegal character '='in variable name \"{name}\"\n");
            return UBootResult.Failure;
        }
        bool isForced = options.Contains('f', StringComparison.Ordinal);
        string? complaint = at + 1 == words.Count
            ? machine.Variables.Delete(name, isForced).Complaint
            : machine.Variables.Set(name, string.Join(' ', words.Skip(at + 1)), isForced);
        if (complaint is null)
            return UBootResult.Success;
        machine.Print(complaint);
        return UBootResult.Failure;
    }

    private static int Print(UBootMachine machine, IReadOnlyList<string> words)
    {
        bool showsHidden = words.Count > 1 && words[1].StartsWith("-a", StringComparison.Ordinal);
        string[] names = [.. words.Skip(showsHidden ? 2 : 1)];
        if (names.Length == 0)
        {
            string all = string.Concat(
                from variable in machine.Variables.All
                where showsHidden || !variable.Key.StartsWith('.')
                select EnvironmentTransfer.Line(variable.Key, variable.Value));
            machine.Print(all);
            machine.Print(string.Create(CultureInfo.InvariantCulture,
                $"\nEnvironment size: {all.Length + 1}/"));
            machine.Print(string.Create(CultureInfo.InvariantCulture,
                $"{UBootEnvironmentStore.RoomOf(machine.Board.EnvironmentSize)} bytes\n"));
            return UBootResult.Success;
        }
        int missing = 0;
        foreach (string name in names)
        {
            string? value = machine.Variables.Find(name);
            missing += value is null ? 1 : 0;
            machine.Print(value is null ? $"## Error: \"{name}\" not defined\n" : $"{name}={value}\n");
        }
        return missing;
    }

    private static int Delete(UBootMachine machine, IReadOnlyList<string> words)
    {
        if (!TryReadOptions(words, "f", out string options, out int at))
            return UBootResult.Usage;
        int result = UBootResult.Success;
        foreach (string name in words.Skip(at))
        {
            (bool isGone, _, string? complaint) =
                machine.Variables.Delete(name, options.Contains('f', StringComparison.Ordinal));
            if (complaint is not null)
                machine.Print(complaint);
            result = isGone ? result : UBootResult.Failure;
        }
        return result;
    }

    // The words are counted by "env", whose own limit "default" has, so any number does.
    private static int Default(UBootMachine machine, IReadOnlyList<string> words)
    {
        if (!TryReadOptions(words, "af", out string options, out int at))
            return UBootResult.Usage;
        bool isAll = options.Contains('a', StringComparison.Ordinal);
        if (isAll != (at == words.Count))
            return UBootResult.Usage;
        if (isAll)
        {
            machine.Print("## Resetting to default environment\n");
            machine.Variables.Clear();
            machine.UsesDefault = true;
            foreach ((string name, string value) in machine.Store.BuiltIn)
                machine.Variables.Import(name, value);
            return UBootResult.Success;
        }
        foreach (string name in words.Skip(at))
        {
            if (machine.Store.BuiltIn.TryGetValue(name, out string? value))
                machine.Variables.Import(name, value);
        }
        return UBootResult.Success;
    }

    private static int Exists(UBootMachine machine, IReadOnlyList<string> words)
    {
        if (words.Count < 2)
            return UBootResult.Usage;
        return machine.Variables.Find(words[1]) is null ? UBootResult.Failure : UBootResult.Success;
    }

    private static int Information(UBootMachine machine, IReadOnlyList<string> words)
    {
        if (words.Count == 1)
        {
            machine.Print($"env_valid = {(machine.HasStored ? "valid" : "invalid")}\nenv_ready = true\n"
                + $"env_use_default = {(machine.UsesDefault ? "true" : "false")}\n");
            return UBootResult.Success;
        }
        if (!TryReadOptions(words, "dpq", out string options, out _))
            return UBootResult.Usage;
        bool isQuiet = options.Contains('q', StringComparison.Ordinal);
        bool asksDefault = options.Contains('d', StringComparison.Ordinal);
        if (asksDefault && !isQuiet)
        {
            machine.Print(machine.UsesDefault
                ? "Default environment is used\n"
                : "Environment was loaded from persistent storage\n");
        }
        if (options.Contains('p', StringComparison.Ordinal) && !isQuiet)
            machine.Print("Environment can be persisted\n");
        return asksDefault && !machine.UsesDefault ? UBootResult.Failure : UBootResult.Success;
    }

    private static int Grep(UBootMachine machine, IReadOnlyList<string> words)
    {
        if (words.Count < 2 || !TryReadOptions(words, "envb", out string options, out int at))
            return UBootResult.Usage;
        bool isRegular = options.Contains('e', StringComparison.Ordinal);
        char what = options.LastOrDefault(option => option is 'n' or 'v' or 'b');
        string[] patterns = [.. words.Skip(at)];
        string found = "";
        foreach ((string name, string value) in machine.Variables.All)
        {
            string[] texts = what switch
            {
                'n' => [name],
                'v' => [value],
                _ => [name, value],
            };
            if (patterns.Length == 0 || Array.Exists(patterns, pattern => Matches(machine, pattern, texts, isRegular)))
                found += EnvironmentTransfer.Line(name, value);
        }
        machine.Print(found);
        return found.Length == 0 ? UBootResult.Failure : UBootResult.Success;
    }

    private static bool Matches(UBootMachine machine, string pattern, string[] texts, bool isRegular)
    {
        // Patterns are compiled whether they are used or not.
        var expression = new SlreExpression(pattern);
        if (expression.Fault is { } fault)
        {
            machine.Print($"Error compiling regex: {fault}\n");
            return false;
        }
        return Array.Exists(texts, text => isRegular
            ? expression.Match(text) is not null
            : text.Contains(pattern, StringComparison.Ordinal));
    }

    private static int Ask(UBootMachine machine, IReadOnlyList<string> words)
    {
        if (words.Count == 1)
            return UBootResult.Usage;
        int last = words.Count;
        ulong size = (ulong)machine.Board.LineLengthMax - 1;
        ulong asked = UBootNumbers.Read(words[^1], 10, out int end);
        if (end == words[^1].Length)
            (size, last) = (Math.Min(asked, size), last - 1);
        if (size == 0)
            return UBootResult.Failure;
        machine.Print(last <= 2
            ? $"Please enter '{words[1]}': "
            : string.Join(' ', words.Skip(2).Take(last - 2)) + " ");
        return Answer(machine, words[1], (int)size);
    }

    private static int Edit(UBootMachine machine, IReadOnlyList<string> words)
    {
        if (words.Count < 2)
            return UBootResult.Usage;
        string old = machine.Variables.Find(words[1]) ?? "";
        machine.Print($"edit: {old}");
        if (machine.Shell.Prompt is not { } prompt)
            throw new UBootEndException(UBootEnd.Stopped);
        string typed = old + (prompt.ReadAnswer() ?? throw new UBootEndException(UBootEnd.Stopped));
        machine.Print($"{typed[old.Length..]}\n");
        return Set(machine, typed.Length == 0 ? ["setenv", words[1]] : ["setenv", words[1], typed]);
    }

    private static int Answer(UBootMachine machine, string name, int size)
    {
        if (machine.Shell.Prompt is not { } prompt)
            throw new UBootEndException(UBootEnd.Stopped);      // nobody answers
        string typed = prompt.ReadAnswer() ?? throw new UBootEndException(UBootEnd.Stopped);
        machine.Print($"{typed}\n");
        typed = typed.Length > size ? typed[..size] : typed;
        return Set(machine, typed.Length == 0 ? ["setenv", name] : ["setenv", name, typed]);
    }

    private static string PlaceOf(UBootMachine machine) =>
        UBootEnvironmentStore.PlaceOf(BlockDevices.EnvironmentFileSystem(machine));

    private static int Reload(UBootMachine machine, IReadOnlyList<string> words)
    {
        machine.Print($"Loading Environment from {PlaceOf(machine)}... ");
        int size = machine.Board.EnvironmentSize;
        if (UBootEnvironmentStore.Find(BlockDevices.EnvironmentFileSystem(machine), size) is not { } block)
        {
            machine.Print("** File not found /uboot.env **\n\n** Unable to read \"/uboot.env\" from mmc0:1 **\n");
            return FallBack(machine);
        }
        if (UBootEnvironmentStore.Read(block, size) is not { } variables)
        {
            machine.Print("*** Warning - bad CRC, using default environment\n\n");
            return FallBack(machine);
        }
        machine.Print("OK\n");
        machine.Variables.Clear();
        machine.UsesDefault = false;
        foreach ((string name, string value) in variables)
            machine.Variables.Import(name, value);
        return UBootResult.Success;
    }

    private static int FallBack(UBootMachine machine)
    {
        machine.Variables.Clear();
        machine.UsesDefault = true;
        foreach ((string name, string value) in machine.Store.BuiltIn)
            machine.Variables.Import(name, value);
        return UBootResult.Failure;
    }

    private static int Save(UBootMachine machine, IReadOnlyList<string> words)
    {
        machine.Print($"Saving Environment to {PlaceOf(machine)}... ");
        int size = machine.Board.EnvironmentSize;
        byte[]? block = UBootEnvironmentStore.Write(machine.Variables.All, size);
        UBootFileSystem? fileSystem = BlockDevices.EnvironmentFileSystem(machine);
        if (block is not null && fileSystem is not null && FileWriting.Write(
            machine, fileSystem, UBootEnvironmentStore.Path, FileContent.Of(block)) is null)
        {
            machine.Print("done\nOK\n");
            machine.UsesDefault = false;
            machine.Spend(SaveWeight * size);
            machine.Trace.AddSave(machine.Variables.All.ToDictionary(
                variable => UBootText.ToHost(variable.Key), variable => UBootText.ToHost(variable.Value)));
            return UBootResult.Success;
        }
        machine.Print(fileSystem is null
            ? "** Bad device specification mmc 0 **\nFailed (1)\n"
            : block is null ? "Failed (1)\n" : "\n** Unable to write \"/uboot.env\" from mmc0:1 **\nFailed (1)\n");
        return UBootResult.Failure;
    }

    /// <summary>Reads words that begin with "-"; whether all their letters are known.</summary>
    internal static bool TryReadOptions(IReadOnlyList<string> words, string known, out string options, out int next)
    {
        options = "";
        for (next = 1; next < words.Count && words[next].StartsWith('-'); next++)
            options += words[next][1..];
        return options.All(known.Contains);
    }
}
