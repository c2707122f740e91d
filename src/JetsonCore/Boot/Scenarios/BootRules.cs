// What can be wrong with how a board boots, as the simulator finds it. One line each: code, severity, the rule.
using JetsonCore.Diagnostics;

namespace JetsonCore.Boot.Scenarios;

/// <summary>The rules about booting.</summary>
public static class BootRules
{
    /// <summary>The prompt, or an endless row of restarts, instead of a kernel.</summary>
    public static readonly Rule NoKernel = Error("JC7001", "the board ends up in a kernel");

    /// <summary>A bad update starts again and again.</summary>
    public static readonly Rule EndlessUpdate = Error("JC7002", "a failed update is reverted");

    /// <summary>The new kernel runs although nobody would know that it is on trial.</summary>
    public static readonly Rule IgnoredSave = Error("JC7003", "a kernel is tried only after that has been saved");

    /// <summary>Two things in one place of RAM.</summary>
    public static readonly Rule Overlap = Error("JC7004", "kernel, initrd and device tree lie apart from each other");

    /// <summary>What is not simulated decides how the board boots.</summary>
    public static readonly Rule UnknownCommand = Warning("JC7005", "the boot script calls commands that are known");

    /// <summary>More commands than any script needs.</summary>
    public static readonly Rule EndlessScript = Error("JC7006", "the boot script comes to an end");

    /// <summary>A variable runs itself.</summary>
    public static readonly Rule Recursion = Error("JC7007", "the boot script does not run itself");

    /// <summary>What behaves otherwise than one would think.</summary>
    public static readonly Rule Remark = Warning("JC7008", "the boot script means what it says");

    /// <summary>A lost uboot.env leaves a board that does not boot.</summary>
    public static readonly Rule BuiltIn = Warning("JC7009", "U-Boot boots without uboot.env too");

    /// <summary>saveenv is refused, and with it every update.</summary>
    public static readonly Rule Unwritable = Error("JC7010", "U-Boot can write system-boot");

    /// <summary>snapd asks for a trial and nobody listens.</summary>
    public static readonly Rule NoTrial = Warning("JC7011", "the boot script tries what snapd asks for");

    /// <summary>There is nothing to simulate.</summary>
    public static readonly Rule NoBoard = Error("JC7012", "an image to boot has a file system that U-Boot reads");

    /// <summary>Overlaps with the end of RAM are judged by a guess.</summary>
    public static readonly Rule UnknownMemory = new("JC7035", Severity.Info, "the board's RAM is known");

    private static Rule Error(string code, string title) => new(code, Severity.Error, title);

    private static Rule Warning(string code, string title) => new(code, Severity.Warning, title);
}
