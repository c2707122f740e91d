// The header of an Android boot image, version 0, as NVIDIA's mkbootimg makes them. All little-endian.
//
//   offset  size  field                        offset  size  field
//   0x000      8  "ANDROID!"                   0x020      4  address of the tags
//   0x008      4  kernel's bytes               0x024      4  bytes of a page
//   0x00C      4  kernel's address             0x030     16  name
//   0x010      4  ramdisk's bytes              0x040    512  command line
//   0x014      4  ramdisk's address            0x240     32  id
//
// The header fills one page; then come kernel and ramdisk, each in whole pages.
//
// Source: AOSP system/tools/mkbootimg, include/bootimg/bootimg.h (boot_img_hdr_v0).
using System.Buffers.Binary;
using System.Text;
using JetsonCore.Formats.Binary;

namespace JetsonCore.Formats.AndroidBoot;

/// <summary>The header of an Android boot image.</summary>
public sealed record AndroidBootHeader
{
    private const int Size = 0x260, NameOffset = 0x30, NameLength = 16, CommandLineOffset = 0x40;
    private const int CommandLineLength = 512, PageMin = 2048, PageMax = 1 << 20;

    /// <summary>Length of the kernel in bytes.</summary>
    public required uint KernelLength { get; init; }

    /// <summary>Where the boot loader puts the kernel, if it follows the header.</summary>
    public required uint KernelAddress { get; init; }

    /// <summary>Length of the RAM disk in bytes.</summary>
    public required uint RamdiskLength { get; init; }

    /// <summary>Bytes of a page.</summary>
    public required int PageSize { get; init; }

    /// <summary>The name.</summary>
    public required string Name { get; init; }

    /// <summary>The command line.</summary>
    public required string CommandLine { get; init; }

    /// <summary>Where the kernel begins in the image.</summary>
    public long KernelOffset => PageSize;

    /// <summary>Where the RAM disk begins in the image.</summary>
    public long RamdiskOffset => PageSize + Alignment.UnitsFor(KernelLength, PageSize) * PageSize;

    /// <summary>Whether a file begins as a boot image does.</summary>
    public static bool IsImage(ReadOnlySpan<byte> start) => start.StartsWith("ANDROID!"u8);

    /// <summary>Reads the header.</summary>
    /// <param name="image">A seekable stream over the image.</param>
    /// <exception cref="MalformedDataException">It is none, or its parts do not lie in the image.</exception>
    public static AndroidBootHeader Read(Stream image)
    {
        ArgumentNullException.ThrowIfNull(image);
        byte[] bytes = image.ReadBytesAt(0, Size);
        if (!IsImage(bytes))
            throw new MalformedDataException(0, "no Android boot image: \"ANDROID!\" is missing");
        uint page = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(0x24));
        if (page is < PageMin or > PageMax)
            throw new MalformedDataException(0x24, $"pages of {page} bytes are not possible");
        var header = new AndroidBootHeader
        {
            KernelLength = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(0x8)),
            KernelAddress = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(0xC)),
            RamdiskLength = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(0x10)),
            PageSize = (int)page,
            Name = Text(bytes.AsSpan(NameOffset, NameLength)),
            CommandLine = Text(bytes.AsSpan(CommandLineOffset, CommandLineLength)),
        };
        if (header.RamdiskOffset + header.RamdiskLength > image.Length)
        {
            throw new MalformedDataException(0x8, $"a kernel of {header.KernelLength} and a RAM disk of "
                + $"{header.RamdiskLength} bytes do not fit the image of {image.Length}");
        }
        return header;
    }

    private static string Text(ReadOnlySpan<byte> bytes)
    {
        int end = bytes.IndexOf((byte)0);
        return Encoding.Latin1.GetString(end < 0 ? bytes : bytes[..end]);
    }
}
