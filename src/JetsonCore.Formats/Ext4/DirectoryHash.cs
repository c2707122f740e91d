// The hash by which ext4 sorts the entries of large directories: half of an MD4 (two thirds of the rounds' steps, three
// rounds of eight) over the name in pieces of 32 bytes, begun with the file system's secret.
//
// A piece becomes eight words of four characters each, the first in the highest byte; characters count as signed, as
// the superblock's flags say. Short pieces are filled with words made of the length. The result's lowest bit is clear:
// it marks collisions.
// Spec: Linux Documentation/filesystems/ext4/directory.rst, "Hash Tree Directories"; RFC 1320 for MD4.
using System.Buffers.Binary;
using System.Numerics;

namespace JetsonCore.Formats.Ext4;

/// <summary>The signed half-MD4 directory hash.</summary>
internal sealed class DirectoryHash
{
    private const int PieceBytes = 32, PieceWords = 8;
    private const uint EndOfDirectory = 0xFFFFFFFE;
    private const uint SecondRound = 0x5A827999, ThirdRound = 0x6ED9EBA1;

    private static readonly uint[] Start = [0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476];
    private static readonly int[][] Order =
        [[0, 1, 2, 3, 4, 5, 6, 7], [1, 3, 5, 7, 0, 2, 4, 6], [3, 7, 2, 6, 1, 5, 0, 4]];
    private static readonly int[][] Turns = [[3, 7, 11, 19], [3, 5, 9, 13], [3, 9, 11, 15]];

    private readonly uint[] _seed;

    public DirectoryHash(Guid seed)
    {
        Span<byte> bytes = stackalloc byte[16];
        seed.TryWriteBytes(bytes, bigEndian: true, out _);
        _seed = seed == Guid.Empty ? Start : new uint[4];
        for (int word = 0; word < 4 && seed != Guid.Empty; word++)
            _seed[word] = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(4 * word)..]);
    }

    /// <summary>The hash of a name, its lowest bit clear, and the words that order names of equal hash.</summary>
    public (uint Major, uint Minor) Of(ReadOnlySpan<byte> name)
    {
        Span<uint> state = [.. _seed];
        Span<uint> piece = stackalloc uint[PieceWords];
        for (; !name.IsEmpty; name = name[Math.Min(PieceBytes, name.Length)..])
        {
            FillPiece(piece, name);
            Mix(state, piece);
        }
        uint major = state[1] & ~1u;
        return (major == EndOfDirectory ? EndOfDirectory - 2 : major, state[2]);
    }

    private static void FillPiece(Span<uint> piece, ReadOnlySpan<byte> name)
    {
        unchecked
        {
            uint fill = (uint)name.Length | (uint)name.Length << 8;
            fill |= fill << 16;
            ReadOnlySpan<byte> rest = name[..Math.Min(PieceBytes, name.Length)];
            for (int word = 0; word < PieceWords; word++)
            {
                uint value = fill;
                for (int index = 0; index < 4 && !rest.IsEmpty; index++, rest = rest[1..])
                    value = (uint)(sbyte)rest[0] + (value << 8);
                piece[word] = value;
            }
        }
    }

    private static void Mix(Span<uint> state, ReadOnlySpan<uint> piece)
    {
        unchecked
        {
            Span<uint> work = [state[0], state[1], state[2], state[3]];
            for (int step = 0; step < 3 * PieceWords; step++)
            {
                int round = step / PieceWords, at = (4 - step % 4) % 4;
                uint b = work[(at + 1) % 4], c = work[(at + 2) % 4], d = work[(at + 3) % 4];
                uint mixed = round switch
                {
                    0 => d ^ (b & (c ^ d)),
                    1 => (b & c) + ((b ^ c) & d) + SecondRound,
                    _ => (b ^ c ^ d) + ThirdRound,
                };
                uint sum = work[at] + mixed + piece[Order[round][step % PieceWords]];
                work[at] = BitOperations.RotateLeft(sum, Turns[round][step % 4]);
            }
            for (int word = 0; word < 4; word++)
                state[word] += work[word];
        }
    }
}
