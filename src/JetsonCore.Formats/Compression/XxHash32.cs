// xxHash, 32 bits: the checksum of LZ4 frames.
// Spec: xxhash_spec.md 0.1.1.
using System.Buffers.Binary;
using System.Numerics;

namespace JetsonCore.Formats.Compression;

/// <summary>A running xxHash32 with seed 0.</summary>
internal sealed class XxHash32
{
    private const uint Prime1 = 0x9E3779B1, Prime2 = 0x85EBCA77, Prime3 = 0xC2B2AE3D;
    private const uint Prime4 = 0x27D4EB2F, Prime5 = 0x165667B1;
    private const int StripeLength = 16;

    private readonly uint[] _lanes = [unchecked(Prime1 + Prime2), Prime2, 0, unchecked(0 - Prime1)];
    private readonly byte[] _rest = new byte[StripeLength];
    private int _restLength;
    private ulong _length;

    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var hash = new XxHash32();
        hash.Append(bytes);
        return hash.Value;
    }

    public uint Value
    {
        get
        {
            unchecked
            {
                uint value = _length >= StripeLength
                    ? BitOperations.RotateLeft(_lanes[0], 1) + BitOperations.RotateLeft(_lanes[1], 7)
                        + BitOperations.RotateLeft(_lanes[2], 12) + BitOperations.RotateLeft(_lanes[3], 18)
                    : Prime5;
                value += (uint)_length;
                ReadOnlySpan<byte> rest = _rest.AsSpan(0, _restLength);
                for (; rest.Length >= 4; rest = rest[4..])
                {
                    value += BinaryPrimitives.ReadUInt32LittleEndian(rest) * Prime3;
                    value = BitOperations.RotateLeft(value, 17) * Prime4;
                }
                foreach (byte one in rest)
                    value = BitOperations.RotateLeft(value + (one * Prime5), 11) * Prime1;
                value = (value ^ (value >> 15)) * Prime2;
                value = (value ^ (value >> 13)) * Prime3;
                return value ^ (value >> 16);
            }
        }
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        _length += (ulong)bytes.Length;
        if (_restLength > 0)
        {
            int count = Math.Min(StripeLength - _restLength, bytes.Length);
            bytes[..count].CopyTo(_rest.AsSpan(_restLength));
            _restLength += count;
            bytes = bytes[count..];
            if (_restLength < StripeLength)
                return;
            Mix(_rest);
        }
        for (; bytes.Length >= StripeLength; bytes = bytes[StripeLength..])
            Mix(bytes);
        bytes.CopyTo(_rest);
        _restLength = bytes.Length;
    }

    private void Mix(ReadOnlySpan<byte> stripe)
    {
        for (int lane = 0; lane < 4; lane++)
        {
            uint word = BinaryPrimitives.ReadUInt32LittleEndian(stripe[(4 * lane)..]);
            _lanes[lane] = unchecked(BitOperations.RotateLeft(_lanes[lane] + (word * Prime2), 13) * Prime1);
        }
    }
}
