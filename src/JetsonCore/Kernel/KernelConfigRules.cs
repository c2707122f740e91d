// What Ubuntu Core asks of a kernel's configuration: to unpack its initrd, to mount snaps and partitions, to run
// systemd and to confine snaps. Without the first ones nothing starts: errors; a vendor's kernel may do without the
// others.
// An option is asked for from the version of Linux on that has it (on arm64): a vendor's older kernel has its own.
// Sources: systemd README "REQUIREMENTS", snapd's kernel fragments (snappy, security, containers), Linux init/Kconfig.
using JetsonCore.Diagnostics;
using JetsonCore.Formats.Compression;

namespace JetsonCore.Kernel;

/// <summary>Judges configurations.</summary>
internal static class KernelConfigRules
{
    private const int NamedMax = 5;

    private static readonly KernelNeed[] Needs =
    [
        new(KernelRules.MountPartitions, "EXT4_FS", "system-boot and writable", "ext4"),
        new(KernelRules.MountPartitions, "DEVTMPFS", "/dev/disk, by which the initrd finds them"),
        new(KernelRules.MountPartitions, "TMPFS", "/run"),
        new(KernelRules.MountPartitions, "EFI_PARTITION", "the partition table"),
        new(KernelRules.MountSnaps, "SQUASHFS", "snaps are squashfs", "squashfs"),
        new(KernelRules.MountSnaps, "SQUASHFS_XZ", "most snaps are compressed by xz"),
        new(KernelRules.MountSnaps, "BLK_DEV_LOOP", "snaps are files", "loop"),
        new(KernelRules.OtherSnaps, "SQUASHFS_LZO", "some snaps are compressed by lzo"),
        new(KernelRules.Confine, "SECURITY_APPARMOR", "which files a snap may touch"),
        new(KernelRules.Confine, "SECCOMP", "which system calls a snap may make") { Since = "3.19" },
        new(KernelRules.Confine, "SECCOMP_FILTER", "which system calls a snap may make") { Since = "3.19" },
        new(KernelRules.Namespaces, "NAMESPACES", "views of their own"),
        new(KernelRules.Namespaces, "UTS_NS", "host names"),
        new(KernelRules.Namespaces, "IPC_NS", "shared memory"),
        new(KernelRules.Namespaces, "PID_NS", "processes"),
        new(KernelRules.Namespaces, "NET_NS", "network"),
        new(KernelRules.Namespaces, "USER_NS", "users"),
        new(KernelRules.RunSystemd, "CGROUPS", "services as groups of processes"),
        new(KernelRules.RunSystemd, "INOTIFY_USER", "watching files"),
        new(KernelRules.RunSystemd, "SIGNALFD", "its main loop"),
        new(KernelRules.RunSystemd, "TIMERFD", "its main loop"),
        new(KernelRules.RunSystemd, "EPOLL", "its main loop"),
        new(KernelRules.RunSystemd, "FHANDLE", "telling mount points"),
        new(KernelRules.RunSystemd, "UNIX", "sockets"),
        new(KernelRules.RunSystemd, "SYSFS", "/sys"),
        new(KernelRules.RunSystemd, "PROC_FS", "/proc"),
        new(KernelRules.Resources, "CGROUP_DEVICE", "which devices a snap may open"),
        new(KernelRules.Resources, "CGROUP_FREEZER", "stopping a snap while it is refreshed"),
        new(KernelRules.Resources, "CGROUP_PIDS", "how many processes") { Since = "4.3" },
        new(KernelRules.Resources, "MEMCG", "how much memory"),
        new(KernelRules.LayerFiles, "OVERLAY_FS", "writable layers over snaps", "overlay", InSystem: true)
        {
            Since = "3.18",
        },
        new(KernelRules.LoadModules, "MODULES", "drivers of the modules folder"),
        new(KernelRules.LoadModules, "FW_LOADER", "firmware of devices"),
    ];

    private static readonly Dictionary<CompressionFormat, string> Decompressors = new()
    {
        [CompressionFormat.Gzip] = "RD_GZIP",
        [CompressionFormat.Bzip2] = "RD_BZIP2",
        [CompressionFormat.LzmaAlone] = "RD_LZMA",
        [CompressionFormat.Xz] = "RD_XZ",
        [CompressionFormat.Lzo] = "RD_LZO",
        [CompressionFormat.Lz4] = "RD_LZ4",
        [CompressionFormat.Zstd] = "RD_ZSTD",
    };

    /// <summary>What `kernel pack` and the bases of Ubuntu Core 18 compress their archives by.</summary>
    private static readonly CompressionFormat[] UsualFormats =
        [CompressionFormat.Gzip, CompressionFormat.LzmaAlone, CompressionFormat.Xz];

    /// <summary>Reports what is missing, what is a module and comes too late, and modules that are nowhere.</summary>
    public static void Check(KernelFacts kernel, KernelConfig config, DiagnosticBag diagnostics)
    {
        HashSet<string> known = [.. kernel.Modules?.Modules.Select(module => module.Name) ?? []];
        HashSet<string>? early = kernel.Initrd is { } view ? [.. KernelInitrdRules.ModulesIn(view)] : null;
        IEnumerable<KernelNeed> needs = [.. InitrdNeeds(kernel), .. Needs, .. kernel.Board?.Needs ?? []];
        foreach (IGrouping<Rule, KernelNeed> group in needs.GroupBy(need => need.Rule))
        {
            var missing = new List<KernelNeed>();
            foreach (KernelNeed need in group.Where(need => need.AppliesTo(kernel.Parts.Release)))
            {
                string? value = config.ValueOf(need.Names);
                if (value is null || (value is "m" && need.Module is null))
                    missing.Add(need);
                else if (value is "m")
                    CheckModule(need, known, early, config.Path, diagnostics);
            }
            if (missing.Count > 0)
                Report(group.Key, missing, config, diagnostics);
        }
    }

    /// <summary>Whether a configuration is the kernel's: by version, processor and what the kernel holds.</summary>
    public static void CheckOrigin(
        KernelFacts kernel, KernelConfig config, KernelConfig? within, DiagnosticBag diagnostics)
    {
        const string Hint = "take config-RELEASE from where the kernel came from";
        string[] words = config.Title.Split('/', ' ');
        if (words is [_, var machine, var version, ..])
        {
            string series = string.Join('.', kernel.Parts.Release.Split('.').Take(2));
            bool isOther = machine != "arm64" || !$"{version}.".StartsWith($"{series}.", StringComparison.Ordinal);
            if (isOther)
            {
                diagnostics.AddAbout(config.Path, KernelRules.ConfigOrigin,
                    $"this is the configuration of another kernel: of {version} for {machine}, the modules are of "
                        + $"{kernel.Parts.Release} for arm64", Hint);
            }
        }
        if (within is null || ReferenceEquals(within, config))
            return;
        string[] others = [.. config.Lines.Keys.Union(within.Lines.Keys)
            .Where(name => config.Lines.GetValueOrDefault(name) != within.Lines.GetValueOrDefault(name))
            .Order(StringComparer.Ordinal)];
        if (others.Length > 0)
        {
            string named = Listing.Of([.. others.Select(name => $"CONFIG_{name}")], NamedMax);
            diagnostics.AddAbout(config.Path, KernelRules.ConfigOrigin,
                $"this is the configuration of another kernel: the one within the kernel has {named} otherwise", Hint);
        }
    }

    private static IEnumerable<KernelNeed> InitrdNeeds(KernelFacts kernel)
    {
        yield return new(KernelRules.UnpackInitrd, "BLK_DEV_INITRD", "any initrd");
        IEnumerable<CompressionFormat> formats =
            kernel.Initrd?.Segments.Select(segment => segment.Compression) ?? UsualFormats;
        foreach (CompressionFormat format in formats.Where(Decompressors.ContainsKey).Distinct().Order())
        {
            string name = Decompressors[format];
            string segments = kernel.Initrd is null ? "archives" : "an archive of this one";
            string reason = $"{segments} compressed by {name[3..].ToLowerInvariant()}";
            yield return new(KernelRules.UnpackInitrd, name, reason);
        }
    }

    private static void CheckModule(
        KernelNeed need, HashSet<string> known, HashSet<string>? early, string path, DiagnosticBag diagnostics)
    {
        bool isThere = known.Contains(need.Module!);
        if (isThere && (need.InSystem || early is null || early.Contains(need.Module!)))
            return;
        Rule rule = isThere ? KernelRules.LateModule : KernelRules.LostModule;
        string reason = isThere
            ? "is not in the initrd, which needs it before any other module can be found"
            : "is not in the modules folder";
        diagnostics.Add(new()
        {
            Rule = rule,
            // What the system can do without is no error as a module either.
            Severity = need.Rule.Severity,
            Path = path,
            Message = $"{need.Title} ({need.Reason}) is a module, and \"{need.Module}\" {reason}",
            Hint = isThere
                ? $"add {need.Module} to initrd-modules.list, or build the kernel with {need.Title}=y"
                : "add the package or folder that has it, or build the kernel again with its modules",
        });
    }

    private static void Report(Rule rule, List<KernelNeed> missing, KernelConfig config, DiagnosticBag diagnostics)
    {
        string[] without = [.. missing.Where(need => config.ValueOf(need.Names) is null).Select(need => need.Title)];
        string[] modules = [.. missing.Where(need => config.ValueOf(need.Names) is "m").Select(need => need.Title)];
        string what = string.Join(", and has as modules ",
            ((string[])[string.Join(", ", without), string.Join(", ", modules)]).Where(part => part.Length > 0));
        string message = without.Length > 0 ? $"it was built without {what}" : $"it has as modules {what}";
        string reasons = string.Join(", ", missing.Select(need => $"{need.Title} ({need.Reason})"));
        diagnostics.AddAbout(config.Path, rule, $"the kernel cannot {KernelRules.PurposeOf(rule)}: {message}",
            hint: $"set to y and build the kernel again: {reasons}");
    }
}
