// The rules for what goes into partitions: files must be there, fit, and be loadable where U-Boot loads them. JC51xx.
using JetsonCore.Diagnostics;

namespace JetsonCore.Content;

/// <summary>Rules JC5101 to JC5113.</summary>
public static class ContentRules
{
    /// <summary>Content of the gadget.</summary>
    public static readonly Rule MissingFile = Error("JC5101", "files that gadget.yaml names are in the gadget");

    /// <summary>Raw images and their places.</summary>
    public static readonly Rule RawImage = Error("JC5102", "raw images fit side by side into their structure");

    /// <summary>Sources and targets in a file system.</summary>
    public static readonly Rule Placement = Error("JC5103", "content has a source and a target that go together");

    /// <summary>File systems that can be written.</summary>
    public static readonly Rule Filesystem = Error("JC5104", "the file system is ext4 or vfat");

    /// <summary>What the kernel snap brings.</summary>
    public static readonly Rule KernelFile = Error("JC5105", "the kernel snap has kernel.img, initrd.img and dtbs/");

    /// <summary>The kernel's header.</summary>
    public static readonly Rule KernelFormat = Error("JC5106", "kernel.img is an uncompressed arm64 kernel");

    /// <summary>Load addresses.</summary>
    public static readonly Rule LoadWindow = Error("JC5107", "kernel, device tree and initrd do not overlap in memory");

    /// <summary>The environment in the gadget.</summary>
    public static readonly Rule Environment = Error("JC5108", "the gadget brings uboot.conf, a U-Boot environment");

    /// <summary>Room in the environment.</summary>
    public static readonly Rule EnvironmentRoom = Error("JC5109", "the environment has room for the boot variables");

    /// <summary>The device tree that is loaded.</summary>
    public static readonly Rule DeviceTree = Error("JC5110", "the kernel snap has the device tree that U-Boot loads");

    /// <summary>Room in file systems.</summary>
    public static readonly Rule Fit = Error("JC5111", "content fits its partition");

    /// <summary>Boot loaders that are set up.</summary>
    public static readonly Rule Bootloader = Error("JC5112", "the boot loader of Ubuntu Core 16 and 18 is U-Boot");

    /// <summary>Structures that content needs.</summary>
    public static readonly Rule MissingStructure = Error("JC5113", "the gadget has a structure for the boot files");

    /// <summary>Files for partitions.</summary>
    public static readonly Rule Collision = Error("JC9145", "the files of partitions have names of their own");

    private static Rule Error(string code, string title) => new(code, Severity.Error, title);
}
