// A program that turns fs-verity on for a file, which busybox has nothing for: as small as a program for arm64 can be.
//
//   0x00  ELF header, 64 bytes         0x78  instructions
//   0x40  program header, 56 bytes     0xAC  struct fsverity_enable_arg, 128 bytes
//
// Sources: elf(5), linux/fsverity.h.
using System.Buffers.Binary;

namespace JetsonCore.Formats.Tests.Linux;

internal static class VerityProgram
{
    private const int HeaderSize = 0x40, CodeOffset = 0x78, ArgumentSize = 128;
    private const ulong Address = 0x400000;

    private static readonly uint[] Code =
    [
        0xF9400BE1,     // ldr  x1, [sp, #16]       argv[1]
        0x92800C60,     // mov  x0, #-100           AT_FDCWD
        0xD2800002,     // mov  x2, #0              O_RDONLY
        0xD2800708,     // mov  x8, #56             openat
        0xD4000001,     // svc  #0
        0x528CD0A1,     // mov  w1, #0x6685         FS_IOC_ENABLE_VERITY
        0x72A81001,     // movk w1, #0x4080, lsl #16
        0x100000C2,     // adr  x2, .+24            the argument
        0xD28003A8,     // mov  x8, #29             ioctl
        0xD4000001,     // svc  #0
        0xCB0003E0,     // neg  x0, x0              an error's number
        0xD2800BA8,     // mov  x8, #93             exit
        0xD4000001,     // svc  #0
    ];

    /// <summary>Version 1, SHA-256, blocks of 4096 bytes.</summary>
    private static readonly uint[] Argument = [1, 1, 4096];

    public static byte[] ToBytes()
    {
        var program = new byte[CodeOffset + (Code.Length * 4) + ArgumentSize];
        Span<byte> header = program, segment = program.AsSpan(HeaderSize);
        ((ReadOnlySpan<byte>)[0x7F, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1]).CopyTo(header);
        BinaryPrimitives.WriteUInt16LittleEndian(header[16..], 2);          // ET_EXEC
        BinaryPrimitives.WriteUInt16LittleEndian(header[18..], 183);        // EM_AARCH64
        BinaryPrimitives.WriteUInt32LittleEndian(header[20..], 1);
        BinaryPrimitives.WriteUInt64LittleEndian(header[24..], Address + CodeOffset);
        BinaryPrimitives.WriteUInt64LittleEndian(header[32..], HeaderSize);
        BinaryPrimitives.WriteUInt16LittleEndian(header[52..], HeaderSize);
        BinaryPrimitives.WriteUInt16LittleEndian(header[54..], CodeOffset - HeaderSize);
        BinaryPrimitives.WriteUInt16LittleEndian(header[56..], 1);          // one segment, all of the file
        BinaryPrimitives.WriteUInt32LittleEndian(segment, 1);               // PT_LOAD
        BinaryPrimitives.WriteUInt32LittleEndian(segment[4..], 5);          // to be read and run
        BinaryPrimitives.WriteUInt64LittleEndian(segment[16..], Address);
        BinaryPrimitives.WriteUInt64LittleEndian(segment[32..], (ulong)program.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(segment[40..], (ulong)program.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(segment[48..], 0x1000);
        uint[] words = [.. Code, .. Argument];
        for (int index = 0; index < words.Length; index++)
            BinaryPrimitives.WriteUInt32LittleEndian(program.AsSpan(CodeOffset + (index * 4)), words[index]);
        return program;
    }
}
