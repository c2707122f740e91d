// What a test asks for beside a model, as snap prepare-image takes it.
namespace JetsonCore.Tests.Store;

internal abstract record SnapsAsked
{
    /// <summary>Names of snaps, each with "=CHANNEL" if it has one of its own.</summary>
    public string[] Snaps { get; init; } = [];

    /// <summary>The channel of all others.</summary>
    public string? Channel { get; init; }

    public Dictionary<string, string> Channels =>
        Snaps.Select(snap => snap.Split('=')).Where(parts => parts.Length == 2).ToDictionary(parts => parts[0], parts => parts[1]);

    public string[] Named => [.. Snaps.Select(snap => snap.Split('=')[0])];
}
