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

    private static Rule Error(string code, string title) => new(code, Severity.Error, title);

    private static Rule Warning(string code, string title) => new(code, Severity.Warning, title);
}
