// The board's RAM, as pieces that were written into it, the last one winning; what nobody wrote reads as 0. Files are
// pieces that are read when somebody looks, so that a scenario does not copy a kernel for nothing.
using JetsonCore.Formats.Trees;

namespace JetsonCore.Boot.Commands;

/// <param name="spend">Is told of bytes that are copied, and may end the run.</param>
internal sealed class UBootMemory(Action<long> spend)
{
    private const int PiecesMax = 4096, CopiesMax = 4;
    private const long HeldMax = 256L << 20;

    private readonly List<Piece> _pieces = [];

    /// <param name="Start">Its first byte.</param>
    /// <param name="Content">What it holds.</param>
    /// <param name="Copies">Copies of copies that reading it goes through.</param>
    /// <param name="IsHeld">Whether its bytes are kept in memory.</param>
    private sealed record Piece(ulong Start, FileContent Content, int Copies = 0, bool IsHeld = false)
    {
        public ulong End => unchecked(Start + (ulong)Content.Length);
    }

    /// <summary>Writes bytes.</summary>
    public void Write(ulong address, ReadOnlySpan<byte> bytes)
    {
        spend(bytes.Length);
        Add(new(address, FileContent.Of(bytes.ToArray()), IsHeld: true));
    }

    /// <summary>Writes a file.</summary>
    public void Write(ulong address, FileContent content) => Add(new(address, content));

    /// <summary>Copies memory; what is copied is read when somebody looks.</summary>
    public void Copy(ulong from, ulong to, long length)
    {
        spend(length);
        ulong end = unchecked(from + (ulong)length);
        Piece[] pieces = [.. _pieces.Where(piece => piece.Start < end && piece.End > from)];
        int copies = 1 + pieces.Select(piece => piece.Copies).DefaultIfEmpty().Max();
        if (copies > CopiesMax)
            Write(to, Read(from, checked((int)length)));
        else
            Add(new(to, new(length, () => new MemoryStream(Read(pieces, from, checked((int)length)))), copies));
    }

    /// <summary>Reads bytes.</summary>
    public byte[] Read(ulong address, int length)
    {
        spend(length);
        return Read(_pieces, address, length);
    }

    private void Add(Piece added)
    {
        if (added.Content.Length == 0)
            return;
        _pieces.RemoveAll(piece => piece.Start >= added.Start && piece.End <= added.End);
        if (_pieces.Count == PiecesMax)
            Flatten();
        _pieces.Add(added);
        if (added.IsHeld && _pieces.Where(piece => piece.IsHeld).Sum(piece => piece.Content.Length) > HeldMax)
            throw new UBootEndException(UBootEnd.TooLong);
    }

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
            _pieces.Add(new(start, FileContent.Of(bytes), IsHeld: true));
        }
    }
}
