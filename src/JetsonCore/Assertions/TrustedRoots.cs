// The assertions that are believed without a signature by someone else: an account and its keys. The root of
// production is built in, as it is in every snapd; other roots come only from the user.
//
// canonical.assert: account "canonical" and its account-key "root", as Debian's snapd 2.57.6
// carries them (asserts/sysdb/trusted.go). They are public data, both signed with that key.
using JetsonCore.Formats.Binary;

namespace JetsonCore.Assertions;

/// <summary>What is trusted to begin with.</summary>
/// <param name="Assertions">Accounts and account-keys.</param>
/// <param name="Name">What to call them in messages.</param>
public sealed record TrustedRoots(IReadOnlyList<Assertion> Assertions, string Name)
{
    private const string ResourceName = "JetsonCore.Assertions.canonical.assert";

    /// <summary>The root of production.</summary>
    public static TrustedRoots Production { get; } =
        new(AssertionReader.ReadAll(ReadResource()), "Canonical's production root");

    /// <summary>These roots and others besides.</summary>
    /// <exception cref="MalformedDataException">One of the others is neither an account nor an account-key.</exception>
    public TrustedRoots With(IReadOnlyList<Assertion> others, string name)
    {
        if (others.FirstOrDefault(other => other.Type.Name is not ("account" or "account-key")) is { } odd)
        {
            throw new MalformedDataException(
                0, $"{odd.Reference} cannot be trusted: a root is an account or an account-key");
        }
        return new([.. Assertions, .. others], $"{Name} and \"{name}\"");
    }

    private static byte[] ReadResource()
    {
        using Stream stream = typeof(TrustedRoots).Assembly.GetManifestResourceStream(ResourceName)
            ?? throw new System.Diagnostics.UnreachableException();
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
