// An image as it is once its journal has been played back: blocks of which the journal has newer copies are read from
// there. The copies stay where they are; what is remembered is a number for each.
using System.Buffers.Binary;
using JetsonCore.Formats.Binary;

namespace JetsonCore.Formats.Ext4;

/// <summary>Reads an image with its journal's copies in place.</summary>
/// <param name="image">The image; stays open.</param>
/// <param name="blockSize">Bytes of a block.</param>
/// <param name="copies">By number of a block, where its copy lies: see <see cref="CopyAt"/>.</param>
internal sealed class JournalledImage(Stream image, int blockSize, IReadOnlyDictionary<long, long> copies)
    : SeekableReadStream
{
    public override long Length => image.Length;

    /// <summary>Where a copy lies: twice its block, and 1 if its first four bytes are the journal's magic.</summary>
    public static long CopyAt(long block, bool isEscaped) => block * 2 + (isEscaped ? 1 : 0);

    public override int Read(Span<byte> buffer)
    {
        long block = Position / blockSize;
        int into = (int)(Position % blockSize);
        bool isCopy = copies.TryGetValue(block, out long copy);
        int length = Math.Min(buffer.Length, blockSize - into);
        if (!isCopy)
        {
            while (length < buffer.Length && !copies.ContainsKey(++block))
                length = (int)Math.Min(buffer.Length, (long)length + blockSize);
        }
        image.Position = isCopy ? copy / 2 * blockSize + into : Position;
        int read = image.Read(buffer[..length]);
        if (isCopy && copy % 2 != 0)
            PutMagic(buffer[..read], into);
        Position += read;
        return read;
    }

    private static void PutMagic(Span<byte> part, int into)
    {
        Span<byte> magic = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(magic, JournalLog.Magic);
        for (int at = into; at < magic.Length && at - into < part.Length; at++)
            part[at - into] = magic[at];
    }
}
