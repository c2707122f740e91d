// Writing an .xz stream with a single block (as `xz -T1`), or an .lzma file (as `xz --format=lzma`: the length is
// "unknown" and an end mark closes the data).
using System.Diagnostics;

namespace JetsonCore.Formats.Compression;

internal sealed class LzmaMemberEncoder : MemberEncoder
{
    private readonly Stream _target;
    private readonly LzmaCoder _coder = new();
    private readonly byte[] _output = new byte[64 << 10];

    private LzmaMemberEncoder(Stream target) => _target = target;

    public static LzmaMemberEncoder Xz(Stream target, LzmaEffort effort, XzCheck check = XzCheck.Crc64)
    {
        var encoder = new LzmaMemberEncoder(target);
        encoder._coder.StartXzEncoder(effort, check);
        return encoder;
    }

    public static LzmaMemberEncoder Alone(Stream target, LzmaEffort effort)
    {
        var encoder = new LzmaMemberEncoder(target);
        encoder._coder.StartAloneEncoder(effort);
        return encoder;
    }

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
        _coder.Dispose();
        base.Dispose();
    }

    private bool Encode(ReadOnlySpan<byte> plain, bool finish, out int consumed)
    {
        NativeLzma.Status status = _coder.Code(plain, _output, finish, out consumed, out int produced);
        if (status is not (NativeLzma.Status.Ok or NativeLzma.Status.StreamEnd))
            throw new UnreachableException($"liblzma said {status}");
        _target.Write(_output.AsSpan(0, produced));
        return status == NativeLzma.Status.StreamEnd;
    }
}
