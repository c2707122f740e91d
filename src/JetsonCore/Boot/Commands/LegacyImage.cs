// U-Boot's legacy image header, big-endian, 64 bytes before the data: what mkimage puts before scripts and kernels.
//
//   0x00 4 magic 27051956   0x10 4 load address   0x1C 1 os      0x20 32 name
//   0x04 4 CRC of header    0x14 4 entry point    0x1D 1 arch
//   0x08 4 time             0x18 4 CRC of data    0x1E 1 type: 2 kernel, 3 ramdisk, 4 multi, 6 script
//   0x0C 4 bytes of data                          0x1F 1 compression
//
// Source: U-Boot include/image.h (struct legacy_img_hdr), mkimage(1).
using System.Buffers.Binary;
using JetsonCore.Formats.Binary;

namespace JetsonCore.Boot.Commands;

internal sealed record LegacyImage
{
    public const int HeaderBytes = 64;
    public const byte Ramdisk = 3, Script = 6;

    private const uint Magic = 0x27051956;
    private const int CrcOffset = 4, SizeOffset = 0x0C, DataCrcOffset = 0x18, TypeOffset = 0x1E;
    private const int DataMax = 256 << 20;

    public required uint DataBytes { get; init; }

    public required byte Type { get; init; }

    public required bool IsHeaderSound { get; init; }

    public required uint DataCrc { get; init; }

    /// <summary>The image at an address, or null where there is none.</summary>
    public static LegacyImage? Read(UBootMemory memory, ulong address)
    {
        byte[] header = memory.Read(address, HeaderBytes);
        if (BinaryPrimitives.ReadUInt32BigEndian(header) != Magic)
            return null;
        uint crc = Word(header, CrcOffset);
        header.AsSpan(CrcOffset, 4).Clear();
        return new()
        {
            DataBytes = Word(header, SizeOffset),
            DataCrc = Word(header, DataCrcOffset),
            Type = header[TypeOffset],
            IsHeaderSound = crc == Crc32.Of(header),
        };
    }

    /// <summary>The data behind the header, or null where its checksum is wrong.</summary>
    public byte[]? ReadData(UBootMemory memory, ulong address, bool isVerified)
    {
        if (DataBytes > DataMax)
            return null;
        byte[] data = memory.Read(address + HeaderBytes, (int)DataBytes);
        return !isVerified || Crc32.Of(data) == DataCrc ? data : null;
    }

    private static uint Word(byte[] header, int offset) => BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(offset));
}
