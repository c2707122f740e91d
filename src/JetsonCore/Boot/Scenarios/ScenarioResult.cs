// What a scenario came to.
using System.Collections.Immutable;
using JetsonCore.Boot.Commands;
using JetsonCore.Diagnostics;

namespace JetsonCore.Boot.Scenarios;

/// <summary>A kernel that was started, by the files it came from.</summary>
/// <param name="Kernel">The kernel's path on the board, or its address.</param>
/// <param name="Initrd">The initrd's, or empty.</param>
/// <param name="Fdt">The device tree's, or empty.</param>
/// <param name="CommandLine">The kernel's command line.</param>
public sealed record BootedKernel(string Kernel, string Initrd, string Fdt, string CommandLine);

/// <summary>What a scenario came to.</summary>
public sealed record ScenarioResult
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Whether it ended as it should.</summary>
    public required bool IsGood { get; init; }

    /// <summary>The kernel that runs at its end, or null.</summary>
    public BootedKernel? Booted { get; init; }

    /// <summary>Files loaded, over all starts.</summary>
    public ImmutableArray<UBootLoad> Loads { get; init; } = [];

    /// <summary>For each save the variables that it changed; deleted ones are empty.</summary>
    public ImmutableArray<ImmutableSortedDictionary<string, string>> Saves { get; init; } = [];

    /// <summary>The variables at the end.</summary>
    public ImmutableSortedDictionary<string, string> Variables { get; init; } =
        ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>The console, line by line.</summary>
    public ImmutableArray<string> Console { get; init; } = [];

    /// <summary>Commands that are not known.</summary>
    public ImmutableArray<string> UnknownCommands { get; init; } = [];

    /// <summary>What is wrong.</summary>
    public ImmutableArray<Diagnostic> Findings { get; init; } = [];
}
