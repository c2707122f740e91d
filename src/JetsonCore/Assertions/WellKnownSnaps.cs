// The ids of the snaps that every device may boot: a model with "snaps" needs no entry for them.
// Peer: snapd snap/naming/wellknown.go (no id for core26 there, so its entry is needed but with grade "dangerous").
using System.Collections.Immutable;
using JetsonCore.Diagnostics;

namespace JetsonCore.Assertions;

internal static class WellKnownSnaps
{
    private const string Snapd = "snapd", LatestStable = "latest/stable";

    private static readonly ImmutableSortedDictionary<string, string> Ids =
        ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal,
        [
            new KeyValuePair<string, string>("core", "99T7MUlRhtI3U0QFgl5mXXESAiSwt776"),
            new KeyValuePair<string, string>("core18", "CSO04Jhav2yK0uz97cr0ipQRyqg0qQL6"),
            new KeyValuePair<string, string>("core20", "DLqre5XGLbDqg9jPtiAhRRjDuPVa5X1q"),
            new KeyValuePair<string, string>("core22", "amcUKQILKXHHTlmSa7NMdnXSx02dNeeT"),
            new KeyValuePair<string, string>("core24", "dwTAh7MZZ01zyriOZErqd1JynQLiOGvM"),
            new KeyValuePair<string, string>(Snapd, "PMrrV4ml8uWuEUDBT8dSGnKUYbevVhc4"),
        ]);

    /// <summary>The bases among them.</summary>
    public static IEnumerable<string> Bases => Ids.Keys.Where(name => name != Snapd);

    /// <summary>The snap "snapd" of a model that does not list it.</summary>
    public static ModelSnap ImplicitSnapd => Implicit(Snapd, Snapd, SourceSpan.None);

    /// <summary>The id of a snap, or null.</summary>
    public static string? IdOf(string name) => Ids.GetValueOrDefault(name);

    /// <summary>The boot base of a model that does not list it.</summary>
    public static ModelSnap? Base(Located<string>? name) =>
        name is { } given ? Implicit(given.Value, "base", given.Span) : null;

    private static ModelSnap Implicit(string name, string type, SourceSpan span) => new()
    {
        Name = name,
        Type = type,
        Id = IdOf(name),
        DefaultChannel = LatestStable,
        Modes = ModelSnap.EssentialModes,
        Span = span,
    };
}
