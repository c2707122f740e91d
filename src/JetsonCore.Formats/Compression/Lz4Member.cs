// Reading one LZ4 frame, or the legacy frame that the Linux kernel's build makes, with the skippable frames before it.
// K4os.Compression.LZ4 decodes blocks; the frame around them is read here, as its library of frames knows no legacy
// ones.
//
//   frame:   04 22 4D 18  flags  block size code  [content size (8)]  [dictionary id (4)]  header checksum
//            blocks: length (4; bit 31: stored), bytes, [checksum (4)]    0 (4)   [content checksum (4)]
//   legacy:  02 21 4C 18  blocks: length (4), bytes, each 8 MiB decoded but the last; no end mark
//
// Spec: lz4_Frame_format.md 1.6.2. A frame whose blocks depend on each other needs the last 64 KiB as a window.
// Buffers grow with the blocks that are there, not with those that a header allows: frames can be a few bytes long, and
// follow one another in thousands.
using System.Buffers.Binary;
using System.IO.Hashing;
using JetsonCore.Formats.Binary;
using K4os.Compression.LZ4;

namespace JetsonCore.Formats.Compression;

internal sealed class Lz4Member(CompressedInput input) : MemberDecoder
{
    private const uint FrameMagic = 0x184D2204, LegacyMagic = 0x184C2102, Stored = 0x8000_0000;
    private const int Version = 0x40, VersionMask = 0xC0, Independent = 0x20, BlockChecksum = 0x10, ContentSize = 0x08;
    private const int ContentChecksum = 0x04, ReservedFlag = 0x02, DictionaryId = 0x01;
    private const int WindowBytes = 64 << 10, LegacyBlockBytes = 8 << 20;

    private readonly XxHash32 _contentHash = new();
    private int _flags;
    private bool _legacy;
    private long _contentSize = -1;
    private long _decoded;
    private int _blockBytes;
    private byte[] _window = [];        // the last bytes before the block, if it may refer to them
    private int _windowLength;
    private byte[] _packed = [];
    private byte[] _plain = [];
    private int _fetched;
    private int _length;
    private bool _begun;
    private bool _ended;

    /// <exception cref="MalformedDataException">The frame is corrupt, or ends early.</exception>
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
        long start = input.Consumed;
        input.SkipFrames();
        if (input.Consumed > start && input.Available.IsEmpty)
        {
            _ended = true;
            return;
        }
        uint magic = ReadUInt32();
        _legacy = magic == LegacyMagic;
        if (_legacy)
            (_flags, _blockBytes) = (Independent, LegacyBlockBytes);
        else if (magic == FrameMagic)
            ReadDescriptor();
        else
            throw input.Malformed("this is no lz4 data");
    }

    private void ReadDescriptor()
    {
        Span<byte> descriptor = stackalloc byte[14];
        input.ReadExactly(descriptor[..2]);
        _flags = descriptor[0];
        int code = (descriptor[1] >> 4) & 7;
        bool reserved = (_flags & ReservedFlag) != 0 || (descriptor[1] & 0x8F) != 0;
        if ((_flags & VersionMask) != Version || reserved || code < 4)
            throw input.Malformed($"lz4 flags {_flags:x2} with block size {descriptor[1]:x2} are not known");
        if ((_flags & DictionaryId) != 0)
            throw input.Malformed("the lz4 frame needs a dictionary");
        _blockBytes = 1 << ((2 * code) + 8);
        int length = 2;
        if ((_flags & ContentSize) != 0)
        {
            input.ReadExactly(descriptor[2..10]);
            _contentSize = BinaryPrimitives.ReadInt64LittleEndian(descriptor[2..]);
            length = 10;
        }
        byte checksum = (byte)((XxHash32.HashToUInt32(descriptor[..length]) >> 8) & 0xFF);
        if (input.ReadByte() != checksum)
            throw input.Malformed("the lz4 header does not match its checksum");
    }

    private void NextBlock()
    {
        if (_legacy && LegacyEnds())
            return;
        uint header = ReadUInt32();
        if (header == 0 && !_legacy)
        {
            End();
            return;
        }
        bool stored = !_legacy && (header & Stored) != 0;
        uint length = _legacy ? header : header & ~Stored;
        int most = _legacy ? LZ4Codec.MaximumOutputSize(_blockBytes) : _blockBytes;
        if (length > most)
            throw input.Malformed($"an lz4 block of {length} bytes is larger than {most}");
        Span<byte> block = Room(ref _packed, (int)length);
        input.ReadExactly(block);
        if ((_flags & BlockChecksum) != 0 && ReadUInt32() != XxHash32.HashToUInt32(block))
            throw input.Malformed("an lz4 block does not match its checksum");
        (_fetched, _length) = (0, stored ? Store(block) : Decode(block));
        _decoded += _length;
        if ((_flags & ContentChecksum) != 0)
            _contentHash.Append(_plain.AsSpan(0, _length));
        if ((_flags & Independent) == 0)
            KeepWindow(_plain.AsSpan(0, _length));
    }

    private int Store(ReadOnlySpan<byte> block)
    {
        block.CopyTo(Room(ref _plain, block.Length));
        return block.Length;
    }

    private int Decode(ReadOnlySpan<byte> block)
    {
        Span<byte> plain = Room(ref _plain, (int)Math.Min(_blockBytes, Lz4Block.LongestOf(block.Length)));
        try
        {
            return Lz4Block.Decode(block, plain, _window.AsSpan(0, _windowLength));
        }
        catch (MalformedDataException e)
        {
            throw new MalformedDataException(input.Consumed - block.Length + e.Offset, e.Message, e);
        }
    }

    private void KeepWindow(ReadOnlySpan<byte> decoded)
    {
        if (_window.Length == 0)
            _window = new byte[WindowBytes];
        int added = Math.Min(decoded.Length, WindowBytes), kept = Math.Min(_windowLength, WindowBytes - added);
        _window.AsSpan(_windowLength - kept, kept).CopyTo(_window);
        decoded[^added..].CopyTo(_window.AsSpan(kept));
        _windowLength = kept + added;
    }

    private static Span<byte> Room(ref byte[] buffer, int length)
    {
        if (buffer.Length < length)
            buffer = new byte[length];
        return buffer.AsSpan(0, length);
    }

    // A legacy frame ends where the file does, where another magic number begins (which no block length can be), or
    // where an initial RAM disk is padded with zeros, be they fewer than a length has.
    private bool LegacyEnds()
    {
        ReadOnlySpan<byte> next = input.Peek(4);
        _ended = next.IsEmpty || Decompression.Detect(next) != CompressionFormat.None
            || !next.ContainsAnyExcept((byte)0)
            || (next.Length == 4 && BinaryPrimitives.ReadUInt32LittleEndian(next) > LegacyBlockBytes * 2);
        return _ended;
    }

    private void End()
    {
        _ended = true;
        if ((_flags & ContentChecksum) != 0 && ReadUInt32() is var checksum
            && _contentHash.GetCurrentHashAsUInt32() is var sum && checksum != sum)
        {
            throw input.Malformed($"the lz4 checksum is {checksum:x8}, the data sums to {sum:x8}");
        }
        if (_contentSize >= 0 && _contentSize != _decoded)
            throw input.Malformed($"the lz4 frame announces {_contentSize} bytes and holds {_decoded}");
    }

    private uint ReadUInt32()
    {
        Span<byte> bytes = stackalloc byte[4];
        input.ReadExactly(bytes);
        return BinaryPrimitives.ReadUInt32LittleEndian(bytes);
    }
}
