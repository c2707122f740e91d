// The header of a kernel for x86 (bzImage). Layout: README.md of this folder.
using System.Buffers.Binary;
using System.Text;
using JetsonCore.Formats.Binary;

namespace JetsonCore.Formats.X86Boot;

/// <summary>What a kernel for x86 says of itself.</summary>
/// <param name="Protocol">The version of the boot protocol: "2.15".</param>
/// <param name="Release">Its release ("6.1.0-50-amd64"); null where it says none.</param>
/// <param name="HasEfiStub">Whether UEFI can start it.</param>
public sealed record X86KernelHeader(string Protocol, string? Release, bool HasEfiStub)
{
    private const int FlagOffset = 0x1FE, MagicOffset = 0x202, ProtocolOffset = 0x206, ReleaseOffset = 0x20E;
    private const int ReleaseBase = 0x200, ReleaseMax = 128;

    /// <summary>So many bytes tell whether it is one.</summary>
    public const int Size = 0x210;

    /// <summary>Whether bytes begin like such a kernel; <see cref="Size"/> are enough.</summary>
    public static bool IsKernel(ReadOnlySpan<byte> head) => head.Length >= Size
        && head[FlagOffset..].StartsWith((ReadOnlySpan<byte>)[0x55, 0xAA]) && head[MagicOffset..].StartsWith("HdrS"u8);

    /// <summary>Reads the header.</summary>
    /// <param name="stream">Seekable; begins with the kernel.</param>
    /// <exception cref="MalformedDataException">This is no such kernel.</exception>
    public static X86KernelHeader Read(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        byte[] head = stream.ReadBytesAt(0, Size);
        if (!IsKernel(head))
            throw new MalformedDataException(MagicOffset, "no header of a kernel for x86");
        int protocol = BinaryPrimitives.ReadUInt16LittleEndian(head.AsSpan(ProtocolOffset));
        int place = BinaryPrimitives.ReadUInt16LittleEndian(head.AsSpan(ReleaseOffset));
        string? release = null;
        if (place > 0 && place + ReleaseBase < stream.Length)
        {
            long start = place + ReleaseBase;
            byte[] text = stream.ReadBytesAt(start, (int)Math.Min(ReleaseMax, stream.Length - start));
            int end = text.AsSpan().IndexOfAnyExceptInRange((byte)'!', (byte)'~');
            release = Encoding.ASCII.GetString(text, 0, end < 0 ? text.Length : end);
        }
        return new($"{protocol >> 8}.{protocol & 0xFF}", release is "" ? null : release,
            head.AsSpan().StartsWith("MZ"u8));
    }
}
