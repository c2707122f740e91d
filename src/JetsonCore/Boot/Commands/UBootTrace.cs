// What a run did: files loaded, environments saved, how it ended. Addresses are those of the board.
using System.Collections.Immutable;

namespace JetsonCore.Boot.Commands;

/// <summary>A kernel that was started.</summary>
internal sealed record UBootStart
{
    /// <summary>Where it runs.</summary>
    public required ulong KernelAddress { get; init; }

    /// <summary>Bytes of memory it takes from there.</summary>
    public required long KernelBytes { get; init; }

    /// <summary>Where it was loaded.</summary>
    public required ulong LoadedAddress { get; init; }

    /// <summary>Where the initrd was loaded.</summary>
    public ulong InitrdLoadedAddress { get; init; }

    /// <summary>Where the device tree was loaded.</summary>
    public ulong FdtLoadedAddress { get; init; }

    /// <summary>The initrd; no bytes where there is none.</summary>
    public ulong InitrdAddress { get; init; }

    /// <summary>Its length.</summary>
    public long InitrdBytes { get; init; }

    /// <summary>The device tree; 0 where there is none.</summary>
    public ulong FdtAddress { get; init; }

    /// <summary>Its length.</summary>
    public long FdtBytes { get; init; }

    /// <summary>bootargs.</summary>
    public required string CommandLine { get; init; }
}

/// <summary>How a run ended.</summary>
internal enum UBootEnd
{
    /// <summary>Everything ran; U-Boot's prompt is there.</summary>
    Prompt,

    /// <summary>A kernel was started.</summary>
    Started,

    /// <summary>The board starts over.</summary>
    Reset,

    /// <summary>The board is off or halted.</summary>
    Stopped,

    /// <summary>Too many commands or turns of loops: it would go on for ever.</summary>
    TooLong,

    /// <summary>It runs itself deeper and deeper.</summary>
    Recursion,
}

/// <summary>What a run did.</summary>
internal sealed class UBootTrace
{
    private readonly List<UBootLoad> _loads = [];
    private readonly List<IReadOnlyDictionary<string, string>> _saves = [];
    private readonly SortedSet<string> _unknown = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _remarks = new(StringComparer.Ordinal);

    /// <summary>The files loaded, in order.</summary>
    public IReadOnlyList<UBootLoad> Loads => _loads;

    /// <summary>The variables at each save, in order.</summary>
    public IReadOnlyList<IReadOnlyDictionary<string, string>> Saves => _saves;

    /// <summary>Commands that U-Boot does not have, or that are not simulated.</summary>
    public IReadOnlyCollection<string> UnknownCommands => _unknown;

    /// <summary>Commands of U-Boot that are not simulated, and other things that make the result doubtful.</summary>
    public IReadOnlyCollection<string> Remarks => _remarks;

    /// <summary>The kernel started, or null.</summary>
    public UBootStart? Start { get; set; }

    /// <summary>How it ended.</summary>
    public UBootEnd End { get; set; }

    public void Add(UBootLoad load) => _loads.Add(load);

    public void AddSave(IReadOnlyDictionary<string, string> variables) =>
        _saves.Add(variables.ToImmutableSortedDictionary(StringComparer.Ordinal));

    public void AddUnknown(string command) => _unknown.Add(command);

    public void Remark(string remark) => _remarks.Add(remark);
}
