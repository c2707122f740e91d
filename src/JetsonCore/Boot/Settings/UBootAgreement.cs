// Compares how U-Boot was built with what gadget.yaml lays out and with the environment. Each of the three is made by
// hand somewhere else, and a disagreement shows as a board that boots once and never updates:
//
//   U-Boot                                       gadget.yaml, uboot.conf
//   ENV_IS_IN_EXT4 | ENV_IS_IN_FAT               file system of the structure with the role system-boot
//   ENV_xxx_INTERFACE, ENV_xxx_DEVICE_AND_PART   its number; the script's devtype, devnum and partition
//   ENV_xxx_FILE                                 /uboot.env
//   ENV_SIZE                                     bytes of uboot.conf
//   SYS_REDUNDAND_ENVIRONMENT                    with a flag byte (mkenvimage -r), as snapd writes it
//   CMD_SAVEENV, FAT_WRITE | EXT4_WRITE          saveenv before a trial
//   the environment that is built in             the same variables
//   commands                                     what the boot script calls
//
// Source: U-Boot 2023.01, env/Kconfig; failures measured in QEMU.
using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using JetsonCore.Diagnostics;
using JetsonCore.Formats.UBoot;

namespace JetsonCore.Boot.Settings;

/// <summary>What U-Boot finds on the board, as far as it is known.</summary>
internal sealed record UBootSurroundings
{
    /// <summary>The number of system-boot in the partition table; null where nothing is known of it.</summary>
    public int? PartitionNumber { get; init; }

    /// <summary>The file system of system-boot as gadget.yaml names it, or null.</summary>
    public string? FileSystem { get; init; }

    /// <summary>The environment of the gadget (uboot.conf), or null.</summary>
    public ImmutableArray<byte>? Environment { get; init; }

    /// <summary>Labels of all file systems that the gadget makes.</summary>
    public ImmutableArray<string> Labels { get; init; } = [];
}

/// <summary>Compares U-Boot with its surroundings.</summary>
internal sealed partial class UBootAgreement
{
    private const string FileName = "uboot.env";

    // Set on the board: by snapd, by the builder, or by U-Boot for its own port.
    private static readonly ImmutableHashSet<string> Free =
    [
        "arch", "baudrate", "board", "board_name", "cpu", "fdtcontroladdr", "loadaddr", "preboot", "snap_core",
        "snap_kernel", "snap_mode", "snap_try_core", "snap_try_kernel", "soc", "stderr", "stdin", "stdout", "vendor",
    ];

    private readonly UBootSettings _settings;
    private readonly UBootSurroundings _around;
    private readonly DiagnosticBag _diagnostics;
    private readonly SortedDictionary<string, string>? _variables;
    private readonly UBootEnvironmentLayout? _layout;

    private UBootAgreement(UBootSettings settings, UBootSurroundings around, DiagnosticBag diagnostics)
    {
        (_settings, _around, _diagnostics) = (settings, around, diagnostics);
        if (around.Environment is not { } block)
            return;
        _layout = UBootEnvironment.RecogniseLayout(block.AsSpan());
        if (_layout is { } layout)
            _variables = UBootEnvironment.Decode(block.AsSpan(), layout);
    }

    /// <summary>Names every disagreement.</summary>
    /// <param name="settings">How U-Boot was built.</param>
    /// <param name="around">What it finds.</param>
    /// <param name="diagnostics">Takes the findings; its path is U-Boot's.</param>
    /// <exception cref="Formats.Binary.MalformedDataException">The environment has a broken entry.</exception>
    public static void Check(UBootSettings settings, UBootSurroundings around, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(around);
        ArgumentNullException.ThrowIfNull(diagnostics);
        new UBootAgreement(settings, around, diagnostics).Check();
    }

    private void Check()
    {
        if (_settings.Options is not null)
            CheckOptions();
        else
            CheckTexts();
        CheckBuiltIn();
        CheckCommands();
        CheckLabels();
    }

    // Without a .config only what stands in the program as a text can be told.
    private void CheckTexts()
    {
        if (_settings.Texts is { } texts && !texts.Any(text => text.EndsWith(FileName, StringComparison.Ordinal)))
        {
            Find(UBootRules.Place, $"cannot boot: U-Boot does not name the file {FileName} anywhere, so it keeps its "
                + "environment elsewhere; snapd writes the file", FileHint(_around.FileSystem ?? "ext4"));
        }
        Find(UBootRules.Unknown, "U-Boot does not carry its configuration: size, layout and partition of its "
            + "environment are not compared",
            "build it with CONFIG_CMD_CONFIG=y, or give its .config: check --uboot .config");
    }

    private void CheckOptions()
    {
        string? kind = _settings switch
        {
            _ when IsOn("ENV_IS_IN_EXT4") => "EXT4",
            _ when IsOn("ENV_IS_IN_FAT") => "FAT",
            _ => null,
        };
        if (kind is null)
        {
            string other = string.Join(", ", _settings.Options!.Keys
                .Where(name => name.StartsWith("ENV_IS_", StringComparison.Ordinal)).Order(StringComparer.Ordinal)
                .Select(name => $"CONFIG_{name}"));
            Find(UBootRules.Place, "cannot boot: U-Boot keeps its environment in no file "
                + $"({(other.Length == 0 ? "nowhere" : other)}); snapd writes the file {FileName}",
                FileHint(_around.FileSystem ?? "ext4"));
            return;
        }
        CheckPlace(kind);
        CheckBlock();
        CheckSaving(kind);
    }

    private void CheckPlace(string kind)
    {
        if (_around.FileSystem is { } there && (there == "vfat") != (kind == "FAT"))
        {
            Find(UBootRules.Place, $"cannot boot: U-Boot reads its environment from {kind} "
                + $"(CONFIG_ENV_IS_IN_{kind}), system-boot is {there}", FileHint(there));
        }
        string option = $"ENV_{kind}_DEVICE_AND_PART", place = _settings.Option(option);
        string[] parts = place.Split(':', 2);
        string part = parts.Length > 1 && parts[1].Length > 0 ? parts[1] : "auto";
        if (_around.PartitionNumber is { } number && Hex(part) is { } chosen && chosen != number)
        {
            Find(UBootRules.Partition, $"cannot boot: U-Boot looks for its environment on partition {chosen} "
                + $"(CONFIG_{option}=\"{place}\"), system-boot is partition {number}",
                $"set CONFIG_{option}=\"{parts[0]}:{number:x}\"");
        }
        CheckScriptsDevice(kind, parts[0], part);
        string file = _settings.Option($"ENV_{kind}_FILE"), wanted = kind == "FAT" ? FileName : $"/{FileName}";
        bool isThere = kind == "FAT" ? file.TrimStart('/') == FileName : file == wanted;
        if (!isThere)
        {
            Find(UBootRules.Path, $"cannot boot: U-Boot's environment is the file \"{file}\" "
                + $"(CONFIG_ENV_{kind}_FILE), snapd writes /{FileName}", $"set CONFIG_ENV_{kind}_FILE=\"{wanted}\"");
        }
    }

    private void CheckScriptsDevice(string kind, string device, string part)
    {
        (string Name, string Chosen)[] pairs =
            [("devtype", _settings.Option($"ENV_{kind}_INTERFACE")), ("devnum", device), ("partition", part)];
        foreach ((string name, string chosen) in pairs)
        {
            if (_variables?.GetValueOrDefault(name) is { } value && chosen is not ("" or "auto")
                && value != chosen && (Hex(value) is null || Hex(value) != Hex(chosen)))
            {
                Find(UBootRules.Device, $"the boot script loads with {name}={value}, U-Boot's environment is on "
                    + $"\"{chosen}\"", "system-boot is one partition: give both the same");
            }
        }
    }

    private void CheckBlock()
    {
        if (_around.Environment is not { } block || _layout is not { } layout)
            return;
        long size = Number(_settings.Option("ENV_SIZE"));
        if (size != block.Length)
        {
            Find(UBootRules.Size, $"cannot boot: the gadget's environment has {block.Length} bytes, U-Boot reads "
                + $"{size} (CONFIG_ENV_SIZE=0x{size:x}): to it the checksum is wrong",
                $"make it with: jetson-core env make --size 0x{size:x}; or set CONFIG_ENV_SIZE=0x{block.Length:x}");
        }
        bool hasFlag = layout == UBootEnvironmentLayout.Redundant, wantsFlag = IsOn("SYS_REDUNDAND_ENVIRONMENT");
        if (hasFlag != wantsFlag)
        {
            Find(UBootRules.Layout, $"cannot boot: the gadget's environment has {(hasFlag ? "a" : "no")} flag byte, "
                + $"U-Boot reads one {(wantsFlag ? "with" : "without")} (CONFIG_SYS_REDUNDAND_ENVIRONMENT is "
                + $"{(wantsFlag ? "on" : "off")}): to it the checksum is wrong",
                "snapd writes a flag byte: set CONFIG_SYS_REDUNDAND_ENVIRONMENT=y, and make it with env make");
        }
    }

    private void CheckSaving(string kind)
    {
        if (!IsOn("CMD_SAVEENV"))
        {
            Find(UBootRules.Saving, "cannot update: U-Boot has no saveenv (CONFIG_CMD_SAVEENV is off)",
                "set CONFIG_CMD_SAVEENV=y");
        }
        if (!IsOn($"{kind}_WRITE"))
        {
            Find(UBootRules.Saving, $"cannot update: U-Boot does not write {kind} (CONFIG_{kind}_WRITE is off)",
                $"set CONFIG_{kind}_WRITE=y");
        }
    }

    private void CheckBuiltIn()
    {
        if (_settings.Environment is not { } carried || _variables is null)
            return;
        string[] different =
        [
            .. _variables.Keys.Union(carried.Keys).Where(name => !Free.Contains(name)
                && _variables.GetValueOrDefault(name) != carried.GetValueOrDefault(name))
                .Order(StringComparer.Ordinal),
        ];
        if (different.Length > 0)
        {
            string more = different.Length > 6 ? $" and {different.Length - 6} more" : "";
            Find(UBootRules.BuiltIn, "U-Boot's built-in environment is not the gadget's: different "
                + $"{string.Join(", ", different.Take(6))}{more}",
                "build U-Boot with CONFIG_USE_DEFAULT_ENV_FILE=y and CONFIG_DEFAULT_ENV_FILE of the gadget's text: "
                    + "after a power cut during saveenv it boots with that");
        }
    }

    private void CheckCommands()
    {
        if (_variables is null)
            return;
        foreach ((string command, string variable) in ScriptCommandNames.Of(_variables))
        {
            if (UBootCommandOptions.IsThere(command, _settings) == false)
            {
                Find(UBootRules.Command, $"cannot boot: the boot script calls {command} (in \"{variable}\"), which "
                    + $"this U-Boot does not have", UBootCommandOptions.Find(command) is { } option
                        ? $"build it with CONFIG_{option}=y" : "build U-Boot with the command, or do without");
            }
        }
    }

    [GeneratedRegex(@"(?:by-label/|LABEL=)([^\s""';]+)")]
    private static partial Regex LabelReference();

    private void CheckLabels()
    {
        if (_variables is null || _around.Labels.IsEmpty)
            return;
        foreach ((string name, string value) in _variables)
        {
            foreach (Match match in LabelReference().Matches(value))
            {
                string label = match.Groups[1].Value;
                if (!label.Contains('$', StringComparison.Ordinal) && !_around.Labels.Contains(label))
                {
                    Find(UBootRules.Label, $"\"{name}\" wants a file system labelled \"{label}\", gadget.yaml has "
                        + string.Join(", ", _around.Labels.Select(there => $"\"{there}\"")),
                        "give a structure that filesystem-label, or correct the environment");
                }
            }
        }
    }

    private bool IsOn(string name) => _settings.Option(name) == "y";

    private static string FileHint(string fileSystem) => fileSystem == "vfat"
        ? "set CONFIG_ENV_IS_IN_FAT=y, CONFIG_ENV_FAT_FILE=\"uboot.env\", and other CONFIG_ENV_IS_… off"
        : "set CONFIG_ENV_IS_IN_EXT4=y, CONFIG_ENV_EXT4_FILE=\"/uboot.env\", and other CONFIG_ENV_IS_… off";

    private static long Number(string text) => text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
        ? Hex(text[2..]) ?? 0
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long value) ? value : 0;

    private static long? Hex(string text) => long.TryParse(
        text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out long value) ? value : null;

    private void Find(Rule rule, string message, string hint) =>
        _diagnostics.Add(rule, SourceSpan.None, message, hint);
}
