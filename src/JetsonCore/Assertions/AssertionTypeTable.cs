// The table of assertion types: the one place that knows which headers a type has and in which form, which name one
// assertion, who may sign it, and what must be there before it counts. Reading, signing, verifying, inspecting and
// explaining all go by it. The source of every row is in README.md beside this file.
using System.Collections.Immutable;
using static JetsonCore.Assertions.HeaderForms;

namespace JetsonCore.Assertions;

internal static partial class AssertionTypeTable
{
    private const string Series16 = "=16", GlobalUpload = AssertionType.DefaultProvenance;

    private static readonly Prerequisite SnapDeclaration = new("snap-declaration", [Series16, "snap-id"]);

    /// <summary>Every row, in ordinal order of the names.</summary>
    public static ImmutableArray<AssertionType> All { get; } =
    [
        .. ((AssertionType[])[.. Accounts, .. Devices, .. Snaps, .. Sets, .. Newer])
            .OrderBy(type => type.Name, StringComparer.Ordinal),
    ];

    private static AssertionType[] Accounts =>
    [
        new()
        {
            Name = "account", PrimaryKey = ["account-id"], Signer = SignerRule.Trusted,
            Headers = [Must("display-name", Text), Must("validation", Text), Must("timestamp", Time),
                May("username", AnyText)],
        },
        new()
        {
            Name = "account-key", PrimaryKey = ["public-key-sha3-384"], Signer = SignerRule.Trusted,
            NewestFormat = 1, Body = BodyRule.PublicKey,
            Headers = [Must("account-id", Text), May("name", KeyName), Must("since", Time), May("until", Time)],
            Period = new("since", "until"), Prerequisites = [new("account", ["account-id"])],
        },
        new()
        {
            Name = "account-key-request", PrimaryKey = ["public-key-sha3-384"], HasAuthority = false,
            Signer = SignerRule.KeyInBody, Body = BodyRule.PublicKey,
            Headers = [Must("account-id", Text), Must("name", KeyName), Must("since", Time), May("until", Time)],
            Period = new("since", "until"), Prerequisites = [new("account", ["account-id"])],
        },
        new()
        {
            Name = "store", PrimaryKey = ["store"], Signer = SignerRule.Trusted,
            Headers = [Must("operator-id", Text), May("url", StoreUrl), May("friendly-stores", AnyTexts),
                May("location", AnyText), Must("timestamp", Time)],
            Prerequisites = [new("account", ["operator-id"])],
        },
    ];

    private static AssertionType[] Devices =>
    [
        new() { Name = "model", PrimaryKey = ["series", "brand-id", "model"], Headers = [Must("timestamp", Time)] },
        new()
        {
            Name = "serial", PrimaryKey = ["brand-id", "model", "serial"], Signer = SignerRule.BrandOrNamedByModel,
            Headers = [Must("brand-id", AccountId), Must("model", ModelName), Must("device-key", PublicKey),
                Must("device-key-sha3-384", Text), Must("timestamp", Time)],
            Checks = [HeaderChecks.DeviceKeyId],
        },
        new()
        {
            Name = "serial-request", PrimaryKey = [], HasAuthority = false, Signer = SignerRule.NotCheckable,
            Headers = [Must("brand-id", Text), Must("model", ModelName), Must("request-id", Text),
                May("serial", AnyText), Must("device-key", PublicKey)],
            Checks = [HeaderChecks.RequestSigner],
        },
        new()
        {
            Name = "device-session-request", PrimaryKey = ["brand-id", "model", "serial"], HasAuthority = false,
            Signer = SignerRule.NotCheckable,
            Headers = [Must("model", ModelName), Must("nonce", Text), Must("timestamp", Time)],
        },
        new()
        {
            Name = "system-user", PrimaryKey = ["brand-id", "email"], LastFormat = 1, NewestFormat = 2,
            Headers = [Must("email", EmailAddress), May("series", AnyTexts), May("models", AnyTexts),
                May("serials", AnyTexts), May("name", AnyText), Must("username", UserName), May("password", Password),
                May("force-password-change", YesOrNo), May("ssh-keys", AnyTexts), Must("since", Time),
                Must("until", Time)],
            Period = new("since", "until"), Checks = [HeaderChecks.SystemUser],
        },
        new()
        {
            Name = "preseed", PrimaryKey = ["series", "brand-id", "model", "system-label"], Since = "2.57",
            AuthorityIs = "brand-id",
            Headers = [Must("model", ModelName), Must("system-label", LowerWords),
                Must("snaps", new HeaderForm.Maps(
                    [Must("name", SnapName), May("id", SnapId), May("revision", Number1)], ["name", "id"])),
                Must("artifact-sha3-384", Digest), Must("timestamp", Time)],
            Checks = [HeaderChecks.PreseedSnaps],
        },
        new()
        {
            Name = "repair", PrimaryKey = ["brand-id", "repair-id"], AuthorityIs = "brand-id",
            Headers = [Must("repair-id", Number1), Must("summary", OneLine), May("series", AnyTexts),
                May("models", AnyTexts), May("architectures", AnyTexts), May("modes", RepairModes),
                May("bases", SnapNameList), May("disabled", YesOrNo), Must("timestamp", Time)],
            Checks = [HeaderChecks.RepairBases],
        },
    ];

    private static AssertionType[] Snaps =>
    [
        new()
        {
            Name = "base-declaration", PrimaryKey = ["series"], Signer = SignerRule.Trusted,
            Headers = [May("plugs", PlugRules), May("slots", SlotRules), Must("timestamp", Time)],
        },
        new()
        {
            Name = "snap-build", PrimaryKey = ["snap-sha3-384"],
            Headers = [Must("snap-sha3-384", Digest), Must("snap-id", Text), Must("grade", Text),
                Must("snap-size", Size), Must("timestamp", Time)],
        },
        new()
        {
            Name = "snap-declaration", PrimaryKey = ["series", "snap-id"], LastFormat = 5, NewestFormat = 7,
            Signer = SignerRule.Trusted,
            Headers = [Must("snap-name", AnyText), Must("publisher-id", Text), Must("timestamp", Time),
                May("refresh-control", AnyTexts), May("plugs", PlugRules), May("slots", SlotRules),
                May("auto-aliases", Aliases), May("aliases", AliasMaps),
                May("revision-authority", RevisionAuthorities)],
            Prerequisites = [new("account", ["publisher-id"])],
        },
        new()
        {
            Name = "snap-developer", PrimaryKey = ["snap-id", "publisher-id"], Signer = SignerRule.PublisherOrTrusted,
            Headers = [May("developers", Developers)],
            Prerequisites = [SnapDeclaration, new("account", ["publisher-id"]),
                new("account", ["developers/developer-id"])],
        },
        new()
        {
            Name = "snap-revision", PrimaryKey = ["snap-sha3-384", "provenance"], LastKeyDefault = GlobalUpload,
            Signer = SignerRule.StoreOrDelegate, DelegatedRevision = "snap-revision",
            Headers = [Must("snap-sha3-384", Digest), Must("provenance", Provenance), Must("snap-id", Text),
                Must("snap-size", Size), Must("snap-revision", Number1), Must("developer-id", Text),
                Must("timestamp", Time)],
            Prerequisites = [SnapDeclaration, new("account", ["developer-id"])],
        },
    ];

    private static AssertionType[] Sets =>
    [
        new()
        {
            Name = "validation", Signer = SignerRule.PublisherOfDeclaration,
            PrimaryKey = ["series", "snap-id", "approved-snap-id", "approved-snap-revision"],
            Headers = [Must("approved-snap-revision", Number1), May("revoked", YesOrNo), Must("timestamp", Time)],
            Prerequisites = [new("snap-declaration", ["series", "snap-id"]),
                new("snap-declaration", ["series", "approved-snap-id"])],
        },
        new()
        {
            Name = "validation-set", PrimaryKey = ["series", "account-id", "name", "sequence"],
            AuthorityIs = "account-id",
            Headers = [Must("name", LowerWords), Must("sequence", Number1),
                Must("snaps", new HeaderForm.Maps(
                    [Must("name", SnapName), Must("id", SnapId), May("presence", Presence), May("revision", Number1)],
                    ["name", "id"])),
                Must("timestamp", Time)],
            Checks = [HeaderChecks.ValidationSetSnaps],
        },
    ];
}
