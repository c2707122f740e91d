// What differs between the boards that the simulator stands for: where RAM is, what U-Boot keeps of it, which commands
// are compiled in. Sources: gadget/u-boot/*.config and the defconfigs they build on; "bdinfo" in QEMU; Tegra 210
// Technical Reference Manual (DRAM from 0x80000000).
using System.Globalization;

namespace JetsonCore.Boot.Commands;

/// <summary>A board as U-Boot sees it.</summary>
public sealed record UBootBoard
{
    // U-Boot moves to the end of RAM below 4 GiB; its heap of 37 MiB lies below it.
    private const ulong LowRamEnd = 0x1_0000_0000, UBootBytes = 48 << 20, LeastBytes = 64 << 20;

    /// <summary>The Jetson TX1.</summary>
    public static readonly UBootBoard Tx1 = new()
    {
        RamStart = 0x8000_0000,
        RamEnd = LowRamEnd,
        ReservedStart = LowRamEnd - UBootBytes,
        LoadAddress = 0x8008_0000,
        Commands = UBootCommandNames.Tx1,
    };

    /// <summary>QEMU's "virt" machine with 2 GiB, as scripts/build-uboot qemu builds for.</summary>
    public static readonly UBootBoard Qemu = new()
    {
        RamStart = 0x4000_0000,
        RamEnd = 0xC000_0000,
        ReservedStart = 0xBEE2_2960,
        LoadAddress = 0x4020_0000,
        Commands = UBootCommandNames.Qemu,
        HasNothingConnected = true,
        ConsoleDevices = ["serial", "pl011@9000000"],
    };

    /// <summary>Another arm64 board with the TX1's U-Boot: all that is known of it is where its RAM is.</summary>
    /// <param name="ramStart">The first byte of RAM.</param>
    /// <param name="ramBytes">Its bytes; what lies above 4 GiB U-Boot does not use.</param>
    public static UBootBoard WithRam(ulong ramStart, ulong ramBytes)
    {
        ulong end = Math.Min(ramStart + ramBytes, LowRamEnd);
        return Tx1 with
        {
            RamStart = ramStart,
            RamEnd = end,
            ReservedStart = Math.Max(ramStart, end > UBootBytes ? end - UBootBytes : 0),
        };
    }

    /// <summary>Such a board as START:BYTES says, 64 MiB below 4 GiB at least; null for anything else.</summary>
    public static UBootBoard? ReadRam(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] parts = text.Split(':');
        return parts.Length == 2 && Number(parts[0]) is { } start && Number(parts[1]) is { } bytes
            && bytes >= LeastBytes && start + bytes > start && start + LeastBytes <= uint.MaxValue
            ? WithRam(start, bytes)
            : null;
    }

    /// <summary>The first byte of RAM.</summary>
    public required ulong RamStart { get; init; }

    /// <summary>The byte behind the RAM that U-Boot uses.</summary>
    public required ulong RamEnd { get; init; }

    /// <summary>From here to the end of RAM lie U-Boot, its heap and its stack.</summary>
    public required ulong ReservedStart { get; init; }

    /// <summary>CONFIG_SYS_LOAD_ADDR.</summary>
    public required ulong LoadAddress { get; init; }

    /// <summary>CONFIG_SYS_CBSIZE: characters of a typed line.</summary>
    public int LineLengthMax { get; init; } = 2048;

    /// <summary>CONFIG_SYS_MAXARGS: words of a command.</summary>
    public int WordsMax { get; init; } = 64;

    /// <summary>CONFIG_ENV_SIZE.</summary>
    public int EnvironmentSize { get; init; } = 0x20000;

    /// <summary>All commands that are compiled in, in order.</summary>
    public required IReadOnlyList<string> Commands { get; init; }

    /// <summary>Whether neither its buses nor its network have anything but the card.</summary>
    public bool HasNothingConnected { get; init; }

    /// <summary>What its console can be, by name; null where that is not known.</summary>
    public IReadOnlyList<string>? ConsoleDevices { get; init; }

    /// <summary>The board of a name, or null.</summary>
    public static UBootBoard? Find(string name) => name switch
    {
        "tx1" => Tx1,
        "qemu" => Qemu,
        _ => null,
    };

    private static ulong? Number(string text) => text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
        ? ulong.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong hex)
            && hex < 1UL << 48 ? hex : null
        : ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number)
            && number < 1UL << 48 ? number : null;
}
