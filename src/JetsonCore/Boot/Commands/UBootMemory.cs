// The board's RAM, as pieces that were written into it, the last one winning; what nobody wrote reads as 0. Files are
// pieces that are read when somebody looks, so that a scenario does not copy a kernel for nothing.
using JetsonCore.Formats.Trees;

namespace JetsonCore.Boot.Commands;

internal sealed class UBootMemory
{
    private const int PiecesMax = 4096;

    private readonly List<Piece> _pieces = [];

    private sealed record Piece(ulong Start, FileContent Content)
    {
        public ulong End => Start + (ulong)Content.Length;
    }

    /// <summary>Writes bytes.</summary>
    public void Write(ulong address, ReadOnlySpan<byte> bytes) => Write(address, FileContent.Of(bytes.ToArray()));

    /// <summary>Writes a file.</summary>
    public void Write(ulong address, FileContent content)
    {
        if (content.Length == 0)
            return;
        ulong end = unchecked(address + (ulong)content.Length);
        _pieces.RemoveAll(piece => piece.Start >= address && piece.End <= end);
        if (_pieces.Count == PiecesMax)
            Flatten();
        _pieces.Add(new(address, content));
    }

    /// <summary>Copies memory; what is copied is read when somebody looks.</summary>
    public void Copy(ulong from, ulong to, long length)
    {
        Piece[] pieces = [.. _pieces];
        Write(to, new FileContent(length, () => new MemoryStream(Read(pieces, from, checked((int)length)))));
    }

    /// <summary>Reads bytes.</summary>
    public byte[] Read(ulong address, int length) => Read(_pieces, address, length);

    private static byte[] Read(IReadOnlyList<Piece> pieces, ulong address, int length)
    {
        var bytes = new byte[length];
        ulong end = unchecked(address + (ulong)length);
        foreach (Piece piece in pieces.Where(piece => piece.Start < end && piece.End > address))
        {
            ulong from = Math.Max(piece.Start, address), to = Math.Min(piece.End, end);
            using Stream stream = piece.Content.Open();
            stream.Position = (long)(from - piece.Start);
            stream.ReadExactly(bytes.AsSpan((int)(from - address), (int)(to - from)));
        }
        return bytes;
    }

    /// <summary>A text that ends with NUL.</summary>
    public string ReadText(ulong address, int lengthMax)
    {
        byte[] bytes = Read(address, lengthMax);
        int end = bytes.AsSpan().IndexOf((byte)0);
        return UBootText.Of(bytes.AsSpan(0, end < 0 ? bytes.Length : end));
    }

    // Thousands of single writes: joined, so that reading stays quick.
    private void Flatten()
    {
        Piece[] small = [.. _pieces.Where(piece => piece.Content.Length <= 4096)];
        if (small.Length == 0)
            return;
        foreach (IGrouping<ulong, Piece> page in small.GroupBy(piece => piece.Start / 4096).ToArray())
        {
            ulong start = page.Key * 4096;
            byte[] bytes = Read(start, 8192);
            _pieces.RemoveAll(piece => page.Contains(piece));
            _pieces.Add(new(start, FileContent.Of(bytes)));
        }
    }
}
