// What can be wrong with the inputs of a kernel snap. One line each: code, severity, the rule as a sentence.
using JetsonCore.Diagnostics;

namespace JetsonCore.Kernel;

/// <summary>The rules about kernel sources and kernel builds.</summary>
public static class KernelRules
{
    /// <summary>A file that the kernel source folder must have is missing or unreadable.</summary>
    public static readonly Rule SourceFile = Error("JC5401", "the kernel source folder is complete");

    /// <summary>No input has the kernel, or several have it.</summary>
    public static readonly Rule OneKernel = Error("JC5402", "the inputs have exactly one kernel with its modules");

    /// <summary>The kernel is not an uncompressed arm64 Image.</summary>
    public static readonly Rule Arm64Kernel = Error("JC5403", "the kernel is an arm64 Image");

    /// <summary>A module that the initrd needs is neither there nor built in.</summary>
    public static readonly Rule InitrdModule = Error("JC5404", "modules of initrd-modules.list are there");

    /// <summary>No device tree matches an entry of the list.</summary>
    public static readonly Rule DeviceTree = Error("JC5405", "device trees of dtbs.list are there");

    /// <summary>A .dtb file is no device tree.</summary>
    public static readonly Rule DeviceTreeFormat = Error("JC5406", "device trees are sound");

    /// <summary>A firmware file or folder of a list is missing.</summary>
    public static readonly Rule Firmware = Error("JC5407", "firmware of the lists is there");

    /// <summary>The kernel was configured without something that Ubuntu Core needs.</summary>
    public static readonly Rule Config = Warning("JC5408", "the kernel's configuration has what Ubuntu Core needs");

    /// <summary>A module was built for another kernel or processor.</summary>
    public static readonly Rule ModuleOrigin = Error("JC5409", "modules belong to the kernel");

    /// <summary>A directory of the overlay would take the place of a file of the base's initrd.</summary>
    public static readonly Rule OverlayPath = Error("JC5410", "the initrd overlay keeps the files of the base");

    /// <summary>A firmware link leads nowhere.</summary>
    public static readonly Rule FirmwareLink = Warning("JC5411", "firmware links lead somewhere");

    /// <summary>The base's initrd is damaged, or there is nothing to start in it.</summary>
    public static readonly Rule BaseInitrd = Error("JC5413", "the initrd can be unpacked and has /init");

    /// <summary>A module names another one that is not there: it cannot be loaded.</summary>
    public static readonly Rule ModuleDependency = Warning("JC5414", "modules that others need are there");

    /// <summary>The same in the initrd: the board would not find its disk.</summary>
    public static readonly Rule InitrdDependency = Error("JC5415", "modules that the initrd's modules need are there");

    private static Rule Error(string code, string title) => new(code, Severity.Error, title);

    private static Rule Warning(string code, string title) => new(code, Severity.Warning, title);
}
