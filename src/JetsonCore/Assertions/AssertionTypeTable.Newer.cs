// The rows of types that snapd 2.57.6 does not know: read in the sources of later releases.
using static JetsonCore.Assertions.HeaderForms;

namespace JetsonCore.Assertions;

internal static partial class AssertionTypeTable
{
    private static AssertionType[] Newer =>
    [
        new()
        {
            Name = "snap-resource-revision", Since = "2.61", LastKeyDefault = GlobalUpload,
            PrimaryKey = ["snap-id", "resource-name", "resource-sha3-384", "provenance"],
            Signer = SignerRule.StoreOrDelegate, DelegatedRevision = "resource-revision",
            Headers = [Must("resource-name", SnapName), Must("resource-sha3-384", Digest),
                Must("provenance", Provenance), Must("resource-size", Size), Must("resource-revision", Number1),
                Must("developer-id", Text), Must("timestamp", Time)],
            Prerequisites = [SnapDeclaration, new("account", ["developer-id"])],
        },
        new()
        {
            Name = "snap-resource-pair", Since = "2.61", LastKeyDefault = GlobalUpload,
            PrimaryKey = ["snap-id", "resource-name", "resource-revision", "snap-revision", "provenance"],
            Signer = SignerRule.StoreOrDelegate, DelegatedRevision = "snap-revision",
            Headers = [Must("resource-name", SnapName), Must("provenance", Provenance),
                Must("resource-revision", Number1), Must("snap-revision", Number1), Must("developer-id", Text),
                Must("timestamp", Time)],
            Prerequisites = [SnapDeclaration, new("account", ["developer-id"])],
        },
        new()
        {
            Name = "confdb-schema", PrimaryKey = ["account-id", "name"], Since = "2.67", AuthorityIs = "account-id",
            Body = BodyRule.JsonWithStorage,
            Headers = [Must("name", HeaderWords), Must("views", Views), May("summary", AnyText),
                Must("timestamp", Time)],
        },
        new()
        {
            Name = "confdb-control", PrimaryKey = ["brand-id", "model", "serial"], Since = "2.67",
            HasAuthority = false, Signer = SignerRule.DeviceOfSerial,
            Headers = [Must("brand-id", AccountId), Must("model", ModelName), May("groups", new HeaderForm.Maps(
                [Must("operators", AccountIds), Must("authentications", Authentications), Must("views", ViewNames)]))],
            Prerequisites = [new("serial", ["brand-id", "model", "serial"])],
        },
        new()
        {
            Name = "hardware-identity", Since = "2.68", AuthorityIs = "issuer-id",
            PrimaryKey = ["issuer-id", "manufacturer", "hardware-name", "hardware-id", "hardware-id-key-sha3-384"],
            Headers = [Must("issuer-id", AccountId), Must("manufacturer", Text), Must("hardware-name", AnyCaseName),
                Must("hardware-id", Text), Must("hardware-id-key", Text), Must("hardware-id-key-sha3-384", Digest)],
            Checks = [HeaderChecks.HardwareKeyId],
        },
        new()
        {
            Name = "cluster", PrimaryKey = ["cluster-id", "sequence"], Since = "2.74",
            Headers = [Must("cluster-id", Text), Must("sequence", Number1),
                May("devices", new HeaderForm.Maps(
                    [Must("id", AnyNumber), Must("brand-id", AccountId), Must("model", ModelName),
                        Must("serial", Text), May("addresses", AnyTexts)],
                    ["id"])),
                May("subclusters", new HeaderForm.Maps(
                    [Must("name", Text), May("devices", Numbers), May("snaps", new HeaderForm.Maps(
                        [Must("state", new HeaderForm.Choice(["clustered", "evacuated", "removed"])),
                            Must("instance", InstanceName), Must("channel", Channel)]))]))],
            Checks = [HeaderChecks.ClusterDevices],
        },
        new()
        {
            Name = "request-message", PrimaryKey = ["account-id", "message-id"], Since = "2.74",
            Body = BodyRule.NotEmpty, Period = new("valid-since", "valid-until"),
            Headers = [Must("account-id", AccountId), Must("message-id", MessageId), Must("message-kind", MessageKind),
                Must("devices", DeviceIds), May("assumes", Assumptions), Must("valid-since", Time),
                Must("valid-until", Time), Must("timestamp", Time)],
        },
        new()
        {
            Name = "response-message", PrimaryKey = ["account-id", "message-id", "device"], Since = "2.74",
            HasAuthority = false, Signer = SignerRule.NotCheckable,
            Headers = [Must("account-id", AccountId), Must("message-id", MessageId), Must("device", DeviceId),
                Must("status", new HeaderForm.Choice(["success", "error", "unauthorized", "rejected"])),
                Must("timestamp", Time)],
        },
    ];
}
