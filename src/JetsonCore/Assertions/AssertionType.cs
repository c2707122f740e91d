// The types of assertions: which headers name one, and who may sign it.
// Spec and peer: snapd asserts/asserts.go (the table of known types and their formats).
using System.Collections.Immutable;

namespace JetsonCore.Assertions;

/// <summary>One type of assertion.</summary>
public sealed record AssertionType
{
    /// <summary>The part of the key of "snap-revision" that is left out when it has its default.</summary>
    public const string DefaultProvenance = "global-upload";

    private static readonly ImmutableSortedDictionary<string, AssertionType> Known = new AssertionType[]
    {
        new() { Name = "account", PrimaryKey = ["account-id"] },
        new() { Name = "account-key", PrimaryKey = ["public-key-sha3-384"] },
        new() { Name = "account-key-request", PrimaryKey = ["public-key-sha3-384"], HasAuthority = false },
        new() { Name = "base-declaration", PrimaryKey = ["series"] },
        new() { Name = "device-session-request", PrimaryKey = ["brand-id", "model", "serial"], HasAuthority = false },
        new() { Name = "model", PrimaryKey = ["series", "brand-id", "model"] },
        new() { Name = "preseed", PrimaryKey = ["series", "brand-id", "model", "system-label"] },
        new() { Name = "repair", PrimaryKey = ["brand-id", "repair-id"] },
        new() { Name = "serial", PrimaryKey = ["brand-id", "model", "serial"] },
        new() { Name = "serial-request", PrimaryKey = [], HasAuthority = false },
        new() { Name = "snap-build", PrimaryKey = ["snap-sha3-384"] },
        new() { Name = "snap-declaration", PrimaryKey = ["series", "snap-id"], LastFormat = 5 },
        new() { Name = "snap-developer", PrimaryKey = ["snap-id", "publisher-id"] },
        new()
        {
            Name = "snap-revision",
            PrimaryKey = ["snap-sha3-384", "provenance"],
            LastKeyDefault = DefaultProvenance,
        },
        new() { Name = "store", PrimaryKey = ["store"] },
        new() { Name = "system-user", PrimaryKey = ["brand-id", "email"], LastFormat = 1 },
        new() { Name = "validation", PrimaryKey = ["series", "snap-id", "approved-snap-id", "approved-snap-revision"] },
        new() { Name = "validation-set", PrimaryKey = ["series", "account-id", "name", "sequence"] },
    }.ToImmutableSortedDictionary(type => type.Name, type => type, StringComparer.Ordinal);

    /// <summary>The names of all types, in ordinal order.</summary>
    public static IEnumerable<string> AllNames => Known.Keys;

    /// <summary>Its name, the value of the header "type".</summary>
    public required string Name { get; init; }

    /// <summary>The headers that together name one assertion, in their order.</summary>
    public required ImmutableArray<string> PrimaryKey { get; init; }

    /// <summary>What the last header of the primary key is when it is left out; null where it must be there.</summary>
    public string? LastKeyDefault { get; init; }

    /// <summary>Whether an account answers for it; otherwise it is signed with the key that it carries.</summary>
    public bool HasAuthority { get; init; } = true;

    /// <summary>The newest format of this type that is understood.</summary>
    public int LastFormat { get; init; }

    /// <summary>The type of that name, or null.</summary>
    public static AssertionType? Find(string name) => Known.GetValueOrDefault(name);

    /// <summary>The default of one header of the primary key, or null.</summary>
    public string? DefaultOf(string keyHeader) => keyHeader == PrimaryKey.LastOrDefault() ? LastKeyDefault : null;
}
