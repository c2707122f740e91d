// Checks that U-Boot loads kernel, device tree and initrd beside each other. Where `booti` moves the kernel decides:
//
//   kernel_addr_r            the file is loaded here                              file size
//   moved to                 text_offset above a boundary of 2 MiB: the next one  image_size (BSS included)
//                            if the kernel may lie anywhere (flag bit 3), else the one below
//   fdt_addr_r, ramdisk_addr_r                                                    file sizes
//
// Sources: Linux Documentation/arch/arm64/booting.rst; U-Boot's `booti`, measured in QEMU: Debian's 6.1 loaded to
// 0x80080000 runs at 0x80200000.
using System.Globalization;
using JetsonCore.Diagnostics;
using JetsonCore.Formats.Arm64Image;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Content;

/// <summary>Judges load addresses by the files that are loaded.</summary>
internal static class BootAddresses
{
    private const string KernelVariable = "kernel_addr_r", FdtVariable = "fdt_addr_r";
    private const string RamdiskVariable = "ramdisk_addr_r", FdtFileVariable = "fdtfile";
    private const long Boundary = 2 << 20;
    private const ulong MayLieAnywhere = 8;

    /// <summary>Checks the files of a kernel snap against an environment.</summary>
    /// <param name="environment">The variables.</param>
    /// <param name="assets">kernel.img, initrd.img and dtbs/ as they lie in system-boot.</param>
    /// <param name="path">What messages are about: the kernel snap.</param>
    /// <param name="diagnostics">Takes the findings.</param>
    public static void Check(
        IReadOnlyDictionary<string, string> environment, DirectoryNode assets, string path, DiagnosticBag diagnostics)
    {
        if (assets.Find(BootPartition.KernelName) is not RegularFileNode { Content: var kernel })
            return;
        if (ReadHeader(kernel, path, diagnostics) is not { } header)
            return;
        List<Window> windows = [];
        if (Address(environment, KernelVariable) is { } at)
        {
            windows.Add(new("the kernel's file", KernelVariable, at, kernel.Length));
            windows.Add(new("the running kernel", KernelVariable, MovedTo(at, header), (long)header.ImageSize));
        }
        if (FindDeviceTree(environment, assets, path, diagnostics) is { } tree
            && Address(environment, FdtVariable) is { } fdtAt)
        {
            windows.Add(new("the device tree", FdtVariable, fdtAt, tree.Length));
        }
        if (assets.Find(BootPartition.InitrdName) is RegularFileNode { Content: var initrd }
            && Address(environment, RamdiskVariable) is { } initrdAt)
        {
            windows.Add(new("the initrd", RamdiskVariable, initrdAt, initrd.Length));
        }
        CheckOverlaps(windows, path, diagnostics);
    }

    private static void CheckOverlaps(List<Window> windows, string path, DiagnosticBag diagnostics)
    {
        Window[] sorted = [.. windows.OrderBy(window => window.Start)];
        for (int index = 1; index < sorted.Length; index++)
        {
            Window low = sorted[index - 1], high = sorted[index];
            if (low.Variable == high.Variable || low.End <= high.Start)
                continue;
            diagnostics.AddAbout(path, ContentRules.LoadWindow,
                $"cannot boot: {low.Title} ({low.Variable}) ends at 0x{low.End:x}, {high.Title} ({high.Variable}) "
                    + $"starts at 0x{high.Start:x}: {low.End - high.Start} bytes overlap",
                hint: $"in the gadget's environment, set {high.Variable} to "
                    + $"0x{Alignment.Up(low.End, Boundary):x} or more");
        }
    }

    private static Arm64ImageHeader? ReadHeader(FileContent kernel, string path, DiagnosticBag diagnostics)
    {
        try
        {
            using Stream stream = kernel.Open();
            return Arm64ImageHeader.Read(stream);
        }
        catch (MalformedDataException exception)
        {
            diagnostics.AddAbout(path, ContentRules.KernelFormat,
                $"cannot use kernel.img: at {exception.Offset}: {exception.Message}",
                hint: "U-Boot's booti takes an arm64 kernel's Image as the build makes it, not Image.gz: gunzip it");
            return null;
        }
    }

    private static FileContent? FindDeviceTree(
        IReadOnlyDictionary<string, string> environment, DirectoryNode assets, string path, DiagnosticBag diagnostics)
    {
        if (!environment.TryGetValue(FdtFileVariable, out string? name))
            return null;
        if (assets.Find($"{BootPartition.DeviceTrees}/{name}") is RegularFileNode file)
            return file.Content;
        List<string> there = assets.Find(BootPartition.DeviceTrees) is DirectoryNode folder
            ? [.. folder.Children.Keys.Take(8)]
            : [];
        diagnostics.AddAbout(path, ContentRules.DeviceTree,
            $"cannot boot: the environment loads dtbs/{name}, which the kernel snap does not have",
            hint: there.Count == 0 ? "the kernel snap has no device trees" : $"it has {string.Join(", ", there)}");
        return null;
    }

    private static long MovedTo(long address, Arm64ImageHeader header)
    {
        long offset = (long)header.TextOffset;
        return (header.Flags & MayLieAnywhere) != 0
            ? Alignment.Up(Math.Max(address - offset, 0), Boundary) + offset
            : (address / Boundary * Boundary) + offset;
    }

    private static long? Address(IReadOnlyDictionary<string, string> environment, string name)
    {
        if (!environment.TryGetValue(name, out string? text))
            return null;
        ReadOnlySpan<char> digits = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? text.AsSpan(2) : text;
        return long.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out long value)
            && value is >= 0 and < 1L << 48 ? value : null;
    }

    private readonly record struct Window(string Title, string Variable, long Start, long Length)
    {
        public long End => Start + Length;
    }
}
