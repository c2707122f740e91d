// The types of assertions: a row of AssertionTypeTable.
using System.Collections.Immutable;
using JetsonCore.Diagnostics;

namespace JetsonCore.Assertions;

/// <summary>One type of assertion.</summary>
public sealed record AssertionType
{
    /// <summary>The part of the key of "snap-revision" that is left out when it has its default.</summary>
    public const string DefaultProvenance = "global-upload";

    private static readonly ImmutableSortedDictionary<string, AssertionType> Known =
        AssertionTypeTable.All.ToImmutableSortedDictionary(type => type.Name, type => type, StringComparer.Ordinal);

    /// <summary>The names of all types, in ordinal order.</summary>
    public static IEnumerable<string> AllNames => Known.Keys;

    /// <summary>Its name, the value of the header "type".</summary>
    public required string Name { get; init; }

    /// <summary>The headers that together name one assertion, in their order.</summary>
    public required ImmutableArray<string> PrimaryKey { get; init; }

    /// <summary>What the last header of the primary key is when it is left out; null where it must be there.</summary>
    public string? LastKeyDefault { get; init; }

    /// <summary>Whether there are several of a name that follow each other: the last of the key counts them.</summary>
    public bool FormsSequence => PrimaryKey is [.., "sequence"];

    /// <summary>Whether an account answers for it; else it is signed with a key that it carries or names.</summary>
    public bool HasAuthority { get; init; } = true;

    /// <summary>The newest format that is taken: that of snapd 2.57.6.</summary>
    public int LastFormat { get; init; }

    /// <summary>The newest format that any snapd takes.</summary>
    public int NewestFormat { get; init; }

    /// <summary>The release of snapd that it came with; null for those that every one knows.</summary>
    public string? Since { get; init; }

    /// <summary>Who may sign it.</summary>
    public SignerRule Signer { get; init; }

    /// <summary>What its body must be.</summary>
    public BodyRule Body { get; init; }

    /// <summary>The header that must name the authority too, or null.</summary>
    internal string? AuthorityIs { get; init; }

    /// <summary>Its headers besides those that every assertion has.</summary>
    internal ImmutableArray<HeaderRule> Headers { get; init; } = [];

    /// <summary>The headers between which it is valid, or null.</summary>
    internal HeaderPeriod? Period { get; init; }

    /// <summary>Rules for several headers together.</summary>
    internal ImmutableArray<Action<AssertionHeaders, DiagnosticBag>> Checks { get; init; } = [];

    /// <summary>What must be there before it counts.</summary>
    internal ImmutableArray<Prerequisite> Prerequisites { get; init; } = [];

    /// <summary>The header with the revision for which a snap-declaration can name another signer, or null.</summary>
    internal string? DelegatedRevision { get; init; }

    /// <summary>Whether it states when it was made.</summary>
    internal bool HasTimestamp => Headers.Any(rule => rule is { Name: "timestamp", Form: HeaderForm.Time });

    /// <summary>Its headers in words: name, form, whether it must be there.</summary>
    public IEnumerable<(string Name, string Words, bool IsMandatory)> HeaderWords =>
        Headers.Select(rule => (rule.Name, rule.Form.Words, rule.IsMandatory));

    /// <summary>What it needs, in words: <c>account (publisher-id)</c>.</summary>
    public IEnumerable<string> NeedWords => Prerequisites.Select(
        one => $"{one.Type} ({string.Join(", ", one.Key.Select(name => name.TrimStart('=')))})");

    /// <summary>Whom "authority-id" must be, in words; null where any account may be.</summary>
    public string? AuthorityWords => AuthorityIs is null ? null : $"the account of \"{AuthorityIs}\"";

    /// <summary>The type of that name, or null.</summary>
    public static AssertionType? Find(string name) => Known.GetValueOrDefault(name);

    /// <summary>The default of one header of the primary key, or null.</summary>
    public string? DefaultOf(string keyHeader) => keyHeader == PrimaryKey.LastOrDefault() ? LastKeyDefault : null;
}
