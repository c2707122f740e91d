// An environment as the user names it: a text as env make reads it, or a block as U-Boot keeps it.
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Trees;
using JetsonCore.Formats.UBoot;

namespace JetsonCore.Boot.Scenarios;

/// <summary>Reads environments of either form.</summary>
public static class EnvironmentInput
{
    /// <summary>The entries of a text with their lines; those of a block have line 0.</summary>
    /// <exception cref="MalformedDataException">It is a block with a wrong entry.</exception>
    public static IReadOnlyList<UBootTextEntry> ReadEntries(ReadOnlySpan<byte> bytes) =>
        UBootEnvironment.Recognise(bytes) is null && !bytes.Contains((byte)0)
            ? UBootEnvironmentText.Read(NodeName.Decode(bytes))
            : [.. Read(bytes).Select(entry => new UBootTextEntry(0, entry.Key, entry.Value))];

    /// <summary>The variables of a text or block; of a repeated name the last value.</summary>
    /// <exception cref="MalformedDataException">It is a block with a wrong entry.</exception>
    public static SortedDictionary<string, string> Read(ReadOnlySpan<byte> bytes)
    {
        if (UBootEnvironment.Recognise(bytes) is { } form)
            return UBootEnvironment.Decode(bytes, form);
        if (bytes.Contains((byte)0))
            throw new MalformedDataException(0, "it is no text, and its checksum is not that of an environment");
        var variables = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (UBootTextEntry entry in UBootEnvironmentText.Read(NodeName.Decode(bytes)))
        {
            if (entry.Value is not null && entry.Key.Length > 0)
                variables[entry.Key] = entry.Value;
        }
        return variables;
    }
}
