// booti, bootm: the checks before a kernel starts, where things end up in memory, and the start itself.
// Source: U-Boot 2023.01, cmd/booti.c, arch/arm/lib/image.c, boot/image-board.c, measured in QEMU.
using System.Buffers.Binary;
using System.Globalization;

namespace JetsonCore.Boot.Commands;

internal static class KernelCommands
{
    private const int HeaderBytes = 64, MagicOffset = 0x38, TextOffsetOffset = 8, SizeOffset = 0x10, FlagsOffset = 0x18;
    private const uint Magic = 0x644D5241, FdtPadding = 0x3000;
    private const ulong Boundary = 2 << 20, AssumedSize = 16 << 20, AssumedOffset = 0x80000, PageBytes = 0x1000;

    public static UBootCommand[] All { get; } =
    [
        new("booti", UBootCommand.AnyNumber, StartImage),
        new("bootm", UBootCommand.AnyNumber, StartLegacy),
    ];

    /// <summary>What a kernel needs of memory.</summary>
    private readonly record struct Place(ulong Loaded, ulong Address, ulong Size);

    public static int StartImage(UBootMachine machine, IReadOnlyList<string> words)
    {
        ulong address = words.Count > 1 ? UBootNumbers.Hex(words[1]) : DefaultAddress(machine);
        if (IsCompressed(machine.Memory.Read(address, 2)))
        {
            if (machine.Variables.Find("kernel_comp_addr_r") is null
                || machine.Variables.Find("kernel_comp_size") is null)
            {
                machine.Print("kernel_comp_addr_r or kernel_comp_size is not provided!\n");
                return UBootResult.Failure;
            }
            machine.Trace.AddUnknown("booti (compressed kernel)");
            machine.Trace.Remark("unpacking a kernel is not simulated: taken as failed");
            return UBootResult.Failure;
        }
        if (SetUp(machine, address) is not { } place)
            return UBootResult.Failure;
        if (place.Address != address)
        {
            ulong end = unchecked(place.Address + place.Size);
            machine.Print($"Moving Image from 0x{UBootNumbers.Hex(address)} to 0x{UBootNumbers.Hex(place.Address)}, "
                + $"end={UBootNumbers.Hex(end)}\n");
            if (place.Size > machine.Board.RamEnd - machine.Board.RamStart)
            {
                machine.Print("\"Synchronous Abort\" handler, esr 0x96000004\n");
                throw new UBootEndException(UBootEnd.Reset);
            }
            machine.Memory.Copy(address, place.Address, (long)place.Size);
        }
        return Start(machine, [.. words.Skip(1)], place);
    }

    private static ulong DefaultAddress(UBootMachine machine) =>
        machine.Variables.Find("loadaddr") is { } text ? UBootNumbers.Hex(text) : machine.Board.LoadAddress;

    private static bool IsCompressed(byte[] start) => (start[0], start[1]) is
        (0x42, 0x5A) or (0x1F, 0x8B) or (0x5D, 0x00) or (0x89, 0x4C) or (0x04, 0x22) or (0x28, 0xB5);

    private static Place? SetUp(UBootMachine machine, ulong address)
    {
        byte[] header = machine.Memory.Read(address, HeaderBytes);
        if (BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(MagicOffset)) != Magic)
        {
            machine.Print("Bad Linux ARM64 Image magic!\n");
            return null;
        }
        ulong size = BinaryPrimitives.ReadUInt64LittleEndian(header.AsSpan(SizeOffset));
        ulong offset = BinaryPrimitives.ReadUInt64LittleEndian(header.AsSpan(TextOffsetOffset));
        if (size == 0)
        {
            machine.Print("Image lacks image_size field, assuming 16MiB\n");
            (size, offset) = (AssumedSize, AssumedOffset);
        }
        bool mayLieAnywhere = (BinaryPrimitives.ReadUInt64LittleEndian(header.AsSpan(FlagsOffset)) & 8) != 0;
        ulong start = mayLieAnywhere ? unchecked(address - offset) : machine.Board.RamStart;
        ulong aligned = unchecked(start + Boundary - 1) & ~(Boundary - 1);
        return new(address, unchecked(aligned + offset), size);
    }

    private static int Start(UBootMachine machine, string[] arguments, Place kernel)
    {
        if (FindInitrd(machine, arguments) is not { } initrd)
        {
            machine.Print("Ramdisk image is corrupt or invalid\n");
            return UBootResult.Failure;
        }
        ulong end = unchecked(kernel.Address + kernel.Size);
        if (initrd.Start != 0 && Overlaps(initrd.Start, initrd.Start + initrd.Length, kernel))
        {
            machine.Print($"ERROR: RD image overlaps OS image (OS=0x{UBootNumbers.Hex(kernel.Address)}"
                + $"..0x{UBootNumbers.Hex(end)})\n");
            return UBootResult.Failure;
        }
        if (FindFdt(machine, arguments) is not { } fdt)
        {
            machine.Print("Could not find a valid device tree\n");
            return UBootResult.Failure;
        }
        if (fdt != 0 && FdtOverlaps(fdt, FdtCommand.SizeAt(machine, fdt) ?? 0, kernel))
        {
            machine.Print($"ERROR: FDT image overlaps OS image (OS=0x{UBootNumbers.Hex(kernel.Address)}"
                + $"..0x{UBootNumbers.Hex(end)})\n");
            return UBootResult.Failure;
        }
        FdtCommand.SetWorking(machine, fdt);
        if (fdt == 0)
        {
            machine.Print("FDT and ATAGS support not compiled in\n");
            throw new UBootEndException(UBootEnd.Reset);
        }
        return Go(machine, kernel, initrd, fdt);
    }

    private static int Go(UBootMachine machine, Place kernel, (ulong Start, ulong Length) initrd, ulong fdt)
    {
        ulong initrdAt = PlaceInitrd(machine, initrd);
        machine.SetHex("initrd_start", initrdAt);
        machine.SetHex("initrd_end", initrdAt + initrd.Length);
        (ulong fdtAt, uint fdtBytes) = PlaceFdt(machine, fdt, initrdAt);
        machine.Print("\nStarting kernel ...\n\n");
        machine.Trace.Start = new()
        {
            LoadedAddress = kernel.Loaded,
            KernelAddress = kernel.Address,
            KernelBytes = (long)kernel.Size,
            InitrdLoadedAddress = initrd.Start,
            FdtLoadedAddress = fdt,
            InitrdAddress = initrdAt,
            InitrdBytes = (long)initrd.Length,
            FdtAddress = fdtAt,
            FdtBytes = fdtBytes,
            CommandLine = UBootText.ToHost(machine.Variables.Find("bootargs") ?? ""),
        };
        throw new UBootEndException(UBootEnd.Started);
    }

    private static bool Overlaps(ulong start, ulong end, Place kernel)
    {
        ulong kernelEnd = unchecked(kernel.Address + kernel.Size);
        return (start >= kernel.Address && start < kernelEnd) || (end > kernel.Address && end <= kernelEnd)
            || (start < kernel.Address && end >= kernelEnd);
    }

    private static bool FdtOverlaps(ulong start, ulong length, Place kernel)
    {
        ulong kernelEnd = unchecked(kernel.Address + kernel.Size), end = start + length;
        return (start >= kernel.Address && start < kernelEnd) || (end >= kernel.Address && end < kernelEnd);
    }

    private static (ulong Start, ulong Length)? FindInitrd(UBootMachine machine, string[] arguments)
    {
        if (arguments.Length < 2 || arguments[1] == "-")
            return (0, 0);
        ulong address = UBootNumbers.Hex(arguments[1]);
        if (LegacyImage.Read(machine.Memory, address) is { } image)
        {
            machine.Print(string.Create(CultureInfo.InvariantCulture,
                $"## Loading init Ramdisk from Legacy Image at {address:x8} ...\n"));
            if (!image.IsHeaderSound)
                machine.Print("Bad Header Checksum\n");
            return image is { IsHeaderSound: true, Type: LegacyImage.Ramdisk }
                ? (address + LegacyImage.HeaderBytes, image.DataBytes) : null;
        }
        if (FdtCommand.SizeAt(machine, address) is not null)
        {
            machine.Print(string.Create(CultureInfo.InvariantCulture,
                $"## Loading ramdisk from FIT Image at {address:x8} ...\n"));
            machine.Print("Bad FIT ramdisk image format! (err=-42)\n");
            return null;
        }
        int colon = arguments[1].IndexOf(':', StringComparison.Ordinal);
        if (colon >= 0)
            return address == 0 ? (0, 0) : (address, UBootNumbers.Hex(arguments[1][(colon + 1)..]));
        machine.Print("Wrong Ramdisk Image Format\n");
        return null;
    }

    private static ulong? FindFdt(UBootMachine machine, string[] arguments)
    {
        if (arguments.Length < 3)
            return 0;
        ulong address = UBootNumbers.Hex(arguments[2]);
        if (FdtCommand.SizeAt(machine, address) is null)
        {
            machine.Print("ERROR: Did not find a cmdline Flattened Device Tree\n");
            return null;
        }
        machine.Print(string.Create(CultureInfo.InvariantCulture,
            $"## Flattened Device Tree blob at {address:x8}\n"));
        machine.Print($"   Booting using the fdt blob at 0x{UBootNumbers.Hex(address)}\n");
        return address;
    }

    private static ulong PlaceInitrd(UBootMachine machine, (ulong Start, ulong Length) initrd)
    {
        ulong? high = machine.Variables.Find("initrd_high") is { } text ? UBootNumbers.Hex(text) : null;
        if (initrd.Start == 0 || high == ulong.MaxValue)
            return initrd.Start;
        ulong to = Below(machine, initrd.Length, high);
        machine.Print(string.Create(CultureInfo.InvariantCulture,
            $"   Loading Ramdisk to {to:x8}, end {to + initrd.Length:x8} ... OK\n"));
        return to;
    }

    private static (ulong Address, uint Bytes) PlaceFdt(UBootMachine machine, ulong fdt, ulong initrdAt)
    {
        uint length = (FdtCommand.SizeAt(machine, fdt) ?? 0) + FdtPadding;
        ulong? high = machine.Variables.Find("fdt_high") is { } text ? UBootNumbers.Hex(text) : null;
        ulong at = fdt;
        if (high == ulong.MaxValue)
        {
            FdtCommand.SetSize(machine, fdt, length);
            machine.Print(string.Create(CultureInfo.InvariantCulture,
                $"   Using Device Tree in place at {at:x16}, end {at + length - 1:x16}\n"));
        }
        else
        {
            bool isBelowInitrd = initrdAt > machine.Board.RamStart && initrdAt < machine.Board.ReservedStart;
            at = Below(machine, length, isBelowInitrd && high is null ? initrdAt : high);
            machine.Memory.Copy(fdt, at, length - FdtPadding);
            FdtCommand.SetSize(machine, at, length);
            machine.Print(string.Create(CultureInfo.InvariantCulture,
                $"   Loading Device Tree to {at:x16}, end {at + length - 1:x16} ... OK\n"));
        }
        FdtCommand.SetWorking(machine, at);
        return (at, length);
    }

    /// <summary>The highest place below a limit, and below U-Boot.</summary>
    private static ulong Below(UBootMachine machine, ulong length, ulong? limit)
    {
        ulong end = Math.Min(limit is null or 0 ? ulong.MaxValue : limit.Value, machine.Board.ReservedStart);
        return end > length ? (end - length) & ~(PageBytes - 1) : 0;
    }

    private static int StartLegacy(UBootMachine machine, IReadOnlyList<string> words)
    {
        ulong address = words.Count > 1 ? UBootNumbers.Hex(words[1]) : DefaultAddress(machine);
        if (LegacyImage.Read(machine.Memory, address) is not { } image)
        {
            if (FdtCommand.SizeAt(machine, address) is not null)
            {
                machine.Trace.AddUnknown("bootm (FIT image)");
                machine.Trace.Remark("FIT images are not simulated: taken as failed");
            }
            else
            {
                machine.Print("Wrong Image Format for bootm command\n");
            }
            machine.Print("ERROR: can't get kernel image!\n");
            return UBootResult.Failure;
        }
        machine.Print(string.Create(CultureInfo.InvariantCulture,
            $"## Booting kernel from Legacy Image at {address:x8} ...\n"));
        machine.Trace.AddUnknown("bootm (legacy image)");
        machine.Trace.Remark("starting a legacy kernel image is not simulated further than its header");
        if (!image.IsHeaderSound)
            machine.Print("Bad Header Checksum\n");
        machine.Print("ERROR: can't get kernel image!\n");
        return UBootResult.Failure;
    }
}
