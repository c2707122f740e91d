// Reading one Zstandard frame through libzstd, with the skippable frames before it, such as pzstd's. Skippable frames
// with nothing behind them are a member without bytes.
using JetsonCore.Formats.Binary;

namespace JetsonCore.Formats.Compression;

internal sealed class ZstdMember(CompressedInput input, long memoryLimitBytes) : MemberDecoder
{
    private readonly ZstdDecoder _decoder = new(memoryLimitBytes);
    private bool _begun, _ended;

    /// <exception cref="MalformedDataException">The frame is corrupt, or its window too large.</exception>
    public override int Read(Span<byte> output)
    {
        if (!_begun)
        {
            _begun = true;
            long start = input.Consumed;
            input.SkipFrames();
            _ended = input.Consumed > start && input.Available.IsEmpty;
        }
        while (!_ended)
        {
            ReadOnlySpan<byte> available = input.Available;
            int produced = Decode(available, output);
            if (produced > 0)
                return produced;
            if (available.IsEmpty && !_ended)
                throw input.Truncated();
        }
        return 0;
    }

    public override void Dispose()
    {
        _decoder.Dispose();
        base.Dispose();
    }

    private int Decode(ReadOnlySpan<byte> available, Span<byte> output)
    {
        try
        {
            _ended = _decoder.Decode(available, output, out int consumed, out int produced);
            input.Advance(consumed);
            return produced;
        }
        catch (MalformedDataException e)
        {
            throw new MalformedDataException(input.Consumed, e.Message, e);
        }
    }
}
