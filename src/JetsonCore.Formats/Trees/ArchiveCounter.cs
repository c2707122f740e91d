// What every reader of archives does with a name and a size before it believes them.
using JetsonCore.Formats.Binary;

namespace JetsonCore.Formats.Trees;

/// <summary>Counts the entries of an archive and refuses the one too many.</summary>
/// <param name="limits">What is accepted.</param>
internal sealed class ArchiveCounter(ReadLimits limits)
{
    private long _contentBytes, _metadataBytes;
    private int _entries;

    /// <summary>The path without "./" and "/" at its start; "" for the root.</summary>
    /// <exception cref="MalformedDataException">It leaves the archive or lies too deep.</exception>
    public string Normalize(string name, long offset)
    {
        string[] steps = [.. name.Split('/').Where(step => step is not ("" or "."))];
        if (steps.Contains("..") || name.Contains('\0', StringComparison.Ordinal))
            throw new MalformedDataException(offset, $"name \"{name}\" leaves the archive");
        if (steps.Length > limits.Depth)
            throw new MalformedDataException(offset, $"lies {steps.Length} deep, at most {limits.Depth} are accepted");
        return string.Join('/', steps);
    }

    /// <summary>Counts an entry.</summary>
    /// <exception cref="MalformedDataException">There are more entries or bytes than accepted.</exception>
    public void Count(long contentBytes, long metadataBytes, long offset)
    {
        if (++_entries > limits.Entries)
            throw new MalformedDataException(offset, $"holds more than the {limits.Entries} accepted entries");
        _contentBytes = AddUpTo(limits.ContentBytes, _contentBytes, contentBytes, offset);
        _metadataBytes = AddUpTo(limits.MetadataBytes, _metadataBytes, metadataBytes, offset);
    }

    private static long AddUpTo(long limit, long sum, long more, long offset) => more <= limit - sum
        ? sum + more
        : throw new MalformedDataException(offset, $"holds more than the {limit} accepted bytes");
}
