// An option of a kernel that Ubuntu Core or a board needs, and from when on.
using JetsonCore.Diagnostics;

namespace JetsonCore.Kernel;

/// <summary>One need.</summary>
/// <param name="Rule">The rule that it breaks if missing.</param>
/// <param name="Option">The option without CONFIG_; names that it had in other versions behind "|".</param>
/// <param name="Reason">What for, in a few words.</param>
/// <param name="Module">
/// The module that it makes as "m"; null: it has to be built in, as nothing can be loaded yet when it is needed.
/// </param>
/// <param name="InSystem">Whether it is needed only when all modules are there; else the initrd has to have it.</param>
internal sealed record KernelNeed(
    Rule Rule, string Option, string Reason, string? Module = null, bool InSystem = false)
{
    /// <summary>The version of Linux from which on it is asked for: before, there was no such option.</summary>
    public string Since { get; init; } = "0";

    /// <summary>Whether a kernel of a release ("4.4.38-tegra") could have it.</summary>
    public bool AppliesTo(string release) =>
        Since == "0" || !Version.TryParse(string.Concat(release.TakeWhile(
            letter => char.IsAsciiDigit(letter) || letter == '.')).TrimEnd('.'), out Version? version)
            || version >= Version.Parse(Since);

    public string[] Names => Option.Split('|');

    public string Title => $"CONFIG_{Names[0]}";
}
