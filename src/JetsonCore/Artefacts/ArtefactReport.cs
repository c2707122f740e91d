// What there is to say about an artefact, as plain names and values: one shape for text, JSON and comparisons.
using System.Collections.Immutable;
using System.Globalization;

namespace JetsonCore.Artefacts;

/// <summary>One thing to know.</summary>
/// <param name="Name">Its name as in JSON: "sizeBytes".</param>
/// <param name="Text">Its value.</param>
/// <param name="Number">Its value, where that is a number.</param>
public readonly record struct ArtefactFact(string Name, string Text, long? Number = null)
{
    /// <summary>A fact that is a number.</summary>
    public static ArtefactFact Of(string name, long number) =>
        new(name, number.ToString(CultureInfo.InvariantCulture), number);

    /// <summary>A time, in seconds since 1970.</summary>
    public static ArtefactFact OfTime(string name, long unixSeconds) =>
        new(name, unixSeconds is >= 0 and <= 253402300799
            ? DateTimeOffset.FromUnixTimeSeconds(unixSeconds).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'",
                CultureInfo.InvariantCulture)
            : $"@{unixSeconds}");
}

/// <summary>Several things of one kind.</summary>
/// <param name="Name">What they are: "partitions".</param>
/// <param name="Rows">What there is to know of each, in the same order.</param>
public sealed record ArtefactTable(string Name, ImmutableArray<ImmutableArray<ArtefactFact>> Rows);

/// <summary>All there is to say about one artefact.</summary>
public sealed record ArtefactReport
{
    /// <summary>What it is: "gpt", "snap", "ext4".</summary>
    public required string Format { get; init; }

    /// <summary>About the whole.</summary>
    public ImmutableArray<ArtefactFact> Facts { get; init; } = [];

    /// <summary>About its parts.</summary>
    public ImmutableArray<ArtefactTable> Tables { get; init; } = [];
}
