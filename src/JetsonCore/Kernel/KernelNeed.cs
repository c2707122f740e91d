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
    public string[] Names => Option.Split('|');

    public string Title => $"CONFIG_{Names[0]}";
}
