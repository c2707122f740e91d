// Forward-only reading of compressed bytes: one member, or all that follow one another to the end of the file, as
// `gzip -dc`, `xz -dc` and `zstd -dc` do.
using JetsonCore.Formats.Binary;

namespace JetsonCore.Formats.Compression;

/// <summary>The uncompressed bytes of a compressed stream; made by <see cref="Decompression"/>.</summary>
public sealed class DecompressionStream : Stream
{
    private const int HeadLength = 16;

    /// <summary>
    /// A decoder takes 10 µs to begin, SharpCompress's of bzip2 2 ms and 5.5 MB: a file of nothing but empty members
    /// would take hours. Beyond some members so many bytes must have come of each.
    /// </summary>
    private const int MembersOfAnySize = 1000, MemberBytesLeast = 16, Bzip2MemberBytesLeast = 16 << 10;

    private readonly Stream _source;
    private readonly CompressedInput _input;
    private readonly CompressionFormat _format;
    private readonly Func<CompressedInput, MemberDecoder> _openMember;
    private readonly bool _untilEnd;
    private MemberDecoder? _member;
    private long _members = 1, _bytesRead;

    internal DecompressionStream(
        Stream source, CompressionFormat format, Func<CompressedInput, MemberDecoder> openMember, bool untilEnd)
    {
        (_source, _format, _openMember, _untilEnd) = (source, format, openMember, untilEnd);
        _input = new CompressedInput(source);
        _member = openMember(_input);
    }

    /// <summary>Whether closing this stream closes the compressed one as well; it does not unless told to.</summary>
    public bool OwnsSource { get; init; }

    /// <summary>Compressed bytes used so far; once a read has returned 0, exactly those of what was read.</summary>
    public long CompressedBytesConsumed => _input.Consumed;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Reads uncompressed bytes; at the end a seekable source stands right after the last member.</summary>
    /// <exception cref="MalformedDataException">The compressed bytes break the rules of their format.</exception>
    public override int Read(Span<byte> buffer)
    {
        while (_member is not null && !buffer.IsEmpty)
        {
            if (_member.Read(buffer) is > 0 and int count)
            {
                _bytesRead += count;
                return count;
            }
            _member.Dispose();
            _member = null;
            if (_untilEnd && AnotherMemberFollows())
                OpenNextMember();
            else
                _input.GiveBackUnused();
        }
        return 0;
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _member?.Dispose();
            _member = null;
            if (OwnsSource)
                _source.Dispose();
        }
        base.Dispose(disposing);
    }

    private void OpenNextMember()
    {
        int least = _format == CompressionFormat.Bzip2 ? Bzip2MemberBytesLeast : MemberBytesLeast;
        if (_members >= MembersOfAnySize && _bytesRead / _members < least)
        {
            throw _input.Malformed($"{_members} streams of {Decompression.NameOf(_format)} follow one another with "
                + $"{_bytesRead} bytes in all; beyond {MembersOfAnySize} at least {least} bytes of each are wanted");
        }
        _members++;
        _member = _openMember(_input);
    }

    // .xz allows zero padding between its streams; files of every format have it at their end on tapes and in images.
    private bool AnotherMemberFollows()
    {
        SkipZeros();
        ReadOnlySpan<byte> head = _input.Peek(HeadLength);
        if (head.IsEmpty)
            return false;
        bool isSkippable = _format is CompressionFormat.Zstd or CompressionFormat.Lz4
            && Decompression.IsSkippable(head);
        return isSkippable || Decompression.Detect(head) == _format
            ? true
            : throw _input.Malformed($"bytes follow the end of the {Decompression.NameOf(_format)} data");
    }

    private void SkipZeros()
    {
        for (ReadOnlySpan<byte> rest = _input.Available; !rest.IsEmpty; rest = _input.Available)
        {
            int zeros = rest.IndexOfAnyExcept((byte)0);
            _input.Advance(zeros < 0 ? rest.Length : zeros);
            if (zeros >= 0)
                return;
        }
    }
}
