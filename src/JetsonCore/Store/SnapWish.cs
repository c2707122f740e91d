// A snap as it is asked for, and as the store has it.
using JetsonCore.Seed;

namespace JetsonCore.Store;

/// <summary>A snap that is wanted.</summary>
/// <param name="Name">Its name.</param>
internal sealed record SnapWish(string Name)
{
    /// <summary>The channel that it follows.</summary>
    public required string Channel { get; init; }

    /// <summary>The one revision that is wanted, or null for the channel's.</summary>
    public long? Revision { get; init; }

    /// <summary>Says which one, for messages.</summary>
    public override string ToString() =>
        Revision is { } revision ? $"\"{Name}\" in revision {revision}" : $"\"{Name}\" from {Channel}";
}

/// <summary>A snap of the store.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Revision">Its revision.</param>
internal sealed record StoreSnap(string Name, long Revision)
{
    /// <summary>Its id.</summary>
    public required string SnapId { get; init; }

    /// <summary>The channel that it follows; another than the one asked for where the store says so.</summary>
    public required string Channel { get; init; }

    /// <summary>The SHA3-384 digest of its file as assertions spell it.</summary>
    public required string Digest { get; init; }

    /// <summary>The length of its file.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>What the store says of it besides.</summary>
    public required StoreFacts Facts { get; init; }

    /// <summary>Where the file is.</summary>
    public required Uri Address { get; init; }
}
