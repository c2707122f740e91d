// The spool for what is known to be small: initial RAM disks, control files, tests.
using JetsonCore.Formats.Binary;

namespace JetsonCore.Formats.Trees;

/// <summary>Spools without a file.</summary>
public static class MemorySpool
{
    /// <summary>Keeps the bytes in memory: a <see cref="ContentSpool"/>.</summary>
    /// <exception cref="MalformedDataException">There are more than accepted.</exception>
    public static FileContent Keep(Stream source, long maximumLength)
    {
        using var kept = new MemoryStream();
        Copy(source, kept, Math.Min(maximumLength, Array.MaxLength));
        return FileContent.Of(kept.ToArray());
    }

    /// <summary>Copies a stream to its end.</summary>
    /// <exception cref="MalformedDataException">It is longer than accepted.</exception>
    public static void Copy(Stream source, Stream target, long maximumLength)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(target);
        var buffer = new byte[1 << 17];
        long copied = 0;
        while (source.Read(buffer) is > 0 and int read)
        {
            copied += read;
            if (copied > maximumLength)
                throw new MalformedDataException(copied, $"unpacks to more than the {maximumLength} accepted bytes");
            target.Write(buffer, 0, read);
        }
    }
}
