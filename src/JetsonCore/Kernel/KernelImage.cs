// The kernel itself: unpacked, its header, and what it says of itself.
using JetsonCore.Diagnostics;
using JetsonCore.Formats.Arm64Image;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Compression;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Kernel;

internal static class KernelImage
{
    private const long LengthMax = 1L << 30;
    private const ulong BigEndian = 1;

    /// <summary>The uncompressed kernel; where it is none, what there is, and a finding.</summary>
    public static FileContent? Read(KernelParts parts, ContentSpool spool, DiagnosticBag diagnostics)
    {
        try
        {
            FileContent image = Unpack(parts.Kernel.Content, spool);
            using Stream stream = image.Open();
            if ((Arm64ImageHeader.Read(stream).Flags & BigEndian) != 0)
            {
                diagnostics.AddAbout(parts.KernelPath, KernelRules.ByteOrder,
                    "cannot use the kernel: it is big-endian, all programs of Ubuntu are little-endian",
                    hint: "build it without CONFIG_CPU_BIG_ENDIAN");
            }
            return image;
        }
        catch (MalformedDataException damage)
        {
            diagnostics.AddAbout(parts.KernelPath, KernelRules.Arm64Kernel, $"cannot use the kernel: {damage.Message}",
                hint: "give arch/arm64/boot/Image or a linux-image package for arm64");
            return null;
        }
    }

    /// <summary>Compares what the kernel says of itself with its modules; returns the configuration within.</summary>
    public static KernelConfig? CheckBanner(KernelFacts kernel, FileContent image, DiagnosticBag diagnostics)
    {
        string path = kernel.Parts.KernelPath;
        try
        {
            KernelBanner banner = KernelBanner.Read(image);
            if (banner.Release is { } release && release != kernel.Parts.Release)
            {
                diagnostics.AddAbout(path, KernelRules.Release,
                    $"the kernel says that it is {release}, the modules folder is of {kernel.Parts.Release}",
                    hint: "take both from one build: modules of another release are not loaded");
            }
            return banner.Config is { } text ? KernelConfig.Parse($"{path} (IKCONFIG)", text) : null;
        }
        catch (MalformedDataException damage)
        {
            diagnostics.AddAbout(path, KernelRules.Arm64Kernel,
                $"cannot read the configuration within the kernel: at offset {damage.Offset}: {damage.Message}",
                hint: "copy the kernel again, or build it anew");
            return null;
        }
    }

    // Ubuntu's vmlinuz is gzip-compressed; booti and UC18's boot script want it plain.
    private static FileContent Unpack(FileContent kernel, ContentSpool spool)
    {
        using Stream stream = kernel.Open();
        if (Decompression.Detect(stream) != CompressionFormat.Gzip)
            return kernel;
        stream.Position = 0;
        using Stream plain = Decompression.OpenRead(stream, CompressionFormat.Gzip);
        return spool(plain, LengthMax);
    }
}
