// Writing one gzip member (RFC 1952), as `gzip -n` does: no name, no time, system "Unix".
using System.Buffers.Binary;
using System.IO.Compression;
using JetsonCore.Formats.Binary;

namespace JetsonCore.Formats.Compression;

internal sealed class GzipMemberEncoder : MemberEncoder
{
    private const byte Unix = 3, Slowest = 2, Fastest = 4;

    // DeflateStream writes nothing at all for no bytes: one final block with nothing but its end symbol.
    private static readonly byte[] EmptyDeflateStream = [0x03, 0x00];

    private readonly Stream _target;
    private readonly DeflateStream _deflate;
    private uint _crc;
    private uint _length;
    private bool _empty = true;

    public GzipMemberEncoder(Stream target, int level)
    {
        byte extraFlags = level switch { 9 => Slowest, 1 => Fastest, _ => 0 };
        target.Write([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, extraFlags, Unix]);
        _target = target;
        var options = new ZLibCompressionOptions { CompressionLevel = level };
        _deflate = new DeflateStream(target, options, leaveOpen: true);
    }

    public override void Write(ReadOnlySpan<byte> plain)
    {
        _empty &= plain.IsEmpty;
        _deflate.Write(plain);
        _crc = Crc32.Append(_crc, plain);
        _length = unchecked(_length + (uint)plain.Length);
    }

    public override void Finish()
    {
        _deflate.Dispose();
        if (_empty)
            _target.Write(EmptyDeflateStream);
        Span<byte> trailer = stackalloc byte[8];
        BinaryPrimitives.WriteUInt32LittleEndian(trailer, _crc);
        BinaryPrimitives.WriteUInt32LittleEndian(trailer[4..], _length);
        _target.Write(trailer);
    }
}
