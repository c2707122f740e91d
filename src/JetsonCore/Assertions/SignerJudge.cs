// Whether the authority of an assertion may sign one of its type, beyond having a vouched key.
namespace JetsonCore.Assertions;

internal static class SignerJudge
{
    /// <summary>Why not, or null.</summary>
    public static string? Doubt(Assertion assertion, AssertionSet believed)
    {
        string authority = assertion.AuthorityId ?? "";
        bool isTrusted = believed.IsTrusted(authority);
        AssertionHeaders headers = assertion.Headers;
        switch (assertion.Type.Signer)
        {
            case SignerRule.Trusted:
                return isTrusted ? null : $"\"{authority}\" is no trusted account";
            case SignerRule.StoreOrDelegate when headers.Text("provenance") == AssertionType.DefaultProvenance:
                return isTrusted ? null : $"\"{authority}\" is no store: it is no trusted account";
            case SignerRule.StoreOrDelegate:
                return DoubtDelegate(assertion, authority, believed);
            case SignerRule.PublisherOrTrusted:
                return isTrusted || headers.Text("publisher-id") == authority
                    ? null : $"\"{authority}\" is neither the publisher nor a trusted account";
            case SignerRule.PublisherOfDeclaration:
                string? publisher = believed.Find("snap-declaration",
                    [headers.Text("series") ?? "", headers.Text("snap-id") ?? ""])?.Headers.Text("publisher-id");
                return publisher == authority ? null : $"\"{authority}\" is not the snap's publisher \"{publisher}\"";
            case SignerRule.BrandOrNamedByModel when authority != headers.Text("brand-id"):
                Assertion? model = believed.Find(
                    "model", ["16", headers.Text("brand-id") ?? "", headers.Text("model") ?? ""]);
                return model?.Headers["serial-authority"] is HeaderValue.Items { Values: var named }
                    && named.Any(one => one is HeaderValue.Text { Value: var account } && account == authority)
                    ? null : $"\"{authority}\" is neither the brand nor in the model's \"serial-authority\"";
            default:
                return null;
        }
    }

    private static string? DoubtDelegate(Assertion assertion, string authority, AssertionSet believed)
    {
        AssertionHeaders headers = assertion.Headers;
        string provenance = headers.Text("provenance") ?? "";
        long revision = headers.Number(assertion.Type.DelegatedRevision ?? "");
        Assertion? declaration = believed.Find("snap-declaration", ["16", headers.Text("snap-id") ?? ""]);
        return declaration is not null && RevisionAuthority.Read(declaration.Headers)
            .Any(one => one.Allows(authority, provenance, revision))
            ? null
            : $"the snap-declaration's \"revision-authority\" does not name \"{authority}\" for provenance "
                + $"\"{provenance}\" and revision {revision}";
    }
}
