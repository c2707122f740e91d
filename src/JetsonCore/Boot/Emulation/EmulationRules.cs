// What can keep an image from being booted in QEMU. One line each: code, severity, the rule.
using JetsonCore.Diagnostics;

namespace JetsonCore.Boot.Emulation;

/// <summary>The rules about booting in QEMU.</summary>
public static class EmulationRules
{
    /// <summary>QEMU is not installed, or there is no U-Boot for it.</summary>
    public static readonly Rule Tools = new("JC7020", Severity.Error, "QEMU and a U-Boot for it are there");

    /// <summary>The image has not what the boot script loads.</summary>
    public static readonly Rule Image = new("JC7021", Severity.Error, "an image to boot has a device tree to replace");

    /// <summary>The console never showed what was waited for.</summary>
    public static readonly Rule Expectation = new("JC7022", Severity.Error, "the console shows what is expected");
}
