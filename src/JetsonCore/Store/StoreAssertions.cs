// Fetches assertions with all that they need, up to the roots, several side by side.
//
//   GET v2/assertions/TYPE/KEY/KEY…?max-format=N        a part of the key that has its default is left out at the end
//                                        &sequence=N    of what follows each other; "latest" for the newest
//
// Peer: snapd store/store_asserts.go, asserts/fetcher.go.
using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using JetsonCore.Assertions;
using JetsonCore.Diagnostics;
using JetsonCore.Formats.Binary;

namespace JetsonCore.Store;

internal sealed class StoreAssertions(StoreConnection connection, StoreRetries retries, StoreSettings settings)
{
    /// <summary>In the place of a sequence: the newest.</summary>
    public const string Latest = "latest";

    private const int SideBySide = 4, CountMax = 2000;
    private const string MediaType = "application/x.ubuntu.assertion";

    private const int LengthMax =
        AssertionReader.HeadersLimit + AssertionReader.BodyLimit + AssertionReader.SignatureLimit;

    private readonly ConcurrentDictionary<string, Task<Assertion?>> _asked = new(StringComparer.Ordinal);

    /// <summary>Fetches assertions and what they need.</summary>
    /// <param name="wanted">What is wanted.</param>
    /// <param name="known">What need not be fetched: roots, what is at hand.</param>
    /// <param name="missing">Told of each that the store does not have.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <returns>The assertions, each behind one that needs it, in an order that is always the same.</returns>
    /// <exception cref="UserErrorException">The store does not answer, or with something else.</exception>
    public async Task<IReadOnlyList<Assertion>> FetchAsync(IEnumerable<AssertionReference> wanted,
        IReadOnlyList<Assertion> known, Action<AssertionReference> missing, CancellationToken cancellation)
    {
        var seen = known.Select(one => one.Reference).ToHashSet(StringComparer.Ordinal);
        List<Assertion> found = [];
        AssertionReference[] next = [.. wanted.Where(one => seen.Add(one.ToString()))];
        while (next.Length > 0)
        {
            if (seen.Count > CountMax)
            {
                throw new StoreTransferException(StoreRules.Answer, $"they need more than {CountMax} others")
                    .ForUser("fetch the assertions");
            }
            var answers = new Assertion?[next.Length];
            await Parallel.ForAsync(0, next.Length,
                new ParallelOptions { MaxDegreeOfParallelism = SideBySide, CancellationToken = cancellation },
                async (index, token) => answers[index] = await GetAsync(next[index], token));
            foreach ((AssertionReference reference, Assertion? answer) in next.Zip(answers))
            {
                if (answer is null)
                    missing(reference);
            }
            Assertion[] level = [.. answers.OfType<Assertion>()];
            found.AddRange(level);
            next = [.. level.SelectMany(NeedsOf).Where(one => seen.Add(one.ToString()))];
        }
        return found;
    }

    /// <summary>What an assertion needs: its key, and the prerequisites of its type.</summary>
    public static IEnumerable<AssertionReference> NeedsOf(Assertion assertion) =>
        PrerequisiteReader.Of(assertion).Prepend(new("account-key", [assertion.SignKeyId]));

    private Task<Assertion?> GetAsync(AssertionReference reference, CancellationToken cancellation) =>
        _asked.GetOrAdd(reference.ToString(), _ => GetOnceAsync(reference, cancellation));

    private async Task<Assertion?> GetOnceAsync(AssertionReference reference, CancellationToken cancellation)
    {
        try
        {
            return await retries.RunAsync(token => AskAsync(reference, token), cancellation);
        }
        catch (StoreTransferException failure)
        {
            throw failure.ForUser($"fetch {reference}");
        }
    }

    private async Task<Assertion?> AskAsync(AssertionReference reference, CancellationToken cancellation)
    {
        AssertionType type = AssertionType.Find(reference.Type)!;
        ImmutableArray<string> key = reference.Key is [.. var front, var last]
            && (type.FormsSequence || last == type.LastKeyDefault) ? [.. front] : reference.Key;
        string path = string.Join('/', key.Prepend(type.Name).Select(Uri.EscapeDataString));
        string format = type.LastFormat.ToString(CultureInfo.InvariantCulture);
        var address = new Uri(settings.Assertions, $"v2/assertions/{path}?max-format={format}"
            + (type.FormsSequence ? $"&sequence={Uri.EscapeDataString(reference.Key[^1])}" : ""));
        StoreReply reply = await connection.AskAsync(
            new(address) { Accept = MediaType }, LengthMax, cancellation);
        if (reply.Status == 404)
            return null;
        if (!reply.IsOk)
            throw new StoreTransferException(StoreRules.Refused, $"{address.Authority} answers with {reply.Status}");
        Assertion answer = Read(reply.Body);
        return answer.Reference == reference.ToString() || IsNewestOf(reference, answer)
            ? answer
            : throw new StoreTransferException(
                StoreRules.OtherAssertion, $"{address.Authority} answers with {answer.Reference}");
    }

    private static bool IsNewestOf(AssertionReference reference, Assertion answer) =>
        answer.Type.FormsSequence && answer.Type.Name == reference.Type && reference.Key[^1] == Latest
            && answer.PrimaryKey[..^1].SequenceEqual(reference.Key[..^1]);

    private static Assertion Read(byte[] body)
    {
        try
        {
            if (AssertionReader.ReadAll(body) is [var only])
                return only;
        }
        catch (MalformedDataException exception)
        {
            throw new StoreTransferException(
                StoreRules.Answer, $"the answer is no assertion: {exception.Message}", exception)
            {
                IsTransient = true,         // perhaps it was cut off
            };
        }
        throw new StoreTransferException(StoreRules.Answer, "the answer is not one assertion");
    }
}
