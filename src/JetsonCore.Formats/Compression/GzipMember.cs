// Reading one gzip member (RFC 1952): header with optional fields, deflated bytes, CRC-32 and length.
//
//   1F 8B 08  flags  mtime (4)  extra flags  system  [extra: length (2), bytes]  [name 00]  [comment 00]  [crc16 (2)]
//   deflated bytes   crc32 (4, little-endian)   length modulo 2^32 (4)
using System.Buffers.Binary;
using JetsonCore.Formats.Binary;

namespace JetsonCore.Formats.Compression;

internal sealed class GzipMember(CompressedInput input) : MemberDecoder
{
    private const int HasHeaderCrc = 2, HasExtra = 4, HasName = 8, HasComment = 16, ReservedFlags = 0xE0;

    private Inflater? _inflater;
    private bool _ended;
    private uint _crc;
    private uint _length;

    /// <exception cref="MalformedDataException">The member is corrupt, or ends early.</exception>
    public override int Read(Span<byte> output)
    {
        if (_ended)
            return 0;
        _inflater ??= Begin();
        int count = _inflater.Read(output);
        _crc = Crc32.Append(_crc, output[..count]);
        _length = unchecked(_length + (uint)count);
        if (count == 0)
            End();
        return count;
    }

    private Inflater Begin()
    {
        Span<byte> header = stackalloc byte[10];
        input.ReadExactly(header);
        if (header[0] != 0x1F || header[1] != 0x8B || header[2] != 8)
            throw input.Malformed("this is no gzip data");
        int flags = header[3];
        if ((flags & ReservedFlags) != 0)
            throw input.Malformed($"the gzip header has the reserved flags {flags & ReservedFlags:x2}");
        uint crc = Crc32.Of(header);
        if ((flags & HasExtra) != 0)
        {
            int length = ReadHeaderByte(ref crc) | (ReadHeaderByte(ref crc) << 8);
            for (; length > 0; length--)
                ReadHeaderByte(ref crc);
        }
        if ((flags & HasName) != 0)
            SkipText(ref crc);
        if ((flags & HasComment) != 0)
            SkipText(ref crc);
        uint expected = crc & 0xFFFF;
        if ((flags & HasHeaderCrc) != 0 && (input.ReadByte() | (input.ReadByte() << 8)) != expected)
            throw input.Malformed("the gzip header does not match its checksum");
        return new Inflater(input);
    }

    private void End()
    {
        _ended = true;
        Span<byte> trailer = stackalloc byte[8];
        input.ReadExactly(trailer);
        uint crc = BinaryPrimitives.ReadUInt32LittleEndian(trailer);
        if (crc != _crc)
            throw input.Malformed($"the gzip checksum is {crc:x8}, the data sums to {_crc:x8}");
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(trailer[4..]);
        if (length != _length)
            throw input.Malformed($"the gzip data announces {length} bytes and holds {_length}");
    }

    private void SkipText(ref uint crc)
    {
        while (ReadHeaderByte(ref crc) != 0)
            ;
    }

    private byte ReadHeaderByte(ref uint crc)
    {
        byte value = input.ReadByte();
        crc = Crc32.Append(crc, [value]);
        return value;
    }
}
