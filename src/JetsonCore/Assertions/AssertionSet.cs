// Assertions that are believed, found by what they are about: a root's to begin with, then those that hold.
using System.Collections.Immutable;

namespace JetsonCore.Assertions;

internal sealed class AssertionSet
{
    private readonly Dictionary<string, Assertion> _byReference = new(StringComparer.Ordinal);
    private readonly HashSet<string> _trustedAccounts;

    public AssertionSet(TrustedRoots roots)
    {
        foreach (Assertion root in roots.Assertions)
            Add(root);
        _trustedAccounts = roots.Assertions.Where(root => root.Type.Name == "account")
            .Select(root => root.PrimaryKey[0]).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>All of a type, in the order in which they came.</summary>
    public IEnumerable<Assertion> Of(string type) => _byReference.Values.Where(one => one.Type.Name == type);

    /// <summary>The assertion of a type with a primary key, or null.</summary>
    public Assertion? Find(string type, ImmutableArray<string> key) =>
        _byReference.GetValueOrDefault(AssertionReference.Text(type, key));

    /// <summary>The assertion about the same, or null.</summary>
    public Assertion? FindSame(Assertion assertion) => _byReference.GetValueOrDefault(assertion.Reference);

    /// <summary>Takes one in.</summary>
    public void Add(Assertion assertion) => _byReference[assertion.Reference] = assertion;

    /// <summary>Whether an account is a root's, so that it may vouch for others.</summary>
    public bool IsTrusted(string? account) => account is not null && _trustedAccounts.Contains(account);
}
