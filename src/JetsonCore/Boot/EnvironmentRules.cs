// What can be wrong with the text of a U-Boot environment. One line each: code, severity, the rule as a sentence.
using JetsonCore.Diagnostics;

namespace JetsonCore.Boot;

/// <summary>The rules about environment texts.</summary>
public static class EnvironmentRules
{
    /// <summary>A line that is neither key=value nor a comment.</summary>
    public static readonly Rule Entry = Error("JC5501", "lines are key=value, comments or empty");

    /// <summary>One key on two lines: mkenvimage stores both, and U-Boot takes the last.</summary>
    public static readonly Rule Repeated = Warning("JC5502", "a key stands once");

    /// <summary>A carriage return ends up in the value, where U-Boot's shell trips over it.</summary>
    public static readonly Rule CarriageReturn = Warning("JC5503", "lines end with a line feed alone");

    /// <summary>More than the block holds.</summary>
    public static readonly Rule Length = Error("JC5504", "the variables fit into the environment");

    /// <summary>A name that is used and never set.</summary>
    public static readonly Rule Undefined = Warning("JC7101", "variables that are used are set somewhere");

    /// <summary>A name that is set and never used.</summary>
    public static readonly Rule Unused = Info("JC7102", "variables that are set are used somewhere");

    /// <summary>A condition without a variable.</summary>
    public static readonly Rule Unreachable = Warning("JC7103", "both branches of a condition can be reached");

    /// <summary>A number of one board in an environment for all.</summary>
    public static readonly Rule DeviceConstant = Warning("JC7104", "an environment holds nothing of one single board");

    /// <summary>A trial begins although it could not be noted down.</summary>
    public static readonly Rule UncheckedSave = Error("JC7105", "the result of saveenv is asked for");

    /// <summary>A command that arm64 has not.</summary>
    public static readonly Rule Bootz = Error("JC7106", "arm64 kernels are started with booti");

    /// <summary>A name that nobody writes.</summary>
    public static readonly Rule SnappyMode = Error("JC7107", "the boot script reads snap_mode");

    /// <summary>Quotes, "fi" or "done" are missing.</summary>
    public static readonly Rule Syntax = Warning("JC7108", "scripts are complete");

    /// <summary>A variable that runs itself.</summary>
    public static readonly Rule Recursion = Error("JC7109", "no variable runs itself");

    /// <summary>A word where a command is expected.</summary>
    public static readonly Rule UnknownCommand = Info("JC9271", "scripts call commands that U-Boot has");

    private static Rule Info(string code, string title) => new(code, Severity.Info, title);

    private static Rule Error(string code, string title) => new(code, Severity.Error, title);

    private static Rule Warning(string code, string title) => new(code, Severity.Warning, title);
}
