// Writing one Zstandard frame with a checksum, as the zstd tool does from a pipe.
namespace JetsonCore.Formats.Compression;

internal sealed class ZstdMemberEncoder(Stream target, int level) : MemberEncoder
{
    private readonly ZstdEncoder _encoder = new(level, checksum: true);
    private readonly byte[] _output = new byte[128 << 10];

    public override void Write(ReadOnlySpan<byte> plain)
    {
        while (!plain.IsEmpty)
        {
            _ = Encode(plain, finish: false, out int consumed);
            plain = plain[consumed..];
        }
    }

    public override void Finish()
    {
        while (!Encode([], finish: true, out _))
            ;
    }

    public override void Dispose()
    {
        _encoder.Dispose();
        base.Dispose();
    }

    private bool Encode(ReadOnlySpan<byte> plain, bool finish, out int consumed)
    {
        bool done = _encoder.Encode(plain, _output, finish, out consumed, out int produced);
        target.Write(_output.AsSpan(0, produced));
        return done;
    }
}
