// A flattened device tree in the board's RAM that is changed where it lies, as libfdt does: what is behind the place
// moves, new properties come first in their node, new nodes behind the properties, new names at the end of the strings;
// and the whole must not outgrow the length that the header says, which "fdt resize" changes.
//
//   header | reservations: 8 address, 8 size … 0 0 | structure: see JetsonCore.Formats/Fdt | strings
//
// Source: behaviour of U-Boot 2023.01 and libfdt (fdt_rw), measured in QEMU.
using System.Buffers.Binary;
using System.Text;

namespace JetsonCore.Boot.Commands;

internal sealed class FdtBlob
{
    /// <summary>Bytes of a tree; the largest that is worked on.</summary>
    public const int LengthMax = 4 << 20;

    private const uint BeginNode = 1, EndNode = 2, PropertyTag = 3, Nothing = 4;
    private const int Word = sizeof(uint), PropertyHeader = 3 * Word, ReservationBytes = 16;
    private const int TotalSize = 4, StructureStart = 8, StringsStart = 12, Reservations = 16, Version = 20;
    private const int BootProcessor = 28, StringsSize = 32, StructureSize = 36;

    private readonly byte[] _bytes;

    /// <summary>Takes the bytes of a tree, as many as its header says.</summary>
    public FdtBlob(byte[] bytes) => _bytes = bytes;

    /// <summary>What goes wrong, in libfdt's words.</summary>
    public sealed class FailureException(string word) : Exception(word);

    /// <summary>The tree as it is now.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>Entries of the list of reserved memory.</summary>
    public IEnumerable<(ulong Address, ulong Size)> Reserved
    {
        get
        {
            for (int at = Size(Reservations); at + ReservationBytes <= _bytes.Length; at += ReservationBytes)
            {
                ulong address = BinaryPrimitives.ReadUInt64BigEndian(_bytes.AsSpan(at));
                ulong size = BinaryPrimitives.ReadUInt64BigEndian(_bytes.AsSpan(at + sizeof(ulong)));
                if (size == 0)
                    yield break;
                yield return (address, size);
            }
        }
    }

    /// <summary>Says which processor boots.</summary>
    public void SetBootProcessor(uint number) => Put(BootProcessor, number);

    /// <summary>Where the node of a path begins.</summary>
    public int FindNode(string path)
    {
        int node = Size(StructureStart);
        if (!path.StartsWith('/'))
        {
            string[] steps = path.Split('/', 2);
            string alias = FindChild(node, "aliases") is { } aliases && FindProperty(aliases, steps[0]) is { } found
                ? Encoding.Latin1.GetString(ValueOf(found)).TrimEnd('\0')
                : throw new FailureException("FDT_ERR_BADPATH");
            path = $"{alias}/{steps.ElementAtOrDefault(1)}";
        }
        foreach (string step in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
            node = FindChild(node, step) ?? throw new FailureException("FDT_ERR_NOTFOUND");
        return node;
    }

    /// <summary>The node in another one, which is made where there is none.</summary>
    public int FindOrAddNode(int parent, string name) => FindChild(parent, name) ?? AddNode(parent, name);

    /// <summary>The value of a property, or null.</summary>
    public byte[]? Value(int node, string name) => FindProperty(node, name) is { } at ? ValueOf(at).ToArray() : null;

    /// <summary>Where the value of a property begins, or null.</summary>
    public int? ValueOffset(int node, string name) =>
        FindProperty(node, name) is { } at ? at + PropertyHeader : null;

    /// <summary>Sets a property.</summary>
    public void SetProperty(int node, string name, ReadOnlySpan<byte> value)
    {
        CheckLayout();
        if (FindProperty(node, name) is { } at)
        {
            SpliceStructure(at + PropertyHeader, Filled(Size(at + Word)), Filled(value.Length));
        }
        else
        {
            uint text = FindOrAddText(name, out bool isNew);
            at = Children(node);
            try
            {
                SpliceStructure(at, 0, PropertyHeader + Filled(value.Length));
            }
            catch (FailureException) when (isNew)
            {
                Put(StringsSize, Get(StringsSize) - (uint)name.Length - 1);
                throw;
            }
            Put(at, PropertyTag);
            Put(at + (2 * Word), text);
        }
        Put(at + Word, (uint)value.Length);
        value.CopyTo(_bytes.AsSpan(at + PropertyHeader));
    }

    /// <summary>Takes a property away.</summary>
    public void DeleteProperty(int node, string name)
    {
        CheckLayout();
        int at = FindProperty(node, name) ?? throw new FailureException("FDT_ERR_NOTFOUND");
        SpliceStructure(at, PropertyHeader + Filled(Size(at + Word)), 0);
    }

    /// <summary>Adds a node.</summary>
    public int AddNode(int parent, string name)
    {
        CheckLayout();
        if (FindChild(parent, name) is not null)
            throw new FailureException("FDT_ERR_EXISTS");
        int at = Children(parent);
        while (Get(at) is PropertyTag or Nothing)
            at = Next(at);
        int nameBytes = Filled(name.Length + 1);
        SpliceStructure(at, 0, (2 * Word) + nameBytes);
        Put(at, BeginNode);
        _bytes.AsSpan(at + Word, nameBytes).Clear();
        Encoding.Latin1.GetBytes(name, _bytes.AsSpan(at + Word));
        Put(at + Word + nameBytes, EndNode);
        return at;
    }

    /// <summary>Takes a node away with all that is in it.</summary>
    public void DeleteNode(int node)
    {
        CheckLayout();
        SpliceStructure(node, EndOf(node) - node, 0);
    }

    /// <summary>Reserves memory.</summary>
    public void Reserve(ulong address, ulong size)
    {
        CheckLayout();
        int at = Size(Reservations) + (Reserved.Count() * ReservationBytes);
        Splice(at, 0, ReservationBytes);
        Put(StructureStart, Get(StructureStart) + ReservationBytes);
        Put(StringsStart, Get(StringsStart) + ReservationBytes);
        BinaryPrimitives.WriteUInt64BigEndian(_bytes.AsSpan(at), address);
        BinaryPrimitives.WriteUInt64BigEndian(_bytes.AsSpan(at + sizeof(ulong)), size);
    }

    /// <summary>Takes a reservation away.</summary>
    public void DeleteReservation(ulong index)
    {
        CheckLayout();
        if (index >= (ulong)Reserved.Count())
            throw new FailureException("FDT_ERR_NOTFOUND");
        Splice(Size(Reservations) + ((int)index * ReservationBytes), ReservationBytes, 0);
        Put(StructureStart, Get(StructureStart) - ReservationBytes);
        Put(StringsStart, Get(StringsStart) - ReservationBytes);
    }

    private static int Filled(int length) => (length + Word - 1) & -Word;

    // libfdt changes trees of version 17 whose blocks lie in this order.
    private void CheckLayout()
    {
        if (Get(Version) < 17)
            throw new FailureException("FDT_ERR_BADVERSION");
        bool isOrdered = Get(Reservations) + ReservationBytes <= Get(StructureStart)
            && (long)Get(StructureStart) + Get(StructureSize) <= Get(StringsStart)
            && (long)Get(StringsStart) + Get(StringsSize) <= Get(TotalSize);
        if (!isOrdered)
            throw new FailureException("FDT_ERR_BADLAYOUT");
    }

    private int? FindChild(int node, string name)
    {
        for (int at = Children(node); Get(at) != EndNode; at = Get(at) == BeginNode ? EndOf(at) : Next(at))
        {
            if (Get(at) == BeginNode && IsNamed(NameOf(at), name))
                return at;
        }
        return null;
    }

    // Without a unit address the first node fits whose name before its own is the same.
    private static bool IsNamed(string there, string wanted) =>
        there == wanted || (!wanted.Contains('@', StringComparison.Ordinal) && there.Split('@')[0] == wanted);

    private int? FindProperty(int node, string name)
    {
        for (int at = Children(node); Get(at) is PropertyTag or Nothing; at = Next(at))
        {
            if (Get(at) == PropertyTag && TextAt(Size(StringsStart) + Size(at + (2 * Word))) == name)
                return at;
        }
        return null;
    }

    private ReadOnlySpan<byte> ValueOf(int property)
    {
        int length = Size(property + Word);
        return length <= _bytes.Length - property - PropertyHeader
            ? _bytes.AsSpan(property + PropertyHeader, length)
            : throw new FailureException("FDT_ERR_BADSTRUCTURE");
    }

    private string NameOf(int node) => TextAt(node + Word);

    private int Children(int node) => Get(node) == BeginNode
        ? node + Word + Filled(NameOf(node).Length + 1)
        : throw new FailureException("FDT_ERR_BADSTRUCTURE");

    private int Next(int at) => Get(at) switch
    {
        BeginNode => Children(at),
        PropertyTag => at + PropertyHeader + Filled(ValueOf(at).Length),
        EndNode or Nothing => at + Word,
        _ => throw new FailureException("FDT_ERR_BADSTRUCTURE"),
    };

    private int EndOf(int node)
    {
        int depth = 0, at = node;
        do
        {
            depth += Get(at) switch
            {
                BeginNode => 1,
                EndNode => -1,
                _ => 0,
            };
            at = Next(at);
        }
        while (depth > 0);
        return at;
    }

    private uint FindOrAddText(string name, out bool isNew)
    {
        int start = Size(StringsStart), size = Size(StringsSize);
        byte[] text = [.. Encoding.Latin1.GetBytes(name), 0];
        int found = _bytes.AsSpan(start, size).IndexOf(text);
        isNew = found < 0;
        if (!isNew)
            return (uint)found;
        if ((long)start + size + text.Length > Get(TotalSize))
            throw new FailureException("FDT_ERR_NOSPACE");
        text.CopyTo(_bytes, start + size);
        Put(StringsSize, (uint)(size + text.Length));
        return (uint)size;
    }

    private void SpliceStructure(int at, int oldLength, int newLength)
    {
        Splice(at, oldLength, newLength);
        uint change = unchecked((uint)(newLength - oldLength));
        Put(StructureSize, unchecked(Get(StructureSize) + change));
        Put(StringsStart, unchecked(Get(StringsStart) + change));
    }

    private void Splice(int at, int oldLength, int newLength)
    {
        int end = Size(StringsStart) + Size(StringsSize);
        if (at + oldLength > end || end > _bytes.Length)
            throw new FailureException("FDT_ERR_BADOFFSET");
        if ((long)end - oldLength + newLength > Get(TotalSize))
            throw new FailureException("FDT_ERR_NOSPACE");
        _bytes.AsSpan(at + oldLength, end - at - oldLength).CopyTo(_bytes.AsSpan(at + newLength));
    }

    private string TextAt(int at)
    {
        if (at < 0 || at >= _bytes.Length)
            throw new FailureException("FDT_ERR_BADOFFSET");
        int length = _bytes.AsSpan(at).IndexOf((byte)0);
        return length >= 0
            ? Encoding.Latin1.GetString(_bytes, at, length)
            : throw new FailureException("FDT_ERR_BADSTRUCTURE");
    }

    /// <summary>A number that is a place or a length in the tree.</summary>
    private int Size(int at) => Get(at) is var value && value <= _bytes.Length
        ? (int)value
        : throw new FailureException("FDT_ERR_BADSTRUCTURE");

    private uint Get(int at) => at >= 0 && at <= _bytes.Length - Word
        ? BinaryPrimitives.ReadUInt32BigEndian(_bytes.AsSpan(at))
        : throw new FailureException("FDT_ERR_BADSTRUCTURE");

    private void Put(int at, uint value)
    {
        _ = Get(at);
        BinaryPrimitives.WriteUInt32BigEndian(_bytes.AsSpan(at), value);
    }
}
