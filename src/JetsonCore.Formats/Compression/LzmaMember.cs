// Reading one .xz stream or one .lzma file through liblzma.
using JetsonCore.Formats.Binary;

namespace JetsonCore.Formats.Compression;

internal sealed class LzmaMember : MemberDecoder
{
    private readonly CompressedInput _input;
    private readonly LzmaCoder _coder = new();
    private bool _ended;

    private LzmaMember(CompressedInput input) => _input = input;

    public static LzmaMember Xz(CompressedInput input, long memoryLimitBytes)
    {
        var member = new LzmaMember(input);
        member._coder.StartXzDecoder(memoryLimitBytes);
        return member;
    }

    public static LzmaMember Alone(CompressedInput input, long memoryLimitBytes)
    {
        var member = new LzmaMember(input);
        member._coder.StartAloneDecoder(memoryLimitBytes);
        return member;
    }

    /// <exception cref="MalformedDataException">The data is corrupt, or needs more memory than allowed.</exception>
    public override int Read(Span<byte> output)
    {
        while (!_ended)
        {
            ReadOnlySpan<byte> available = _input.Available;
            NativeLzma.Status status =
                _coder.Code(available, output, available.IsEmpty, out int consumed, out int produced);
            _input.Advance(consumed);
            if (status is not (NativeLzma.Status.Ok or NativeLzma.Status.StreamEnd))
                throw _coder.DecodingFault(status, _input.Consumed);
            _ended = status == NativeLzma.Status.StreamEnd;
            if (produced > 0)
                return produced;
        }
        return 0;
    }

    public override void Dispose()
    {
        _coder.Dispose();
        base.Dispose();
    }
}
