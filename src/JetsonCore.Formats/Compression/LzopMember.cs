// Reading one lzop file, as `lzop` and the Linux kernel's build make them. All numbers are big-endian.
//
//   89 "LZO" 00 0D 0A 1A 0A  version (2)  library version (2)  version needed (2, from 0x0940 on)  method (1)
//   level (1, from 0x0940 on)  flags (4)  [filter (4)]  mode (4)  mtime (4)  mtime high (4, from 0x0940 on)
//   name length (1), name  header checksum (4)  [extra field: length (4), bytes, checksum (4)]
//   blocks: plain length (4; 0 ends)  packed length (4; equal: stored)  checksums of plain, then of packed bytes  bytes
//
// Source: the header as lzop 1.04 writes it; checksums are Adler-32 or CRC-32, as the flags say.
using System.Buffers.Binary;
using JetsonCore.Formats.Binary;

namespace JetsonCore.Formats.Compression;

internal sealed class LzopMember(CompressedInput input) : MemberDecoder
{
    private const uint AdlerPlain = 1, AdlerPacked = 2, HasExtra = 0x40, CrcPlain = 0x100, CrcPacked = 0x200;
    private const uint HasFilter = 0x800, HeaderCrc = 0x1000;
    private const int VersionWithLevel = 0x0940, BlockMax = 64 << 20, MethodMost = 3;

    private uint _flags;
    private byte[] _plain = [];
    private byte[] _packed = [];
    private int _fetched;
    private int _length;
    private bool _begun;
    private bool _ended;

    /// <exception cref="MalformedDataException">The file is corrupt, or ends early.</exception>
    public override int Read(Span<byte> output)
    {
        if (!_begun)
            Begin();
        while (_fetched == _length && !_ended)
            NextBlock();
        int count = Math.Min(output.Length, _length - _fetched);
        _plain.AsSpan(_fetched, count).CopyTo(output);
        _fetched += count;
        return count;
    }

    private void Begin()
    {
        _begun = true;
        Span<byte> magic = stackalloc byte[9];
        input.ReadExactly(magic);
        if (Decompression.Detect(magic) != CompressionFormat.Lzo)
            throw input.Malformed("this is no lzop data");
        var header = new List<byte>();
        uint version = Header(header, 2);
        _ = Header(header, version >= VersionWithLevel ? 4 : 2);
        uint method = Header(header, 1);
        if (method is 0 or > MethodMost)
            throw input.Malformed($"lzop method {method} is not known");
        _ = Header(header, version >= VersionWithLevel ? 1 : 0);
        _flags = Header(header, 4);
        if ((_flags & HasFilter) != 0)
            throw input.Malformed("the lzop data went through a filter");
        _ = Header(header, 4);
        _ = Header(header, 4);
        _ = Header(header, version >= VersionWithLevel ? 4 : 0);
        uint nameLength = Header(header, 1);
        for (uint index = 0; index < nameLength; index++)
            _ = Header(header, 1);
        uint actual = Checksum((_flags & HeaderCrc) != 0, [.. header]);
        if (ReadUInt32() != actual)
            throw input.Malformed("the lzop header does not match its checksum");
        if ((_flags & HasExtra) != 0)
            SkipExtra();
    }

    private uint Header(List<byte> header, int width)
    {
        uint value = 0;
        for (int index = 0; index < width; index++)
        {
            header.Add(input.ReadByte());
            value = (value << 8) | header[^1];
        }
        return value;
    }

    private void SkipExtra()
    {
        for (long left = ReadUInt32() + 4L; left > 0; left--)
            _ = input.ReadByte();
    }

    private void NextBlock()
    {
        uint plainLength = ReadUInt32();
        if (plainLength == 0)
        {
            _ended = true;
            return;
        }
        uint packedLength = ReadUInt32();
        if (plainLength > BlockMax || packedLength > plainLength)
            throw input.Malformed($"an lzop block packs {plainLength} bytes into {packedLength}");
        bool stored = packedLength == plainLength;
        uint? plainSum = (_flags & (AdlerPlain | CrcPlain)) != 0 ? ReadUInt32() : null;
        uint? packedSum = (_flags & (AdlerPacked | CrcPacked)) != 0 && !stored ? ReadUInt32() : null;
        Span<byte> packed = Room(ref _packed, (int)packedLength);
        input.ReadExactly(packed);
        if (packedSum is { } expected && expected != Checksum((_flags & CrcPacked) != 0, packed))
            throw input.Malformed("an lzop block does not match its checksum");
        Span<byte> plain = Room(ref _plain, (int)plainLength);
        if (stored)
            packed.CopyTo(plain);
        else if (Lzo1X.Decode(packed, plain) is var length && length != plain.Length)
            throw input.Malformed($"an lzop block announces {plain.Length} bytes and holds {length}");
        if (plainSum is { } sum && sum != Checksum((_flags & CrcPlain) != 0, plain))
            throw input.Malformed("an lzop block's data does not match its checksum");
        (_fetched, _length) = (0, plain.Length);
    }

    private static Span<byte> Room(ref byte[] buffer, int length)
    {
        if (buffer.Length < length)
            buffer = new byte[length];
        return buffer.AsSpan(0, length);
    }

    private static uint Checksum(bool crc, ReadOnlySpan<byte> bytes) => crc ? Crc32.Of(bytes) : Adler32(bytes);

    private static uint Adler32(ReadOnlySpan<byte> bytes)
    {
        const uint Modulus = 65521;
        uint low = 1, high = 0;
        foreach (byte value in bytes)
        {
            low = (low + value) % Modulus;
            high = (high + low) % Modulus;
        }
        return (high << 16) | low;
    }

    private uint ReadUInt32()
    {
        Span<byte> bytes = stackalloc byte[4];
        input.ReadExactly(bytes);
        return BinaryPrimitives.ReadUInt32BigEndian(bytes);
    }
}
