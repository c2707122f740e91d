// The header of an uncompressed arm64 kernel ("Image"), little-endian:
//
//   0x00  8  code0, code1 (a branch; "MZ" first where the kernel is an EFI program too)
//   0x08  8  text_offset    where it wants to lie, above a 2 MiB boundary
//   0x10  8  image_size     bytes of memory it needs, BSS included: more than the file has
//   0x18  8  flags          bit 0: big-endian kernel, 1-2: page size, 3: may lie anywhere in memory
//   0x38  4  magic          "ARM\x64"
//
// Spec: Linux Documentation/arch/arm64/booting.rst, "Call the kernel image".
using System.Buffers.Binary;
using JetsonCore.Formats.Binary;

namespace JetsonCore.Formats.Arm64Image;

/// <summary>What a boot loader has to know of a kernel.</summary>
/// <param name="TextOffset">Where it wants to lie, in bytes above a boundary of 2 MiB.</param>
/// <param name="ImageSize">Bytes of memory it needs; more than its file has.</param>
/// <param name="Flags">Bit 3: it may lie anywhere in memory.</param>
public readonly record struct Arm64ImageHeader(ulong TextOffset, ulong ImageSize, ulong Flags)
{
    /// <summary>Length of the header in bytes.</summary>
    public const int Size = 64;

    private const int TextOffsetOffset = 0x08, ImageSizeOffset = 0x10, FlagsOffset = 0x18, MagicOffset = 0x38;
    private const ulong LegacyTextOffset = 0x80000;
    private const ulong LargestSize = 1UL << 40;

    /// <summary>Reads the header at the start of a seekable stream.</summary>
    /// <exception cref="MalformedDataException">No such kernel, or sizes that no kernel has.</exception>
    public static Arm64ImageHeader Read(Stream kernel)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        byte[] header = kernel.ReadBytesAt(0, Size);
        if (!header.AsSpan(MagicOffset).StartsWith("ARM\x64"u8))
            throw new MalformedDataException(MagicOffset, $"no uncompressed arm64 kernel{Guess(header)}");
        ulong imageSize = ReadUInt64(header, ImageSizeOffset), textOffset = ReadUInt64(header, TextOffsetOffset);
        // Kernels before 3.17 leave the size 0 and then mean this offset, whatever is written.
        if (imageSize == 0)
            (imageSize, textOffset) = ((ulong)kernel.Length, LegacyTextOffset);
        if (imageSize > LargestSize || textOffset > LargestSize)
            throw new MalformedDataException(TextOffsetOffset, $"no kernel has {imageSize} bytes at {textOffset}");
        return new(textOffset, imageSize, ReadUInt64(header, FlagsOffset));
    }

    private static ulong ReadUInt64(byte[] header, int offset) =>
        BinaryPrimitives.ReadUInt64LittleEndian(header.AsSpan(offset));

    private static string Guess(ReadOnlySpan<byte> start) => start switch
    {
        [0x1F, 0x8B, ..] => ": it is gzip-compressed",
        [0x27, 0x05, 0x19, 0x56, ..] => ": it is a U-Boot legacy image",
        [0xD0, 0x0D, 0xFE, 0xED, ..] => ": it is a device tree or FIT image",
        [0x7F, (byte)'E', (byte)'L', (byte)'F', ..] => ": it is an ELF file (vmlinux)",
        [(byte)'M', (byte)'Z', ..] => ": it is an EFI program of another architecture",
        _ => "",
    };
}
