// Collects the parts of a long name, which stand before their short entry, last part first. Parts that do not belong
// together (a system without long names has changed the directory) are dropped.
using System.Buffers;
using System.Text;

namespace JetsonCore.Formats.Fat;

internal sealed class FatLongName
{
    private const int PartCountMax = 20;

    private readonly List<string> _parts = [];
    private int _nextNumber;
    private byte _checksum;

    public void Clear()
    {
        _parts.Clear();
        _nextNumber = 0;
    }

    /// <summary>Takes a long entry in.</summary>
    public void Add(ReadOnlySpan<byte> entry)
    {
        (byte mark, byte checksum, string units) = FatDirectoryEntry.DecodeLong(entry);
        int number = mark & ~FatDirectoryEntry.LastLongMark;
        if ((mark & FatDirectoryEntry.LastLongMark) != 0 && number is >= 1 and <= PartCountMax)
        {
            Clear();
            (_nextNumber, _checksum) = (number, checksum);
        }
        if (number == 0 || number != _nextNumber || checksum != _checksum)
        {
            Clear();
            return;
        }
        _parts.Add(units);
        _nextNumber--;
    }

    /// <summary>The name, if it is whole and belongs to the short one; starts anew.</summary>
    public string? Take(ReadOnlySpan<byte> shortName)
    {
        bool isWhole = _parts.Count > 0 && _nextNumber == 0 && _checksum == FatShortName.Checksum(shortName);
        string name = isWhole ? string.Concat(Enumerable.Reverse(_parts)) : "";
        Clear();
        int end = name.IndexOf('\0', StringComparison.Ordinal);
        name = end < 0 ? name : name[..end];
        return name.Length is > 0 and <= FatDirectoryEntry.NameUnitsMax ? name : null;
    }

    /// <summary>Whether a name is valid UTF-16.</summary>
    public static bool IsWellFormed(string name)
    {
        for (ReadOnlySpan<char> rest = name; !rest.IsEmpty;)
        {
            if (Rune.DecodeFromUtf16(rest, out _, out int used) != OperationStatus.Done)
                return false;
            rest = rest[used..];
        }
        return true;
    }
}
