// The lock file of a build: every snap to the byte, and the assertions of the seed as they were. A store serves the
// newest revision of an assertion only, so that their texts are kept here: without them the same seed could not be made
// a month later.
//
//   { "schema": "jetson-core/lock", "version": 1, "model": "BRAND/MODEL",
//     "snaps": [ { "name", "revision", "channel", "snapId", "sha3-384", "sizeBytes",         x1: a file of the user's
//                  "private", "contact" } ],                              what the store says besides
//     "assertions": [ { "id": "account \"my-brand\"", "revision": 0, "text": "type: account\n…" } ] }
using System.Collections.Immutable;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using JetsonCore.Assertions;
using JetsonCore.Diagnostics;
using JetsonCore.Formats.Binary;
using JetsonCore.Seed;

namespace JetsonCore.Store;

/// <summary>A snap of a lock.</summary>
internal sealed record LockedSnap
{
    public required string Name { get; init; }

    public required string Revision { get; init; }

    public string? Channel { get; init; }

    public string? SnapId { get; init; }

    [JsonPropertyName("sha3-384")]
    public required string Digest { get; init; }

    public required long SizeBytes { get; init; }

    public bool? Private { get; init; }

    public string? Contact { get; init; }

    /// <summary>What a store said of it besides, or null.</summary>
    [JsonIgnore]
    public StoreFacts? Facts => Private is { } isPrivate && Contact is { } contact ? new(isPrivate, contact) : null;

    /// <summary>Whether a store has it: else it is a file of the user's.</summary>
    [JsonIgnore]
    public bool IsOfStore => SnapId is not null;

    /// <summary>The number that a store gave it, or null.</summary>
    [JsonIgnore]
    public long? Number => AssertionNames.TryParseNumber(Revision, out long number) && number > 0 ? number : null;

    /// <summary>Whether names and numbers have their forms: paths and requests are made of them.</summary>
    [JsonIgnore]
    public bool IsSound => SnapNames.IsSnapName(Name) && AssertionNames.IsDigest(Digest) && SizeBytes > 0
        && IsOfStore == Number is not null && (Channel is null || SnapChannel.Doubt(Channel) is null);
}

/// <summary>An assertion of a lock.</summary>
internal sealed record LockedAssertion(string Id, long Revision, string Text);

/// <summary>A lock as JSON has it.</summary>
internal sealed record SnapLock
{
    private const string SchemaName = "jetson-core/lock";
    private const int VersionNumber = 1;

    public required string Schema { get; init; }

    public required int Version { get; init; }

    public required string Model { get; init; }

    public required ImmutableArray<LockedSnap> Snaps { get; init; }

    public required ImmutableArray<LockedAssertion> Assertions { get; init; }

    /// <summary>The lock of a seed.</summary>
    public static SnapLock Of(SeedInputs inputs, SeedPlan seed) => new()
    {
        Schema = SchemaName,
        Version = VersionNumber,
        Model = NameOf(inputs.Model),
        Snaps =
        [
            .. seed.Snaps.OrderBy(snap => snap.Name, StringComparer.Ordinal).Select(snap => new LockedSnap
            {
                Name = snap.Name,
                Revision = snap.Revision,
                Channel = snap.Channel,
                SnapId = snap.SnapId,
                Digest = snap.File.Digest,
                SizeBytes = snap.File.Content.Length,
                Private = snap.Facts?.IsPrivate,
                Contact = snap.Facts?.Contact,
            }),
        ],
        Assertions =
        [
            .. Needed(inputs, seed).OrderBy(one => one.Reference, StringComparer.Ordinal).Select(one =>
                new LockedAssertion(one.Reference, one.Revision, Encoding.UTF8.GetString(one.ToBytes()))),
        ],
    };

    /// <summary>Of what was given, what the model and the snaps need, and what is about neither.</summary>
    private static List<Assertion> Needed(SeedInputs inputs, SeedPlan seed)
    {
        Dictionary<string, Assertion> given = inputs.Assertions.Where(one => one.Type.Name != "model")
            .GroupBy(one => one.Reference, StringComparer.Ordinal)
            .ToDictionary(same => same.Key, same => same.MaxBy(one => one.Revision)!, StringComparer.Ordinal);
        HashSet<string> digests = [.. seed.Snaps.Select(snap => snap.File.Digest)];
        var open = new Queue<string>(given.Values.Where(one => one.Type.Name switch
        {
            "account" or "account-key" or "snap-declaration" => false,
            "snap-revision" => digests.Contains(one.PrimaryKey[0]),
            _ => true,
        }).Select(one => one.Reference).Concat(StoreAssertions.NeedsOf(inputs.ModelAssertion)
            .Select(need => need.ToString())));
        List<Assertion> needed = [];
        while (open.TryDequeue(out string? reference))
        {
            if (!given.Remove(reference, out Assertion? one))
                continue;
            needed.Add(one);
            foreach (AssertionReference need in StoreAssertions.NeedsOf(one))
                open.Enqueue(need.ToString());
        }
        return needed;
    }

    private bool HasSoundAssertions => Assertions.All(one => one is { Text: not null, Id: not null })
        && ReadAssertions().Select(one => one.Reference).SequenceEqual(Assertions.Select(one => one.Id));

    /// <summary>How a lock names a model.</summary>
    public static string NameOf(ModelDefinition model) => $"{model.BrandId}/{model.Name}";

    /// <summary>Reads a lock.</summary>
    /// <returns>The lock, or null where findings forbid it.</returns>
    public static SnapLock? Read(ReadOnlySpan<byte> json, DiagnosticBag diagnostics)
    {
        string why;
        try
        {
            SnapLock? read = JsonSerializer.Deserialize(json, LockJson.Default.SnapLock);
            if (read is { Schema: SchemaName, Version: VersionNumber }
                && !read.Snaps.IsDefault && !read.Assertions.IsDefault
                && read.Snaps.All(snap => snap is not null && snap.IsSound) && read.HasSoundAssertions)
            {
                return read;
            }
            why = $"it is not of the schema {SchemaName} version {VersionNumber}, or has been edited";
        }
        catch (Exception exception) when (exception is JsonException or MalformedDataException)
        {
            why = exception.Message;
        }
        diagnostics.Add(StoreRules.LockForm, SourceSpan.None, $"cannot use the lock: {why}",
            "remove it to let the build write a new one");
        return null;
    }

    /// <summary>The snap of a name, or null.</summary>
    public LockedSnap? Find(string name) => Snaps.FirstOrDefault(snap => snap.Name == name);

    /// <summary>The assertions, read again.</summary>
    /// <exception cref="MalformedDataException">A text is none.</exception>
    public IReadOnlyList<Assertion> ReadAssertions() =>
        [.. Assertions.SelectMany(one => AssertionReader.ReadAll(Encoding.UTF8.GetBytes(one.Text)))];

    /// <summary>The bytes of the file.</summary>
    public byte[] ToBytes() => [.. JsonSerializer.SerializeToUtf8Bytes(this, LockJson.Readable.SnapLock), (byte)'\n'];
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, NewLine = "\n",
    RespectNullableAnnotations = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SnapLock))]
internal sealed partial class LockJson : JsonSerializerContext
{
    /// <summary>Quotation marks and letters as they are.</summary>
    public static LockJson Readable => new(new JsonSerializerOptions(Default.Options)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
