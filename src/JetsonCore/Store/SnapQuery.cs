// Asks the store which revisions answer to names and channels: one request for all of them. What is wrong with each is
// a finding of its own.
//
//   POST v2/snaps/refresh
//     {"context": [], "actions": [{"action": "download", "name": …, "channel": … | "revision": …}]}
//
// Peer: snapd store/store_action.go (SnapAction), store/errors.go.
using System.Buffers.Text;
using System.Text.Json;
using JetsonCore.Assertions;
using JetsonCore.Diagnostics;

namespace JetsonCore.Store;

internal sealed class SnapQuery(StoreConnection connection, StoreRetries retries, StoreSettings settings)
{
    private const int AnswerMax = 8 << 20;
    private const long SnapMax = 64L << 30;

    private static readonly string[] Fields =
        ["contact", "download", "epoch", "name", "private", "revision", "snap-id"];

    /// <summary>Finds snaps.</summary>
    /// <param name="wishes">What is wanted, each name once.</param>
    /// <param name="diagnostics">Takes what the store does not have.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <returns>What was found, in the order of the wishes.</returns>
    /// <exception cref="UserErrorException">The store does not answer.</exception>
    public async Task<IReadOnlyList<StoreSnap>> FindAsync(
        IReadOnlyList<SnapWish> wishes, DiagnosticBag diagnostics, CancellationToken cancellation)
    {
        if (wishes.Count == 0)
            return [];
        ActionReplyJson reply;
        try
        {
            reply = await retries.RunAsync(token => AskAsync(wishes, token), cancellation);
        }
        catch (StoreTransferException failure)
        {
            throw failure.ForUser($"ask the store for {string.Join(", ", wishes)}");
        }
        List<StoreSnap> found = [];
        foreach ((int index, SnapWish wish) in wishes.Index())
        {
            ActionResultJson? result =
                reply.Results!.FirstOrDefault(one => one?.InstanceKey == KeyOf(index) && one.Result is not null);
            if (Read(wish, result, diagnostics) is { } snap)
                found.Add(snap);
        }
        return found;
    }

    private static string KeyOf(int index) => $"download-{index + 1}";

    private async Task<ActionReplyJson> AskAsync(IReadOnlyList<SnapWish> wishes, CancellationToken cancellation)
    {
        var request = new ActionRequestJson
        {
            Context = [],
            Actions = [.. wishes.Select((wish, index) => new ActionJson
            {
                Action = "download",
                InstanceKey = KeyOf(index),
                Name = wish.Name,
                Channel = wish.Revision is null ? wish.Channel : null,
                Revision = wish.Revision,
                CohortKey = wish.Revision is null ? settings.Cohort : null,
                Epoch = null,
                IgnoreValidation = true,
            })],
            Fields = Fields,
        };
        var address = new Uri(settings.Api, "v2/snaps/refresh");
        StoreReply reply = await connection.AskAsync(new(address)
        {
            Accept = "application/json",
            Json = JsonSerializer.SerializeToUtf8Bytes(request, StoreJson.Default.ActionRequestJson),
        }, AnswerMax, cancellation);
        ActionReplyJson? read = Parse(reply, address);
        if (reply.IsOk && read?.Results is not null)
            return read;
        StoreErrorJson? error = read?.ErrorList?.FirstOrDefault();
        throw new StoreTransferException(reply.IsOk ? StoreRules.Answer : StoreRules.Refused,
            $"{address.Authority} answers with {reply.Status}{(error is null ? "" : $": {Printable(error.Message)}")}")
        {
            Hint = reply.Status is 401 or 403
                ? "give credentials with --store-auth FILE, as \"snapcraft export-login\" writes them" : null,
        };
    }

    private static ActionReplyJson? Parse(StoreReply reply, Uri address)
    {
        try
        {
            return JsonSerializer.Deserialize(reply.Body, StoreJson.Default.ActionReplyJson);
        }
        catch (JsonException exception)
        {
            if (!reply.IsOk)
                return null;
            throw new StoreTransferException(StoreRules.Answer,
                $"{address.Authority} answers with JSON that cannot be read: {exception.Message}", exception)
            {
                IsTransient = true,         // perhaps it was cut off
            };
        }
    }

    private StoreSnap? Read(SnapWish wish, ActionResultJson? result, DiagnosticBag diagnostics)
    {
        if (result?.Error is { } error)
        {
            diagnostics.Add(StoreRules.UnknownSnap, SourceSpan.None,
                $"cannot fetch {wish}: {Reason(wish, error)}", HintFor(wish, error));
            return null;
        }
        if (result?.Snap is { SnapId: { } id, Download: { Digest: { } digest, Url: { } url } download } snap
            && snap.Name == wish.Name && snap.Revision > 0 && AssertionNames.IsDigest(Spelled(digest))
            && AssertionNames.IsSnapId(id) && download.Size is > 0 and <= SnapMax
            && Uri.TryCreate(settings.Api, url, out Uri? address) && address.Scheme is "https" or "http")
        {
            if (wish.Revision is not { } revision || revision == snap.Revision)
            {
                return new(wish.Name, snap.Revision)
                {
                    SnapId = id,
                    Channel = result.RedirectChannel is { Length: > 0 } other ? Printable(other) : wish.Channel,
                    Digest = Spelled(digest),
                    SizeBytes = download.Size,
                    Address = address,
                    Facts = new(snap.Private ?? false, snap.Contact ?? ""),
                };
            }
        }
        diagnostics.Add(StoreRules.Answer, SourceSpan.None, $"cannot fetch {wish}: {(result is null
            ? "the store's answer does not speak of it"
            : "the store's answer lacks name, id, revision, size, digest or address, or has those of another")}");
        return null;
    }

    private string Reason(SnapWish wish, StoreErrorJson error) => error.Code switch
    {
        "name-not-found" => "the store has no snap of this name",
        "revision-not-found" when wish.Revision is null && error.Extra?.Releases is [_, ..] releases =>
            $"it is not there for {settings.Architecture}; the store has it in {string.Join(", ", releases
                .Where(release => release is not null).Take(20)
                .Select(release => $"{Printable(release!.Channel)} for {Printable(release.Architecture)}"))}",
        "revision-not-found" => $"the store has no such revision for {settings.Architecture}",
        _ => $"the store says: {Printable(error.Message)} ({Printable(error.Code)})",
    };

    private static string? HintFor(SnapWish wish, StoreErrorJson error) => error.Code switch
    {
        "name-not-found" =>
            "look for its name with \"snap find\"; those of a brand store need --store-id and --store-auth",
        "revision-not-found" when wish.Revision is null =>
            $"name another channel: {wish.Name}=CHANNEL, or another architecture",
        _ => null,
    };

    /// <summary>Hexadecimal digits as assertions spell digests; empty where they are none.</summary>
    private static string Spelled(string digest)
    {
        try
        {
            return Base64Url.EncodeToString(Convert.FromHexString(digest));
        }
        catch (FormatException)
        {
            return "";
        }
    }

    /// <summary>What a store says, without what would change the terminal.</summary>
    private static string Printable(string? text) => string.Concat(
        (text ?? "").Take(300).Select(letter => char.IsControl(letter) ? ' ' : letter));
}
