// Statements of every type that an account can sign, and what each needs: the material for the question who may sign
// what. AUTHORITY stands for the account that signs.
namespace JetsonCore.Tests.Assertions;

/// <summary>One kind of statement.</summary>
/// <param name="Name">What it is, for messages.</param>
/// <param name="Json">The statement.</param>
/// <param name="Needs">The names of the other statements that it needs besides accounts and keys.</param>
internal sealed record SignerCase(string Name, string Json, params string[] Needs);

internal static class SignerCases
{
    private const string Digest = "QlqR0uAWEAWF5Nwnzj5kqmmwFslYPu1IL16MKtLKhwhv0kpBv5wKZ_axf_nf_2cL";
    private const string OtherDigest = "UVjtYtWXiXeXORA5OeDGuNocKol0RlH0xWvj9-JXns3OnSx9XY2YkVy3eZSt03k9";
    private const string Stamp = "\"timestamp\": \"2019-03-01T00:00:00Z\"";

    public const string DeclarationId = "snapidsnapidsnapidsnapidsnapid01", GatedId = "snapidsnapidsnapidsnapidsnapid02";

    public static readonly SignerCase[] All =
    [
        new("account", $$"""{ "type": "account", "account-id": "new", "display-name": "New", "validation": "unproven", {{Stamp}} }"""),
        new("store", $$"""{ "type": "store", "store": "my-store", "operator-id": "other", {{Stamp}} }"""),
        new("system-user", """
            {
              "type": "system-user", "brand-id": "my-brand", "email": "me@example.com", "username": "me",
              "models": ["m"], "since": "2019-01-01T00:00:00Z", "until": "2039-01-01T00:00:00Z"
            }
            """),
        new("repair", $$"""{ "type": "repair", "brand-id": "AUTHORITY", "repair-id": "1", "summary": "s", "body": "x", {{Stamp}} }"""),
        new("preseed", $$"""
            {
              "type": "preseed", "series": "16", "brand-id": "AUTHORITY", "model": "m", "system-label": "20190301",
              "snaps": [{ "name": "core20" }], "artifact-sha3-384": "{{Digest}}", {{Stamp}}
            }
            """),
        new("base-declaration", $$"""{ "type": "base-declaration", "series": "16", {{Stamp}} }"""),
        new("snap-build", $$"""
            { "type": "snap-build", "snap-sha3-384": "{{Digest}}", "snap-id": "{{DeclarationId}}", "grade": "stable", "snap-size": "1", {{Stamp}} }
            """),
        new("snap-declaration", $$"""
            { "type": "snap-declaration", "series": "16", "snap-id": "third", "snap-name": "third", "publisher-id": "other", {{Stamp}} }
            """),
        new("snap-developer", $$"""
            {
              "type": "snap-developer", "snap-id": "{{DeclarationId}}", "publisher-id": "my-brand",
              "developers": [{ "developer-id": "other", "since": "2019-01-01T00:00:00Z" }]
            }
            """, "declaration"),
        new("snap-revision", Revision(Digest, "global-upload", 1), "declaration"),
        new("snap-revision of another provenance", Revision(OtherDigest, "delegated", 1), "declaration"),
        new("snap-revision of a provenance beyond the delegated revisions", Revision(OtherDigest, "delegated", 9), "declaration"),
        new("snap-revision of an unknown provenance", Revision(OtherDigest, "unknown", 1), "declaration"),
        new("validation", $$"""
            {
              "type": "validation", "series": "16", "snap-id": "{{DeclarationId}}", "approved-snap-id": "{{GatedId}}",
              "approved-snap-revision": "3", {{Stamp}}
            }
            """, "declaration", "gated declaration"),
        new("validation-set", $$"""
            {
              "type": "validation-set", "series": "16", "account-id": "AUTHORITY", "name": "set", "sequence": "1",
              "snaps": [{ "name": "core20", "id": "{{DeclarationId}}" }], {{Stamp}}
            }
            """),
        new("model", $$"""
            {
              "type": "model", "series": "16", "brand-id": "AUTHORITY", "model": "m", "architecture": "arm64",
              "gadget": "gad", "kernel": "ker", {{Stamp}}
            }
            """),
    ];

    /// <summary>Statements that others need; the root signs them, but for the model.</summary>
    public static readonly SignerCase[] Needed =
    [
        new("declaration", $$"""
            {
              "type": "snap-declaration", "series": "16", "snap-id": "{{DeclarationId}}", "snap-name": "snap",
              "publisher-id": "my-brand", {{Stamp}}, "revision-authority": [
                { "account-id": "other", "provenance": ["delegated", "more"], "min-revision": "1", "max-revision": "5" }
              ]
            }
            """),
        new("gated declaration", $$"""
            {
              "type": "snap-declaration", "series": "16", "snap-id": "{{GatedId}}", "snap-name": "gated",
              "publisher-id": "other", {{Stamp}}
            }
            """),
    ];

    private static string Revision(string digest, string provenance, int revision) => $$"""
        {
          "type": "snap-revision", "snap-sha3-384": "{{digest}}", "provenance": "{{provenance}}", "snap-size": "1",
          "snap-id": "{{DeclarationId}}", "snap-revision": "{{revision}}", "developer-id": "other", {{Stamp}}
        }
        """;
}
