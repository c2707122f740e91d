// Owners and groups: inodes hold 16-bit indices into one table of 32-bit ids.
namespace JetsonCore.Formats.SquashFs;

internal sealed class IdTableWriter
{
    private const int IdsMost = ushort.MaxValue;

    private readonly Dictionary<uint, ushort> _indices = [];

    public ushort Count => (ushort)_indices.Count;

    /// <summary>The ids, by index.</summary>
    public IEnumerable<uint> Ids => _indices.OrderBy(pair => pair.Value).Select(pair => pair.Key);

    /// <summary>The index of an id.</summary>
    /// <exception cref="ArgumentException">There are too many different ones.</exception>
    public ushort IndexOf(uint id)
    {
        if (_indices.TryGetValue(id, out ushort index))
            return index;
        if (_indices.Count == IdsMost)
            throw new ArgumentException($"cannot store more than {IdsMost} different owners and groups", nameof(id));
        return _indices[id] = (ushort)_indices.Count;
    }
}
