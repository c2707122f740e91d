// Encoding LZO1X: greedily, with the last place of each four bytes' hash. The instructions are drawn in Lzo1X.cs.
//
// Up to three literals are counted in the lowest two bits of the match before them, more have an instruction of their
// own. A block that begins with up to 238 literals counts them in its first byte, from 18 on.
using System.Buffers.Binary;

namespace JetsonCore.Formats.Compression;

/// <summary>Encodes LZO1X blocks, one at a time.</summary>
internal sealed class Lzo1XEncoder : BlockEncoder
{
    private const int HashBits = 14, MatchLeast = 4, NearMost = 0x800, NearLengthMost = 8;
    private const int MiddleMost = 0x4000, FarMost = 0xBFFF, FirstLiteralsMost = 238;

    private readonly int[] _places = new int[1 << HashBits];

    /// <inheritdoc/>
    public override int Encode(ReadOnlySpan<byte> plain, Span<byte> packed)
    {
        Array.Fill(_places, -1);
        var output = new Output(packed);
        int at = 0, literals = 0;
        while (at + MatchLeast <= plain.Length && !output.IsFull)
        {
            int distance = DistanceOfMatch(plain, at);
            if (distance == 0)
            {
                at++;
                continue;
            }
            output.PutLiterals(plain[literals..at]);
            int known = at + MatchLeast;
            int length = MatchLeast + plain[known..].CommonPrefixLength(plain[(known - distance)..]);
            output.PutMatch(distance, length);
            at += length;
            literals = at;
        }
        output.PutLiterals(plain[literals..]);
        output.PutEnd();
        return output.Length;
    }

    /// <summary>How far back the next four bytes were last seen; 0 where they were not, or too far back.</summary>
    private int DistanceOfMatch(ReadOnlySpan<byte> plain, int at)
    {
        uint bytes = BinaryPrimitives.ReadUInt32LittleEndian(plain[at..]);
        ref int place = ref _places[(int)(unchecked(bytes * 2654435761u) >> (32 - HashBits))];
        int before = place;
        place = at;
        bool isMatch = before >= 0 && at - before <= FarMost
            && BinaryPrimitives.ReadUInt32LittleEndian(plain[before..]) == bytes;
        return isMatch ? at - before : 0;
    }

    /// <summary>Where the instructions go; what does not fit is not counted, and the length is 0 then.</summary>
    private ref struct Output(Span<byte> packed)
    {
        private readonly Span<byte> _packed = packed;
        private int _at;
        private int _counter = -1;          // the byte whose lowest two bits count the literals that follow

        public bool IsFull { get; private set; }

        public readonly int Length => IsFull ? 0 : _at;

        public void PutLiterals(ReadOnlySpan<byte> literals)
        {
            int count = literals.Length;
            if (count == 0 || IsFull)
                return;
            if (_at == 0 && count <= FirstLiteralsMost)
                Put(17 + count);
            else if (count <= 3 && _counter >= 0)
                _packed[_counter] |= (byte)count;
            else
                PutLength(0, count - 3, 15);
            IsFull |= count > _packed.Length - _at;
            if (IsFull)
                return;
            literals.CopyTo(_packed[_at..]);
            _at += count;
        }

        public void PutMatch(int distance, int length)
        {
            if (IsFull)
                return;
            if (distance <= NearMost && length <= NearLengthMost)
            {
                Put(((length - 1) << 5) | (((distance - 1) & 7) << 2));
                _counter = _at - 1;
                Put((distance - 1) >> 3);
                return;
            }
            bool isMiddle = distance <= MiddleMost;
            int rest = isMiddle ? distance - 1 : distance - MiddleMost;
            if (isMiddle)
                PutLength(32, length - 2, 31);
            else
                PutLength(16 | ((rest >> 11) & 8), length - 2, 7);
            _counter = _at;
            Put((rest << 2) & 0xFF);
            Put((rest >> 6) & 0xFF);
        }

        /// <summary>A match at the distance that means the end.</summary>
        public void PutEnd()
        {
            Put(17);
            Put(0);
            Put(0);
        }

        /// <summary>An instruction with a length, which goes on behind it where it is too large.</summary>
        private void PutLength(int instruction, int length, int largestInline)
        {
            if (length <= largestInline)
            {
                Put(instruction | length);
                return;
            }
            Put(instruction);
            int rest = length - largestInline;
            for (; rest > byte.MaxValue; rest -= byte.MaxValue)
                Put(0);
            Put(rest);
        }

        private void Put(int value)
        {
            if (_at == _packed.Length)
                IsFull = true;
            else
                _packed[_at++] = (byte)value;
        }
    }
}
