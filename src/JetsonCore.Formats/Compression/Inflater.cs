// Inflate (RFC 1951), for one reason: DeflateStream of the base library reads ahead and does not say where the
// deflated bytes ended, and an initial RAM disk is a chain of members that has to be cut exactly there.
using System.Buffers.Binary;
using JetsonCore.Formats.Binary;

namespace JetsonCore.Formats.Compression;

/// <summary>Decodes one deflate stream and stops right after its last bit's byte.</summary>
internal sealed class Inflater(CompressedInput input)
{
    private const int WindowBytes = 64 << 10;           // twice the farthest distance: half of it waits to be fetched
    private const int WindowMask = WindowBytes - 1, PendingMax = WindowBytes / 2, MatchMax = 258;
    private const int EndOfBlock = 256, LiteralCodes = 286, DistanceCodes = 30;

    private static readonly ushort[] LengthStart =
    [
        3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227,
        258,
    ];
    private static readonly byte[] LengthExtraBits =
        [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
    private static readonly ushort[] DistanceStart =
    [
        1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097,
        6145, 8193, 12289, 16385, 24577,
    ];
    private static readonly byte[] CodeLengthOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

    private readonly byte[] _window = new byte[WindowBytes];
    private readonly DeflateHuffmanCode _literals = new();
    private readonly DeflateHuffmanCode _distances = new();
    private State _state = State.BlockHeader;
    private bool _lastBlock;
    private int _storedLeft;
    private ulong _bits;
    private int _bitCount;
    private int _absentBits;            // how many of the bits lie beyond the end of the input
    private long _written;
    private long _fetched;

    private enum State
    {
        BlockHeader,
        Stored,
        Coded,
        Ended,
    }

    /// <summary>Decodes the next bytes; 0 after the last.</summary>
    /// <exception cref="MalformedDataException">The bits follow no rule, or end early.</exception>
    public int Read(Span<byte> output)
    {
        while (_written == _fetched && _state != State.Ended)
            Step();
        int count = (int)Math.Min(output.Length, _written - _fetched);
        int start = (int)(_fetched & WindowMask);
        int first = Math.Min(count, WindowBytes - start);
        _window.AsSpan(start, first).CopyTo(output);
        _window.AsSpan(0, count - first).CopyTo(output[first..]);
        _fetched += count;
        return count;
    }

    private void Step()
    {
        switch (_state)
        {
            case State.BlockHeader when _lastBlock:
                input.Unread((_bitCount - _absentBits) / 8);
                _state = State.Ended;
                break;
            case State.BlockHeader:
                ReadBlockHeader();
                break;
            case State.Stored:
                CopyStored();
                break;
            default:
                DecodeSymbols();
                break;
        }
    }

    private void ReadBlockHeader()
    {
        _lastBlock = Take(1) != 0;
        switch (Take(2))
        {
            case 0:
                BeginStored();
                break;
            case 1:
                BuildFixedCodes();
                _state = State.Coded;
                break;
            case 2:
                ReadDynamicCodes();
                _state = State.Coded;
                break;
            default:
                throw input.Malformed("a deflate block has the reserved type 3");
        }
    }

    private void BeginStored()
    {
        _ = Take((_bitCount - _absentBits) & 7);
        uint length = Take(16);
        if ((Take(16) ^ length) != 0xFFFF)
            throw input.Malformed("the length of a stored deflate block contradicts its complement");
        input.Unread((_bitCount - _absentBits) / 8);    // whole bytes again from here
        (_bits, _bitCount, _absentBits) = (0, 0, 0);
        _storedLeft = (int)length;
        _state = State.Stored;
    }

    private void CopyStored()
    {
        int start = (int)(_written & WindowMask);
        int count = Math.Min(Math.Min(_storedLeft, PendingMax), WindowBytes - start);
        input.ReadExactly(_window.AsSpan(start, count));
        _written += count;
        _storedLeft -= count;
        if (_storedLeft == 0)
            _state = State.BlockHeader;
    }

    private void DecodeSymbols()
    {
        while (_written - _fetched <= PendingMax - MatchMax)
        {
            int symbol = TakeSymbol(_literals);
            if (symbol < EndOfBlock)
            {
                _window[(int)(_written++ & WindowMask)] = (byte)symbol;
                continue;
            }
            if (symbol == EndOfBlock)
            {
                _state = State.BlockHeader;
                return;
            }
            if (symbol >= LiteralCodes)
                throw input.Malformed($"deflate has no length code {symbol}");
            int lengthCode = symbol - EndOfBlock - 1;
            CopyMatch(LengthStart[lengthCode] + (int)Take(LengthExtraBits[lengthCode]), TakeDistance());
        }
    }

    private int TakeDistance()
    {
        int symbol = TakeSymbol(_distances);
        if (symbol >= DistanceCodes)
            throw input.Malformed($"deflate has no distance code {symbol}");
        int distance = DistanceStart[symbol] + (int)Take(Math.Max(0, (symbol >> 1) - 1));
        return distance <= _written
            ? distance
            : throw input.Malformed($"a match reaches back {distance} bytes, only {_written} are there");
    }

    private void CopyMatch(int length, int distance)
    {
        byte[] window = _window;
        long from = _written - distance, to = _written;
        _written += length;
        for (; length > 0; length--)
            window[(int)(to++ & WindowMask)] = window[(int)(from++ & WindowMask)];
    }

    private void BuildFixedCodes()
    {
        Span<byte> lengths = stackalloc byte[288];
        lengths[..144].Fill(8);
        lengths[144..256].Fill(9);
        lengths[256..280].Fill(7);
        lengths[280..].Fill(8);
        _literals.TryBuild(lengths);
        lengths[..32].Fill(5);
        _distances.TryBuild(lengths[..32]);
    }

    private void ReadDynamicCodes()
    {
        int literalCount = (int)Take(5) + 257, distanceCount = (int)Take(5) + 1, orderCount = (int)Take(4) + 4;
        if (literalCount > LiteralCodes || distanceCount > DistanceCodes)
            throw input.Malformed($"a deflate block announces {literalCount} and {distanceCount} codes");
        Span<byte> lengths = stackalloc byte[LiteralCodes + DistanceCodes];
        for (int index = 0; index < orderCount; index++)
            lengths[CodeLengthOrder[index]] = (byte)Take(3);
        if (!_literals.TryBuild(lengths[..CodeLengthOrder.Length]))
            throw input.Malformed("the code lengths of a deflate block are no Huffman code");
        ReadCodeLengths(lengths[..(literalCount + distanceCount)]);
        if (lengths[EndOfBlock] == 0 || !_distances.TryBuild(lengths.Slice(literalCount, distanceCount))
            || !_literals.TryBuild(lengths[..literalCount]))
        {
            throw input.Malformed("the codes of a deflate block are no Huffman code");
        }
    }

    private void ReadCodeLengths(Span<byte> lengths)
    {
        byte previous = 0;
        for (int index = 0; index < lengths.Length;)
        {
            int symbol = TakeSymbol(_literals);
            (byte value, int count) = symbol switch
            {
                < 16 => ((byte)symbol, 1),
                16 when index == 0 => throw input.Malformed("a deflate block repeats a code length before the first"),
                16 => (previous, 3 + (int)Take(2)),
                17 => ((byte)0, 3 + (int)Take(3)),
                _ => ((byte)0, 11 + (int)Take(7)),
            };
            if (count > lengths.Length - index)
                throw input.Malformed("a deflate block repeats a code length beyond the last");
            lengths.Slice(index, count).Fill(value);
            index += count;
            previous = value;
        }
    }

    private int TakeSymbol(DeflateHuffmanCode code)
    {
        EnsureBits(DeflateHuffmanCode.LengthMax);
        int symbol = code.Decode((uint)(_bits & 0x7FFF), out int length);
        if (symbol < 0)
            throw input.Malformed("a deflate block holds bits that are no code");
        Drop(length);
        return symbol;
    }

    private uint Take(int count)
    {
        EnsureBits(count);
        uint value = (uint)(_bits & ((1UL << count) - 1));
        Drop(count);
        return value;
    }

    private void Drop(int count)
    {
        _bits >>= count;
        _bitCount -= count;
        if (_bitCount < _absentBits)
            throw input.Truncated();
    }

    // Beyond the end there are zeros, because the longest code may be asked for where only a short one is left.
    private void EnsureBits(int count)
    {
        if (_bitCount >= count)
            return;
        ReadOnlySpan<byte> available = input.Available;
        if (available.Length >= 8 && _absentBits == 0)
        {
            int bytes = (63 - _bitCount) / 8;
            ulong mask = (1UL << (8 * bytes)) - 1;
            _bits |= (BinaryPrimitives.ReadUInt64LittleEndian(available) & mask) << _bitCount;
            _bitCount += 8 * bytes;
            input.Advance(bytes);
            return;
        }
        while (_bitCount < count)
            EnsureBitsByByte();
    }

    private void EnsureBitsByByte()
    {
        ReadOnlySpan<byte> available = input.Available;
        if (available.IsEmpty)
        {
            _absentBits += 8;
        }
        else
        {
            _bits |= (ulong)available[0] << _bitCount;
            input.Advance(1);
        }
        _bitCount += 8;
    }
}
