// Reading one LZ4 frame, a skippable frame, or the legacy frame that the Linux kernel's build makes.
//
//   frame:   04 22 4D 18  flags  block size code  [content size (8)]  [dictionary id (4)]  header checksum
//            blocks: length (4; bit 31: stored), bytes, [checksum (4)]    0 (4)   [content checksum (4)]
//   legacy:  02 21 4C 18  blocks: length (4), bytes, each 8 MiB decoded but the last; no end mark
//
// Spec: lz4_Frame_format.md 1.6.2. A frame whose blocks depend on each other needs the last 64 KiB as a window.
using System.Buffers.Binary;
using JetsonCore.Formats.Binary;

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
    private byte[] _output = [];        // window, then the block
    private byte[] _block = [];
    private int _fetched;
    private int _end;
    private bool _begun;
    private bool _ended;

    /// <exception cref="MalformedDataException">The frame is corrupt, or ends early.</exception>
    public override int Read(Span<byte> output)
    {
        if (!_begun)
            Begin();
        while (_fetched == _end && !_ended)
            NextBlock();
        int count = Math.Min(output.Length, _end - _fetched);
        _output.AsSpan(_fetched, count).CopyTo(output);
        _fetched += count;
        return count;
    }

    private void Begin()
    {
        _begun = true;
        uint magic = ReadUInt32();
        _legacy = magic == LegacyMagic;
        if (_legacy)
            (_flags, _blockBytes) = (Independent, LegacyBlockBytes);
        else if (magic == FrameMagic)
            ReadDescriptor();
        else
            throw input.Malformed("this is no lz4 data");
        _output = new byte[WindowBytes + _blockBytes];
        _block = new byte[_legacy ? BoundOf(_blockBytes) : _blockBytes];
        (_fetched, _end) = (WindowBytes, WindowBytes);
    }

    private static int BoundOf(int length) => length + (length / 255) + 16;

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
        byte checksum = (byte)((XxHash32.Of(descriptor[..length]) >> 8) & 0xFF);
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
        if (length > _block.Length)
            throw input.Malformed($"an lz4 block of {length} bytes is larger than {_block.Length}");
        Span<byte> block = _block.AsSpan(0, (int)length);
        input.ReadExactly(block);
        if ((_flags & BlockChecksum) != 0 && ReadUInt32() != XxHash32.Of(block))
            throw input.Malformed("an lz4 block does not match its checksum");
        Decode(block, stored);
    }

    private void Decode(ReadOnlySpan<byte> block, bool stored)
    {
        KeepWindow();
        if (stored)
        {
            block.CopyTo(_output.AsSpan(WindowBytes));
            _end = WindowBytes + block.Length;
        }
        else
        {
            int floor = (_flags & Independent) != 0 ? WindowBytes : WindowBytes - (int)Math.Min(_decoded, WindowBytes);
            _end = floor + DecodeFrom(floor, block);
        }
        ReadOnlySpan<byte> decoded = _output.AsSpan(WindowBytes, _end - WindowBytes);
        _decoded += decoded.Length;
        if ((_flags & ContentChecksum) != 0)
            _contentHash.Append(decoded);
        _fetched = WindowBytes;
    }

    private int DecodeFrom(int floor, ReadOnlySpan<byte> block)
    {
        try
        {
            return Lz4Block.Decode(block, _output.AsSpan(floor), WindowBytes - floor);
        }
        catch (MalformedDataException e)
        {
            throw new MalformedDataException(input.Consumed - block.Length + e.Offset, e.Message, e);
        }
    }

    // The last 64 KiB before the new block go where the window is: behind them lies what was decoded last.
    private void KeepWindow()
    {
        if ((_flags & Independent) == 0)
            _output.AsSpan(_end - WindowBytes, WindowBytes).CopyTo(_output);
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
        if ((_flags & ContentChecksum) != 0 && ReadUInt32() is var checksum && checksum != _contentHash.Value)
            throw input.Malformed($"the lz4 checksum is {checksum:x8}, the data sums to {_contentHash.Value:x8}");
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
