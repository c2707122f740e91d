// The gadget's settings that act before the first boot, as files below _writable_defaults, from where the initrd copies
// them. All others are applied by snapd when it seeds.
//
//   service.ssh.disable: true           etc/ssh/sshd_not_to_be_run
//   service.NAME.disable: true          etc/systemd/system/NAME.service -> /dev/null      rsyslog, systemd-resolved
//   service.console-conf.disable: true  var/lib/console-conf/complete
//   system.power-key-action             etc/systemd/logind.conf.d/00-snap-core.conf
//   …                                   (one method each below)
//
// Peer: snapd overlord/configstate/configcore (filesystemOnlyApply and the handlers without state), features.
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using JetsonCore.Diagnostics;
using JetsonCore.Formats.Trees;
using JetsonCore.Snaps;

namespace JetsonCore.Seed;

internal sealed partial class SystemDefaultFiles
{
    /// <summary>Where they lie below system-data.</summary>
    public const string Folder = "_writable_defaults";

    private const string Units = "etc/systemd/system", Yes = "true", No = "false";

    private static readonly ImmutableArray<string> PowerKeyActions =
        ["ignore", "poweroff", "reboot", "halt", "kexec", "suspend", "hibernate", "hybrid-sleep", "lock"];

    /// <summary>Flags that programs outside of snapd look for, and whether they are set by default.</summary>
    private static readonly ImmutableArray<(string Name, bool IsSet)> Features =
    [
        ("classic-preserves-xdg-runtime-dir", true), ("hidden-snap-folder", false), ("move-snap-home-dir", false),
        ("parallel-instances", false), ("per-user-mount-namespace", false), ("refresh-app-awareness", true),
        ("robust-mount-namespace-updates", true),
    ];

    /// <summary>Flags of which nothing is written; their values must be right all the same.</summary>
    private static readonly ImmutableArray<string> SilentFeatures =
    [
        "check-disk-space-install", "check-disk-space-refresh", "check-disk-space-remove", "dbus-activation",
        "gate-auto-refresh-hook", "hotplug", "layouts", "quota-groups", "snapd-snap", "user-daemons",
    ];

    private readonly SystemSettings _settings;
    private readonly FileTime _time;
    private readonly DiagnosticBag _findings;
    private readonly DirectoryNode _root;

    private SystemDefaultFiles(SystemSettings settings, FileTime time, DiagnosticBag findings)
    {
        (_settings, _time, _findings) = (settings, time, findings);
        _root = new(FileMetadata.Directory with { ModificationTime = time });
    }

    /// <summary>The files of settings, as a folder; null where there are no settings.</summary>
    public static DirectoryNode? Make(SystemSettings settings, FileTime time, DiagnosticBag findings)
    {
        if (settings.IsEmpty)
            return null;
        var files = new SystemDefaultFiles(settings, time, findings);
        files._root.MakeDirectory("etc");
        files.MakeServices();
        files.MakeSystem();
        files.MakeKernelSettings();
        files.MakeTimes();
        files.MakeStorage();
        files.MakeFeatures();
        return files._root;
    }

    private void MakeServices()
    {
        if (Flag("service.ssh.disable") is { } ssh)
        {
            _root.MakeDirectory("etc/ssh");
            if (ssh)
                Write("etc/ssh/sshd_not_to_be_run", "SSH has been disabled by snapd system configuration\n");
        }
        if (Flag("service.console-conf.disable") is true)
        {
            Write("var/lib/console-conf/complete",
                "console-conf has been disabled by the snapd system configuration\n");
        }
        foreach (string service in (string[])["rsyslog", "systemd-resolved"])
        {
            if (Flag($"service.{service}.disable") is true)
                Mask($"{service}.service");
        }
        if (Flag("system.disable-backlight-service") is true)
            Mask("systemd-backlight@.service");
        if (Choice("system.ctrl-alt-del-action", ["reboot", "none"]) is "none")
            Mask("ctrl-alt-del.target");
    }

    private void MakeSystem()
    {
        if (Choice("system.power-key-action", PowerKeyActions) is { } action)
            Write("etc/systemd/logind.conf.d/00-snap-core.conf", $"[Login]\nHandlePowerKey={action}\n");
        if (Matching("system.hostname", HostName(), "no name of a host") is { } host)
            Write("etc/writable/hostname", $"{host}\n");
        if (Matching("system.timezone", TimeZoneName(), "no time zone like Europe/Berlin") is { } zone)
        {
            Link("etc/writable/localtime", $"/usr/share/zoneinfo/{zone}");
            Write("etc/writable/timezone", $"{zone}\n");
        }
        if (Flag("journal.persistent") is true)
            Write("var/log/journal/.snapd-created", "", permissions: 0x1C0);       // 0700
    }

    private void MakeKernelSettings()
    {
        _root.MakeDirectory("etc/sysctl.d");
        if (Matching("system.kernel.printk.console-loglevel", LogLevel(), "no number from 0 to 7") is { } level)
            Write("etc/sysctl.d/99-snapd.conf", $"kernel.printk = {level} 4 1 7\n");
        if (Flag("network.disable-ipv6") is true)
            Write("etc/sysctl.d/10-snapd-network.conf", "net.ipv6.conf.all.disable_ipv6=1\n");
    }

    private void MakeTimes()
    {
        var lines = new SortedSet<string>(StringComparer.Ordinal);
        foreach ((string setting, string name) in ((string, string)[])
            [("watchdog.runtime-timeout", "RuntimeWatchdogSec"), ("watchdog.shutdown-timeout", "ShutdownWatchdogSec")])
        {
            if (_settings[setting] is not { } given)
                continue;
            if (GoDuration.Parse(given.Value) is not (>= 0 and var nanoseconds))
                Refuse(setting, given, "no time like 10s or 1m30s");
            else if ((long)(nanoseconds / 1_000_000_000) is > 0 and var seconds)
                lines.Add(string.Create(CultureInfo.InvariantCulture, $"{name}={seconds}\n"));
        }
        if (lines.Count > 0)
            Write("etc/systemd/system.conf.d/10-snapd-watchdog.conf", $"[Manager]\n{string.Concat(lines)}");
    }

    private void MakeStorage()
    {
        if (Bytes("swap.size", 1 << 20) is { } swap)
        {
            Write("etc/default/swapfile", string.Create(CultureInfo.InvariantCulture,
                $"FILE=/var/tmp/swapfile.swp\nSIZE={swap >> 20}\n"));
        }
        if (Bytes("tmp.size", 16 << 20) is not null)
        {
            Write("etc/systemd/system/tmp.mount.d/override.conf",
                $"[Mount]\nOptions=mode=1777,strictatime,nosuid,nodev,size={_settings["tmp.size"]!.Value.Value}\n");
        }
    }

    private void MakeFeatures()
    {
        _root.MakeDirectory("var/lib/snapd/features");
        foreach ((string name, bool isSet) in Features)
        {
            if (Flag($"experimental.{name}") ?? isSet)
                Write($"var/lib/snapd/features/{name}", "");
        }
        foreach (string name in SilentFeatures)
            Flag($"experimental.{name}");
    }

    private bool? Flag(string setting)
    {
        if (_settings[setting] is not { } given)
            return null;
        if (given.Value is Yes or No)
            return given.Value == Yes;
        Refuse(setting, given, "neither true nor false");
        return null;
    }

    private string? Choice(string setting, ImmutableArray<string> choices)
    {
        if (_settings[setting] is not { } given)
            return null;
        if (choices.Contains(given.Value))
            return given.Value;
        Refuse(setting, given, $"none of {string.Join(", ", choices)}");
        return null;
    }

    private string? Matching(string setting, Regex pattern, string otherwise)
    {
        if (_settings[setting] is not { } given)
            return null;
        if (pattern.IsMatch(given.Value))
            return given.Value;
        Refuse(setting, given, otherwise);
        return null;
    }

    /// <summary>A size of whole MiB: a number with M or G, or of bytes; 0 or at least so much.</summary>
    private long? Bytes(string setting, long least)
    {
        if (_settings[setting] is not { } given)
            return null;
        string text = given.Value;
        int shift = text[^1] switch { 'M' => 20, 'G' => 30, _ => 0 };
        string digits = shift == 0 ? text : text[..^1];
        if (long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long count)
            && count <= long.MaxValue >> shift && (count == 0 || count << shift >= least)
            && (setting != "swap.size" || (count << shift) % (1 << 20) == 0))
        {
            return count << shift;
        }
        Refuse(setting, given, $"no size of at least {least >> 20}M");
        return null;
    }

    private void Refuse(string setting, Located<string> given, string why) =>
        _findings.Add(SeedRules.GadgetDefaults, given.Span, $"cannot set {setting} to \"{given.Value}\": it is {why}");

    private void Mask(string unit) => Link($"{Units}/{unit}", "/dev/null");

    private void Link(string path, string target) =>
        _root.SetPath(path, new SymbolicLinkNode(FileMetadata.Link with { ModificationTime = _time }, target));

    private void Write(string path, string text, ushort permissions = 0x1A4) => _root.SetPath(path, new RegularFileNode(
        FileMetadata.File with { Permissions = permissions, ModificationTime = _time },
        FileContent.Of(Encoding.UTF8.GetBytes(text))));

    [GeneratedRegex(@"^(?=.{1,64}\z)[a-zA-Z0-9][a-zA-Z0-9-]{0,62}(?:\.[a-zA-Z0-9-]{1,63})*\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex HostName();

    [GeneratedRegex(@"^[a-zA-Z0-9+_-]+(?:/[a-zA-Z0-9+_-]+){0,2}\z", RegexOptions.CultureInvariant)]
    private static partial Regex TimeZoneName();

    [GeneratedRegex(@"^[0-7]\z", RegexOptions.CultureInvariant)]
    private static partial Regex LogLevel();
}
