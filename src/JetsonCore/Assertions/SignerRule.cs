// Who may sign an assertion, and what must be there before it counts.
using System.Collections.Immutable;

namespace JetsonCore.Assertions;

/// <summary>Who may sign, beyond "a vouched key of the authority".</summary>
public enum SignerRule
{
    /// <summary>Any account.</summary>
    Anyone,

    /// <summary>The account of a root only.</summary>
    Trusted,

    /// <summary>A root's account; with another provenance, who the snap-declaration names for it.</summary>
    StoreOrDelegate,

    /// <summary>The snap's publisher, or a root's account.</summary>
    PublisherOrTrusted,

    /// <summary>The publisher that the snap-declaration of the gating snap names.</summary>
    PublisherOfDeclaration,

    /// <summary>The brand, or who the model's "serial-authority" names.</summary>
    BrandOrNamedByModel,

    /// <summary>The key that its body carries.</summary>
    KeyInBody,

    /// <summary>The device, whose key its serial assertion names.</summary>
    DeviceOfSerial,

    /// <summary>Nobody can check it without asking the device.</summary>
    NotCheckable,
}

/// <summary>What the body of a type must be.</summary>
public enum BodyRule
{
    /// <summary>Anything.</summary>
    Any,

    /// <summary>Something.</summary>
    NotEmpty,

    /// <summary>The public key that the primary key names.</summary>
    PublicKey,

    /// <summary>A JSON object with "storage".</summary>
    JsonWithStorage,
}

/// <summary>An assertion that another one needs.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Key">
/// The headers that give its primary key; "=16" is the text itself, "list/name" the field of every entry of a list.
/// </param>
internal sealed record Prerequisite(string Type, ImmutableArray<string> Key);

/// <summary>Two headers between which something is valid.</summary>
internal sealed record HeaderPeriod(string Since, string Until);
