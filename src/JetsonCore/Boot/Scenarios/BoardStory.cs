// One board over several starts: what is on its disk stays, all else begins anew. It keeps what all starts did, for
// the result of a scenario.
using System.Collections.Immutable;
using JetsonCore.Boot.Commands;
using JetsonCore.Diagnostics;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Boot.Scenarios;

/// <summary>How one start is disturbed.</summary>
internal sealed record StartOptions(bool RefusesSaving = false, UBootPowerCut? PowerCut = null);

internal sealed class BoardStory(string name, UBootBoard board, UBootDisk disk, UBootEnvironmentStore store)
{
    private readonly List<UBootLoad> _loads = [];
    private readonly List<ImmutableSortedDictionary<string, string>> _saves = [];
    private readonly List<string> _console = [];
    private readonly SortedSet<string> _unknown = new(StringComparer.Ordinal);
    private readonly DiagnosticBag _findings = new();
    private UBootMachine? _last;

    public UBootBoard Board => board;

    /// <summary>What the last start did.</summary>
    public UBootTrace Trace => _last!.Trace;

    /// <summary>The kernel of the last start, or null.</summary>
    public BootedKernel? Booted => _last?.Trace is { Start: { } start } trace ? Describe(start, trace.Loads) : null;

    /// <summary>The last line on the console.</summary>
    public string LastLine => _console.LastOrDefault(line => line.Length > 0) ?? "";

    public UBootFileSystem? SystemBoot => BoardDisk.SystemBootOf(disk);

    public void Find(Rule rule, string message, string hint) => _findings.Add(new()
    {
        Rule = rule,
        Severity = rule.Severity,
        Path = name,
        Message = message,
        Hint = hint,
    });

    /// <summary>Switches the board on and runs bootcmd.</summary>
    public void Start(StartOptions? options = null)
    {
        StartOptions chosen = options ?? new();
        var machine = new UBootMachine(board, [disk], store)
        {
            RefusesSaving = chosen.RefusesSaving,
            PowerCut = chosen.PowerCut,
        };
        var before = (ReadEnvironment() ?? store.BuiltIn).ToDictionary(
            entry => UBootText.ToHost(entry.Key), entry => UBootText.ToHost(entry.Value), StringComparer.Ordinal);
        machine.Boot();
        Take(machine, before);
    }

    /// <summary>Runs lines as typed at the prompt, with an environment given.</summary>
    public void Type(IEnumerable<string> lines, IReadOnlyDictionary<string, string> environment)
    {
        var machine = new UBootMachine(board, [disk], store);
        foreach ((string variable, string value) in environment)
            machine.Import(variable, value);
        machine.RunPrompt(lines);
        Take(machine, environment);
    }

    /// <summary>Changes /uboot.env as snapd does.</summary>
    public bool Change(params (string Name, string Value)[] changes)
    {
        if (SystemBoot is not { } fileSystem || ReadEnvironment() is not { } environment)
            return false;
        foreach ((string variable, string value) in changes)
            environment[variable] = value;
        var entries = environment.Where(entry => entry.Value.Length > 0)
            .ToDictionary(entry => entry.Key, entry => entry.Value, StringComparer.Ordinal);
        if (UBootEnvironmentStore.Write(entries, board.EnvironmentSize) is not { } block)
            return false;
        fileSystem.Write(UBootEnvironmentStore.Path, FileContent.Of(block));
        return true;
    }

    /// <summary>The variables in /uboot.env, or null where there are none to be read.</summary>
    public SortedDictionary<string, string>? ReadEnvironment() =>
        UBootEnvironmentStore.Find(SystemBoot, board.EnvironmentSize) is { } block
            ? UBootEnvironmentStore.Read(block, board.EnvironmentSize) : null;

    /// <summary>The result, with what every start may have had wrong.</summary>
    public ScenarioResult End(bool isGood)
    {
        if (_last!.Trace.End == UBootEnd.TooLong)
        {
            Find(BootRules.EndlessScript,
                $"cannot boot: the script is not at its end after {UBootMachine.StepsMax} commands, or after more work "
                    + "on memory and texts than any boot needs",
                "look for a loop whose condition never changes, a value that grows, or a very long \"sleep\"");
        }
        if (_last.Trace.End == UBootEnd.Recursion)
        {
            Find(BootRules.Recursion, "cannot boot: a variable runs itself, directly or through others",
                "use \"while\" for what is to be repeated");
        }
        foreach (string command in _unknown)
        {
            Find(BootRules.UnknownCommand, $"\"{command}\" is not known: what it does is not in this result",
                "see the commands of U-Boot 2023.01 as gadget/u-boot/*.config builds it");
        }
        foreach (string remark in _last.Trace.Remarks)
            Find(BootRules.Remark, remark, "try it in QEMU: jetson-core boot IMAGE");
        return new()
        {
            Name = name,
            IsGood = isGood && !_findings.HasErrors && _findings.Items.All(found => found.Rule != BootRules.NoTrial),
            Booted = Booted,
            Loads = [.. _loads],
            Saves = [.. _saves],
            Variables = _last.Environment.ToImmutableSortedDictionary(
                variable => UBootText.ToHost(variable.Key), variable => UBootText.ToHost(variable.Value),
                StringComparer.Ordinal),
            Console = [.. _console],
            UnknownCommands = [.. _unknown],
            Findings = [.. _findings.Items],
        };
    }

    private void Take(UBootMachine machine, IReadOnlyDictionary<string, string> before)
    {
        _last = machine;
        _loads.AddRange(machine.Trace.Loads);
        _unknown.UnionWith(machine.Trace.UnknownCommands);
        foreach (IReadOnlyDictionary<string, string> saved in machine.Trace.Saves)
        {
            _saves.Add(Changes(before, saved));
            before = saved;
        }
        string text = machine.Console;
        _console.AddRange((text.EndsWith('\n') ? text[..^1] : text).Split('\n'));
    }

    private static ImmutableSortedDictionary<string, string> Changes(
        IReadOnlyDictionary<string, string> before, IReadOnlyDictionary<string, string> after)
    {
        var changes = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach ((string variable, string value) in after)
        {
            if (before.GetValueOrDefault(variable) != value)
                changes[variable] = value;
        }
        foreach (string variable in before.Keys.Where(variable => !after.ContainsKey(variable)))
            changes[variable] = "";
        return changes.ToImmutable();
    }

    private static BootedKernel Describe(UBootStart start, IReadOnlyList<UBootLoad> loads)
    {
        return new(PathAt(start.LoadedAddress), start.InitrdBytes == 0 ? "" : PathAt(start.InitrdLoadedAddress),
            start.FdtLoadedAddress == 0 ? "" : PathAt(start.FdtLoadedAddress), start.CommandLine);

        string PathAt(ulong address) =>
            loads.LastOrDefault(load => load.Address == address).Path ?? $"0x{UBootNumbers.Hex(address)}";
    }
}
