// What the squashfs tests share.
using JetsonCore.Formats.SquashFs;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Formats.Tests.SquashFs;

internal static class SquashFsSamples
{
    public static byte[] Write(DirectoryNode root, SquashFsOptions options)
    {
        var target = new MemoryStream();
        SquashFsWriter.Write(root, options, target);
        return target.ToArray();
    }
}

/// <summary>Zeros without a place in memory.</summary>
internal sealed class ZeroStream(long length) : Stream
{
    private long _left = length;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        int count = (int)Math.Min(buffer.Length, _left);
        buffer[..count].Clear();
        _left -= count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }
}
