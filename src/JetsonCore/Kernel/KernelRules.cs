// What can be wrong with kernels and the inputs of a kernel snap. One line each: code, severity, the rule.
using JetsonCore.Diagnostics;

namespace JetsonCore.Kernel;

/// <summary>The rules about kernel sources, kernel builds and kernels.</summary>
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

    /// <summary>A module was built for another kernel or processor.</summary>
    public static readonly Rule ModuleOrigin = Error("JC5409", "modules belong to the kernel");

    /// <summary>A directory of the overlay would take the place of a file of the base's initrd.</summary>
    public static readonly Rule OverlayPath = Error("JC5410", "the initrd overlay keeps the files of the base");

    /// <summary>A firmware link leads nowhere.</summary>
    public static readonly Rule FirmwareLink = Warning("JC5411", "firmware links lead somewhere");

    /// <summary>The initrd is damaged, or there is nothing to start in it.</summary>
    public static readonly Rule BaseInitrd = Error("JC5413", "the initrd can be unpacked and has /init");

    /// <summary>A module names another one that is not there: it cannot be loaded.</summary>
    public static readonly Rule ModuleDependency = Warning("JC5414", "modules that others need are there");

    /// <summary>The same in the initrd: the board would not find its disk.</summary>
    public static readonly Rule InitrdDependency = Error("JC5415", "modules that the initrd's modules need are there");

    /// <summary>The kernel runs with the other byte order than every Ubuntu.</summary>
    public static readonly Rule ByteOrder = Error("JC7201", "the kernel is little-endian");

    /// <summary>Kernel and modules have different releases: no module can be loaded.</summary>
    public static readonly Rule Release = Error("JC7202", "kernel and modules are of one release");

    /// <summary>No configuration is at hand, neither beside the kernel nor in it.</summary>
    public static readonly Rule NoConfig = Info("JC7203", "the kernel's configuration is at hand");

    /// <summary>The configuration is not that of the kernel.</summary>
    public static readonly Rule ConfigOrigin = Warning("JC7204", "the configuration is the kernel's own");

    /// <summary>A module file cannot be read.</summary>
    public static readonly Rule DamagedModule = Error("JC7210", "modules are sound");

    /// <summary>Modules need each other in a circle.</summary>
    public static readonly Rule ModuleCircle = Error("JC7211", "modules do not need each other in a circle");

    /// <summary>What modprobe reads is not there, and on the device nobody can make it.</summary>
    public static readonly Rule NoDependencyList = Error("JC7212", "a kernel snap has depmod's files");

    /// <summary>modules.dep cannot be read.</summary>
    public static readonly Rule DependencyList = Error("JC7213", "modules.dep is what depmod writes");

    /// <summary>modules.dep names a file that is not there.</summary>
    public static readonly Rule ListedModule = Error("JC7214", "modules that modules.dep names are there");

    /// <summary>modules.dep does not name a module that is there.</summary>
    public static readonly Rule UnlistedModule = Warning("JC7215", "modules that are there are in modules.dep");

    /// <summary>modules.dep does not say all that a module needs.</summary>
    public static readonly Rule StaleDependencies = Error("JC7216", "modules.dep says all that a module needs");

    /// <summary>modules.dep.bin, which modprobe reads, says otherwise than modules.dep.</summary>
    public static readonly Rule DependencyIndex = Error("JC7110", "modules.dep.bin says what modules.dep does");

    /// <summary>Modules that were built by different settings.</summary>
    public static readonly Rule Vermagic = Warning("JC7217", "modules were built by the same settings");

    /// <summary>No device tree is for the board.</summary>
    public static readonly Rule BoardTree = Error("JC7220", "there is a device tree for the board");

    /// <summary>A device tree with the board's name is for another one.</summary>
    public static readonly Rule TreeName = Warning("JC7221", "a device tree is for the board that its name says");

    /// <summary>Firmware that the board does not do without.</summary>
    public static readonly Rule BoardFirmware = Warning("JC7230", "the board's firmware is there");

    /// <summary>Firmware that modules ask for.</summary>
    public static readonly Rule ModuleFirmware = Info("JC7231", "firmware that modules ask for is there");

    /// <summary>An archive is compressed in a way that the kernel does not know.</summary>
    public static readonly Rule InitrdForm = Error("JC7240", "the kernel can unpack each archive of the initrd");

    /// <summary>The kernel leaves out files of the initrd.</summary>
    public static readonly Rule InitrdOmission = Warning("JC7241", "the kernel unpacks all files of the initrd");

    /// <summary>The initrd has modules of other kernels only.</summary>
    public static readonly Rule InitrdRelease = Error("JC7242", "the initrd's modules are of the kernel's release");

    /// <summary>A kernel snap without an initrd.</summary>
    public static readonly Rule NoInitrd = Error("JC7243", "a kernel snap has an initrd");

    /// <summary>An initrd cannot be unpacked.</summary>
    public static readonly Rule UnpackInitrd = Error("JC7250", "the kernel was built to unpack its initrd");

    /// <summary>Nothing can be mounted.</summary>
    public static readonly Rule MountPartitions = Error("JC7251", "the kernel was built to mount the partitions");

    /// <summary>No snap can be mounted.</summary>
    public static readonly Rule MountSnaps = Error("JC7252", "the kernel was built to mount snaps");

    /// <summary>Some snaps cannot be mounted.</summary>
    public static readonly Rule OtherSnaps = Warning("JC7253", "the kernel was built to mount snaps of every kind");

    /// <summary>Snaps run unconfined.</summary>
    public static readonly Rule Confine = Warning("JC7254", "the kernel was built to confine snaps");

    /// <summary>Snaps see each other.</summary>
    public static readonly Rule Namespaces = Warning("JC7255", "the kernel was built to keep snaps apart");

    /// <summary>systemd does not start.</summary>
    public static readonly Rule RunSystemd = Error("JC7256", "the kernel was built to run systemd");

    /// <summary>Resources cannot be divided.</summary>
    public static readonly Rule Resources = Warning("JC7257", "the kernel was built to limit what snaps use");

    /// <summary>No overlayfs.</summary>
    public static readonly Rule LayerFiles = Warning("JC7258", "the kernel was built to layer file systems");

    /// <summary>No module or no firmware can be loaded.</summary>
    public static readonly Rule LoadModules = Error("JC7259", "the kernel was built to load modules and firmware");

    /// <summary>The board's disk is not found.</summary>
    public static readonly Rule BoardDisk = Error("JC7260", "the kernel was built to find the board's disk");

    /// <summary>Nothing is seen on the board's serial port.</summary>
    public static readonly Rule BoardConsole = Warning("JC7261", "the kernel was built to use the board's console");

    /// <summary>A device of the board does not work.</summary>
    public static readonly Rule BoardDevice = Warning("JC7262", "the kernel was built to use the board's devices");

    /// <summary>Something was built as a module that the initrd does not have.</summary>
    public static readonly Rule LateModule = Error("JC7265", "the initrd has the modules that it cannot do without");

    /// <summary>Something was built as a module that is nowhere.</summary>
    public static readonly Rule LostModule = Error("JC7266", "what was built as a module is in the modules folder");

    /// <summary>What a kernel cannot do: of rules "the kernel was built to …" the rest.</summary>
    internal static string PurposeOf(Rule rule) => rule.Title["the kernel was built to ".Length..];

    private static Rule Error(string code, string title) => new(code, Severity.Error, title);

    private static Rule Warning(string code, string title) => new(code, Severity.Warning, title);

    private static Rule Info(string code, string title) => new(code, Severity.Info, title);
}
