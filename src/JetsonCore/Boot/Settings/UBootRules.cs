// Where U-Boot, gadget.yaml and the environment can disagree. One line each: code, severity, the rule as a sentence.
using JetsonCore.Diagnostics;

namespace JetsonCore.Boot.Settings;

/// <summary>The rules about how U-Boot was built.</summary>
public static class UBootRules
{
    /// <summary>snapd writes a file; a U-Boot that reads a boot area never sees it.</summary>
    public static readonly Rule Place = Error("JC7023", "U-Boot keeps its environment in a file of system-boot");

    /// <summary>Another partition than system-boot's.</summary>
    public static readonly Rule Partition = Error("JC7024", "U-Boot looks for its environment on system-boot");

    /// <summary>The script loads from elsewhere.</summary>
    public static readonly Rule Device = Warning("JC7025", "the boot script loads from where U-Boot's environment is");

    /// <summary>Another name than uboot.env, or a relative one.</summary>
    public static readonly Rule Path = Error("JC7026", "U-Boot's environment is the file /uboot.env");

    /// <summary>The checksum is over another number of bytes.</summary>
    public static readonly Rule Size = Error("JC7027", "the environment is as large as U-Boot's CONFIG_ENV_SIZE");

    /// <summary>With or without a flag byte.</summary>
    public static readonly Rule Layout = Error("JC7028", "the environment has the layout that U-Boot was built for");

    /// <summary>Without saveenv no update can be tried.</summary>
    public static readonly Rule Saving = Error("JC7029", "U-Boot can save its environment");

    /// <summary>After a power cut the board boots otherwise.</summary>
    public static readonly Rule BuiltIn = Warning("JC7030", "U-Boot's built-in environment is that of the gadget");

    /// <summary>Nothing to compare with.</summary>
    public static readonly Rule Unknown = Info("JC7031", "U-Boot tells how it was built");

    /// <summary>A command that is not compiled in.</summary>
    public static readonly Rule Command = Error("JC7032", "U-Boot has the commands that the boot script calls");

    /// <summary>A label that no file system has.</summary>
    public static readonly Rule Label = Warning("JC7033", "labels on the kernel's command line are gadget.yaml's");

    /// <summary>It is neither.</summary>
    public static readonly Rule Input = Error("JC7034", "U-Boot is given as u-boot.bin or as its .config");

    private static Rule Info(string code, string title) => new(code, Severity.Info, title);

    private static Rule Error(string code, string title) => new(code, Severity.Error, title);

    private static Rule Warning(string code, string title) => new(code, Severity.Warning, title);
}
