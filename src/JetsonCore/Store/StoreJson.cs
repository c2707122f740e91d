// The JSON of the store's API v2, as much of it as is used.
// Spec: https://api.snapcraft.io/docs/refresh.html; peer: snapd store/store_action.go, details_v2.go.
using System.Text.Json.Serialization;

namespace JetsonCore.Store;

internal sealed record ActionRequestJson
{
    /// <summary>The snaps that are there already.</summary>
    public required string[] Context { get; init; }

    public required ActionJson[] Actions { get; init; }

    public required string[] Fields { get; init; }
}

internal sealed record ActionJson
{
    public required string Action { get; init; }

    public required string InstanceKey { get; init; }

    public required string Name { get; init; }

    public string? Channel { get; init; }

    public long? Revision { get; init; }

    public string? CohortKey { get; init; }

    /// <summary>Null, and yet sent: so the store knows that epochs are understood.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required int[]? Epoch { get; init; }

    public required bool IgnoreValidation { get; init; }
}

internal sealed record ActionReplyJson
{
    public ActionResultJson?[]? Results { get; init; }

    public StoreErrorJson?[]? ErrorList { get; init; }
}

internal sealed record ActionResultJson
{
    public string? Result { get; init; }

    public string? InstanceKey { get; init; }

    public string? RedirectChannel { get; init; }

    public SnapJson? Snap { get; init; }

    public StoreErrorJson? Error { get; init; }
}

internal sealed record SnapJson
{
    public string? Name { get; init; }

    public string? SnapId { get; init; }

    public long Revision { get; init; }

    public bool? Private { get; init; }

    public string? Contact { get; init; }

    public SnapDownloadJson? Download { get; init; }
}

/// <summary>What a store says of a snap, in a folder of snaps.</summary>
internal sealed record StoreFactsJson(bool Private, string Contact);

internal sealed record SnapDownloadJson
{
    [JsonPropertyName("sha3-384")]
    public string? Digest { get; init; }

    public long Size { get; init; }

    public string? Url { get; init; }
}

internal sealed record StoreErrorJson
{
    public string? Code { get; init; }

    public string? Message { get; init; }

    public StoreErrorExtraJson? Extra { get; init; }
}

internal sealed record StoreErrorExtraJson
{
    public StoreReleaseJson?[]? Releases { get; init; }
}

internal sealed record StoreReleaseJson
{
    public string? Architecture { get; init; }

    public string? Channel { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.KebabCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ActionRequestJson))]
[JsonSerializable(typeof(ActionReplyJson))]
[JsonSerializable(typeof(StoreFactsJson))]
internal sealed partial class StoreJson : JsonSerializerContext;
