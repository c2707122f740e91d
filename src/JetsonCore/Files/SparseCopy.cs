// Copies bytes and leaves blocks of zeros as holes, so that images of gigabytes take the room of their content.
using JetsonCore.Formats.Binary;

namespace JetsonCore.Files;

/// <summary>Copies streams without writing blocks of zeros.</summary>
internal static class SparseCopy
{
    private const int BlockBytes = 4096;
    private const int BufferBytes = 256 << 10;      // what a processor's own cache holds is copied fastest
    private const int CopyBytesMax = 64 << 20;      // so that a copy by the kernel can be cancelled

    /// <summary>Copies <paramref name="length"/> bytes to the target's position, where it must read as zeros.</summary>
    /// <exception cref="MalformedDataException">The source ends before.</exception>
    public static void Copy(Stream source, FileStream target, long length, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(target);
        long start = target.Position;
        if (target.Length < start + length)
            target.SetLength(start + length);
        var buffer = new byte[(int)Math.Min(BufferBytes, length)];
        for (long done = 0; done < length;)
        {
            cancellation.ThrowIfCancellationRequested();
            int wanted = (int)Math.Min(buffer.Length, length - done);
            int read = source.ReadAtLeast(buffer.AsSpan(0, wanted), wanted, throwOnEndOfStream: false);
            if (read < wanted)
                throw new MalformedDataException(done + read, $"content ends after {done + read} of {length} bytes");
            WriteRuns(buffer.AsSpan(0, read), target, start + done);
            done += read;
        }
        target.Position = start + length;
    }

    /// <summary>Copies a stream of unknown length to a file, from its start on.</summary>
    /// <exception cref="MalformedDataException">It is longer than accepted.</exception>
    public static void CopyToEnd(
        Stream source, FileStream target, long maximumLength, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(target);
        var buffer = new byte[BufferBytes];
        long done = 0;
        while (source.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false) is > 0 and int read)
        {
            cancellation.ThrowIfCancellationRequested();
            if (read > maximumLength - done)
                throw new MalformedDataException(done, $"unpacks to more than the {maximumLength} accepted bytes");
            WriteRuns(buffer.AsSpan(0, read), target, done);
            done += read;
        }
        target.SetLength(done);
    }

    /// <summary>
    /// Copies the whole of a file to the target's position, where it must read as zeros. Holes of the file stay holes,
    /// and the rest is copied by the kernel where it can.
    /// </summary>
    public static void CopyFile(FileStream source, FileStream target, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(target);
        long start = target.Position, length = source.Length;
        if (target.Length < start + length)
            target.SetLength(start + length);
        foreach ((long offset, long count) in DataRanges(source))
        {
            long done = CopyByKernel(source, target, new(offset, start + offset, count), cancellation);
            if (done == count)
                continue;
            source.Position = offset + done;
            target.Position = start + offset + done;
            Copy(source, target, count - done, cancellation);
        }
        target.Position = start + length;
    }

    private static long CopyByKernel(
        FileStream source, FileStream target, CopiedRange range, CancellationToken cancellation)
    {
        target.Flush();
        long done = 0;
        while (done < range.Length)
        {
            cancellation.ThrowIfCancellationRequested();
            long wanted = Math.Min(CopyBytesMax, range.Length - done);
            long copied = Posix.CopyRange(
                source.SafeFileHandle, range.From + done, target.SafeFileHandle, range.To + done, wanted);
            if (copied <= 0)
                break;
            done += copied;
            (target as HostStream)?.Stage?.Add(copied);
        }
        return done;
    }

    /// <summary>The parts of a file that are not holes, in order; a file system without holes has one part.</summary>
    public static IEnumerable<(long Offset, long Length)> DataRanges(FileStream file)
    {
        ArgumentNullException.ThrowIfNull(file);
        file.Flush();
        long length = file.Length;
        for (long at = 0; at < length;)
        {
            long data = Posix.NextData(file.SafeFileHandle, at, file.Name);
            if (data < 0)
                yield break;
            long hole = Posix.NextHole(file.SafeFileHandle, data, file.Name);
            yield return (data, Math.Min(hole, length) - data);
            at = hole;
        }
    }

    private static void WriteRuns(ReadOnlySpan<byte> bytes, FileStream target, long position)
    {
        int runStart = 0;
        while (runStart < bytes.Length)
        {
            if (IsZero(bytes, runStart))
            {
                runStart += BlockBytes;
                continue;
            }
            int runEnd = runStart + BlockBytes;
            while (runEnd < bytes.Length && !IsZero(bytes, runEnd))
                runEnd += BlockBytes;
            runEnd = Math.Min(runEnd, bytes.Length);
            target.Position = position + runStart;
            target.Write(bytes[runStart..runEnd]);
            runStart = runEnd;
        }
    }

    private static bool IsZero(ReadOnlySpan<byte> bytes, int start) =>
        !bytes.Slice(start, Math.Min(BlockBytes, bytes.Length - start)).ContainsAnyExcept((byte)0);

    private readonly record struct CopiedRange(long From, long To, long Length);
}
