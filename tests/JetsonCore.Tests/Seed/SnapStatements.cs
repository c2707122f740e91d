// What the store of the tests says about snaps, and about those who answer for them.
using JetsonCore.Assertions;
using JetsonCore.Snaps;
using JetsonCore.Tests.Assertions;

namespace JetsonCore.Tests.Seed;

internal static class SnapStatements
{
    /// <summary>Snaps that snapd knows by name keep their ids.</summary>
    public static string IdOf(string kind) => kind switch
    {
        "snapd" or "snapd-grub" => "PMrrV4ml8uWuEUDBT8dSGnKUYbevVhc4",
        "core" => "99T7MUlRhtI3U0QFgl5mXXESAiSwt776",
        "core18" => "CSO04Jhav2yK0uz97cr0ipQRyqg0qQL6",
        "core20" => "DLqre5XGLbDqg9jPtiAhRRjDuPVa5X1q",
        "core22" => "amcUKQILKXHHTlmSa7NMdnXSx02dNeeT",
        _ => kind.Replace("-", "", StringComparison.Ordinal).PadRight(32, 'x'),
    };

    /// <summary>The statements about a snap; the name of its kind says what is wrong with them.</summary>
    public static IEnumerable<Assertion> Of(string kind, SnapFile snap, TestChain chain)
    {
        string publisher = kind.StartsWith("foreign", StringComparison.Ordinal) ? "third" : TestChain.Brand;
        string provenance = snap.Definition.Provenance;
        bool isDelegated = kind == "delegated";
        string size = kind == "resized" ? "4095" : $"{snap.Content.Length}";
        yield return TestChain.Sign($$"""
            {
              "type": "snap-declaration", "authority-id": "testroot", "series": "16", "snap-id": "{{IdOf(kind)}}",
              "snap-name": "{{(kind == "revoked" ? "" : snap.Name)}}", "publisher-id": "{{publisher}}", "timestamp": "2019-02-01T00:00:00Z"
              {{(isDelegated ? ", \"revision-authority\": [{ \"account-id\": \"my-brand\", \"provenance\": [\"delegated\"] }]" : "")}}
            }
            """, chain.RootKey);
        yield return TestChain.Sign($$"""
            {
              "type": "snap-revision", "authority-id": "{{(isDelegated ? "my-brand" : "testroot")}}", "snap-sha3-384": "{{snap.Digest}}",
              "provenance": "{{provenance}}", "snap-size": "{{size}}", "snap-id": "{{IdOf(kind)}}", "snap-revision": "7",
              "developer-id": "{{publisher}}", "timestamp": "2019-02-01T00:00:00Z"
            }
            """, isDelegated ? chain.BrandKey : chain.RootKey);
    }

    /// <summary>What the store knows besides.</summary>
    public static Assertion[] Store(TestChain chain) =>
    [
        chain.BrandAccountAssertion, chain.BrandKeyAssertion, chain.Account("third"),
        TestChain.Sign("""
            {
              "type": "store", "authority-id": "testroot", "store": "my-store", "operator-id": "third",
              "timestamp": "2019-02-01T00:00:00Z"
            }
            """, chain.RootKey),
    ];
}
