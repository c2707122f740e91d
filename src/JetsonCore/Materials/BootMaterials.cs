// What starts a device: kernels, boot loaders, firmware.
using JetsonCore.Artefacts;
using JetsonCore.Formats.Compression;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Materials;

internal static class BootMaterials
{
    private const long KernelLengthMax = 256L << 20;

    private static readonly string[] FirmwareFolders = ["firmware/", "lib/firmware/", "usr/lib/firmware/"];

    /// <summary>Whether files of this name are kernels as a rule.</summary>
    public static bool IsKernelName(string name) => name is "kernel.img" or "Image" or "zImage" or "bzImage"
        || name.StartsWith("vmlinuz", StringComparison.Ordinal)
        || name.StartsWith("vmlinux-", StringComparison.Ordinal);

    /// <summary>Whether files of this name are U-Boots as a rule.</summary>
    public static bool IsLoaderName(string name) => !name.EndsWith(".env", StringComparison.Ordinal)
        && !name.EndsWith(".conf", StringComparison.Ordinal)
        && (name.Contains("u-boot", StringComparison.OrdinalIgnoreCase)
            || name.StartsWith("uboot.", StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether a path is one of firmware.</summary>
    public static bool IsFirmware(string path) =>
        FirmwareFolders.Any(folder => path.StartsWith(folder, StringComparison.Ordinal));

    /// <summary>A kernel; null for what is none.</summary>
    /// <exception cref="Formats.Binary.MalformedDataException">It cannot be unpacked.</exception>
    public static Material? Kernel(string address, FileContent content, ArtefactReading reading)
    {
        FileContent plain = content;
        ArtefactKind? kind = ArtefactRecogniser.Recognise(content);
        if (kind is { Compression: not CompressionFormat.None, Format: ArtefactFormat.Arm64Kernel })
        {
            using Stream packed = content.Open();
            using DecompressionStream unpacked = Decompression.OpenRead(packed, kind.Compression);
            plain = reading.Spool(unpacked, KernelLengthMax);
        }
        string? release = kind is { Format: ArtefactFormat.Arm64Kernel }
            ? VersionTexts.OfArm64Kernel(plain) : VersionTexts.OfX86Kernel(content);
        return release is null ? null : new()
        {
            Kind = MaterialKind.Kernel,
            Name = "linux",
            Version = release,
            Address = address,
            SizeBytes = content.Length,
            Sha256 = Sum(content),
        };
    }

    /// <summary>A U-Boot; null for what is none.</summary>
    public static Material? Loader(string address, FileContent content) =>
        VersionTexts.OfUBoot(content) is not { } version ? null : new()
        {
            Kind = MaterialKind.BootLoader,
            Name = "u-boot",
            Version = version,
            Address = address,
            SizeBytes = content.Length,
            Sha256 = Sum(content),
        };

    /// <summary>A file of firmware.</summary>
    public static Material Firmware(string address, string path, FileContent content) => new()
    {
        Kind = MaterialKind.Firmware,
        Name = path,
        Address = address,
        SizeBytes = content.Length,
        Sha256 = Sum(content),
    };

    private static string Sum(FileContent content) => Convert.ToHexStringLower(ContentDigest.Sha256(content));
}
