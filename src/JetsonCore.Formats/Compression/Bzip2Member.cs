// Reading one bzip2 stream. The format has no official specification; this follows the well known description
// ("BZIP2 Format Specification", J. Tsai, 2016). Bits are packed from the highest of each byte on.
//
//   "BZh" level ('1'-'9': blocks of at most level * 100 000 bytes)
//   blocks: 31 41 59 26 53 59  crc32  randomised (1 bit)  origin (24)  see Bzip2Block
//   17 72 45 38 50 90  combined crc32, padding to a byte
using System.Numerics;
using JetsonCore.Formats.Binary;

namespace JetsonCore.Formats.Compression;

internal sealed class Bzip2Member(CompressedInput input) : MemberDecoder
{
    private const ulong BlockMark = 0x314159265359, EndMark = 0x177245385090;

    private readonly HighBitReader _bits = new(input);
    private Bzip2Block? _block;
    private bool _blockOpen;
    private bool _ended;
    private uint _combinedCrc;

    /// <exception cref="MalformedDataException">The stream is corrupt, or ends early.</exception>
    public override int Read(Span<byte> output)
    {
        if (_block is null)
            Begin();
        while (!_ended)
        {
            if (!_blockOpen)
            {
                NextBlock();
                continue;
            }
            int count = _block!.Read(output);
            if (count > 0)
                return count;
            CloseBlock();
        }
        return 0;
    }

    private void Begin()
    {
        if (_bits.Take(24) != 0x425A68 || _bits.Take(8) is not (>= '1' and <= '9' and uint level))
            throw input.Malformed("this is no bzip2 data");
        _block = new Bzip2Block(_bits, (int)(level - '0') * 100_000);
    }

    private void NextBlock()
    {
        ulong mark = ((ulong)_bits.Take(24) << 24) | _bits.Take(24);
        uint crc = _bits.Take(32);
        if (mark == BlockMark)
        {
            _block!.Open(crc);
            _blockOpen = true;
            return;
        }
        if (mark != EndMark)
            throw input.Malformed($"a bzip2 block begins with {mark:x12}");
        if (crc != _combinedCrc)
            throw input.Malformed($"the bzip2 checksum is {crc:x8}, the blocks sum to {_combinedCrc:x8}");
        _ended = true;
    }

    private void CloseBlock()
    {
        _combinedCrc = BitOperations.RotateLeft(_combinedCrc, 1) ^ _block!.Close();
        _blockOpen = false;
    }
}
