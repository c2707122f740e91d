// A volume with its structures placed, and what is asked of it for each structure anew: found out once.
using System.Collections.Immutable;

namespace JetsonCore.Gadget.Model;

internal sealed class PlacedVolume(GadgetVolume volume, ImmutableArray<PlacedStructure> structures)
{
    private Dictionary<string, PlacedStructure>? _byName;
    private Int128? _leastSize;

    public GadgetVolume Volume => volume;

    /// <summary>By start.</summary>
    public ImmutableArray<PlacedStructure> Structures => structures;

    /// <summary>The end of the last structure with all at their least size.</summary>
    public Int128 LeastSize => _leastSize ??= GadgetPlacement.LeastSize(structures);

    /// <summary>The structure of a name, of several the first; null where there is none.</summary>
    public PlacedStructure? Find(string name)
    {
        _byName ??= IndexByName();
        return _byName.GetValueOrDefault(name);
    }

    private Dictionary<string, PlacedStructure> IndexByName()
    {
        var index = new Dictionary<string, PlacedStructure>(structures.Length, StringComparer.Ordinal);
        foreach (PlacedStructure placed in structures)
            index.TryAdd(placed.Structure.Name.Value, placed);
        return index;
    }
}
