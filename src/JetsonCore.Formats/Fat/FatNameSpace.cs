// The names that the files of one directory answer to, long and short ones, without regard to case: a short name made
// for one file may be neither short nor long name of another.
using System.Text;

namespace JetsonCore.Formats.Fat;

internal sealed class FatNameSpace
{
    private readonly HashSet<string> _longNames;
    private readonly HashSet<string> _shortNames = new(StringComparer.Ordinal);
    private readonly Dictionary<(string, string), int> _nextTails = [];

    /// <summary>Starts with the names of a directory; short ones that are exact are taken at once.</summary>
    public FatNameSpace(IEnumerable<string> names)
    {
        _longNames = new(StringComparer.OrdinalIgnoreCase);
        foreach (string name in names)
        {
            if (!_longNames.Add(name))
                FirstTwin ??= name;
            if (FatShortName.TryExact(name) is { } exact)
                _shortNames.Add(Encoding.ASCII.GetString(exact));
        }
    }

    /// <summary>A name that differs from one before only by case; null where there is none.</summary>
    public string? FirstTwin { get; }

    /// <summary>Takes a short name for the file <paramref name="owner"/>; says whether it was free.</summary>
    public bool TryTake(byte[] shortName, string owner)
    {
        string display = FatShortName.Decode(shortName, lowerStem: false, lowerExtension: false);
        bool isOwn = display.Equals(owner, StringComparison.OrdinalIgnoreCase);
        return (isOwn || !_longNames.Contains(display)) && _shortNames.Add(Encoding.ASCII.GetString(shortName));
    }

    /// <summary>The first number to try behind a stem, so that many names alike cost no search.</summary>
    public int NextTail(string stem, string extension) => _nextTails.GetValueOrDefault((stem, extension), 1);

    public void SetNextTail(string stem, string extension, int tail) => _nextTails[(stem, extension)] = tail;
}
