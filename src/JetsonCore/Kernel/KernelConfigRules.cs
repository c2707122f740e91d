// What Ubuntu Core asks of a kernel's configuration: to mount snaps and partitions, to confine snaps, to run systemd
// and to unpack its initrd. Findings are warnings: a vendor's kernel may do without, with less confinement.
// Sources: systemd README "REQUIREMENTS", snapd's kernel fragments (snappy, security, containers), Linux init/Kconfig.
using System.Text;
using JetsonCore.Diagnostics;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Kernel;

/// <summary>Checks config-RELEASE.</summary>
internal static class KernelConfigRules
{
    private const int ConfigLengthMax = 4 << 20;
    private const string Prefix = "CONFIG_";

    private static readonly (string Purpose, string[] Options)[] Needs =
    [
        ("mount snaps", ["SQUASHFS", "SQUASHFS_XZ", "BLK_DEV_LOOP"]),
        ("mount the partitions", ["EXT4_FS", "DEVTMPFS", "TMPFS", "EFI_PARTITION"]),
        ("unpack the initrd", ["BLK_DEV_INITRD", "RD_GZIP", "RD_LZMA", "RD_XZ"]),
        ("confine snaps", ["SECURITY_APPARMOR", "SECCOMP", "SECCOMP_FILTER"]),
        ("keep snaps apart", ["NAMESPACES", "UTS_NS", "IPC_NS", "PID_NS", "NET_NS", "USER_NS"]),
        ("run systemd", ["CGROUPS", "CGROUP_DEVICE", "CGROUP_FREEZER", "CGROUP_PIDS", "MEMCG", "INOTIFY_USER",
            "SIGNALFD", "TIMERFD", "EPOLL", "FHANDLE", "UNIX", "SYSFS", "PROC_FS"]),
        ("layer file systems", ["OVERLAY_FS"]),
        ("load modules", ["MODULES"]),
    ];

    /// <summary>Reports options that are neither built in nor modules.</summary>
    public static void Check(string path, FileContent config, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(diagnostics);
        string text = Encoding.UTF8.GetString(config.ReadAll(ConfigLengthMax));
        HashSet<string> enabled = [.. text.Split('\n').Select(Enabled)];
        foreach ((string purpose, string[] options) in Needs)
        {
            string[] missing =
                [.. options.Where(option => !enabled.Contains(option)).Select(option => Prefix + option)];
            if (missing.Length > 0)
            {
                diagnostics.AddAbout(path, KernelRules.Config,
                    $"the kernel cannot {purpose}: it was built without {string.Join(", ", missing)}",
                    hint: "set these to y or m and build the kernel again");
            }
        }
    }

    private static string Enabled(string line) =>
        line.StartsWith(Prefix, StringComparison.Ordinal) && line.Split('=') is [var name, "y" or "m"]
            ? name[Prefix.Length..]
            : "";
}
