// The same for each of many: on all processors where starting threads pays. Results keep the order.
using System.Runtime.ExceptionServices;

namespace JetsonCore.Files;

/// <summary>Does the same with each of many.</summary>
public static class InParallel
{
    /// <summary>From so many items on, starting threads pays.</summary>
    private const int Many = 16;

    /// <summary>What <paramref name="select"/> makes of each item, in their order; it is called side by side.</summary>
    /// <remarks>What it throws is thrown here; of several, any one.</remarks>
    public static TResult[] Select<TItem, TResult>(IReadOnlyList<TItem> items, Func<TItem, TResult> select)
    {
        ArgumentNullException.ThrowIfNull(items);
        if (items.Count < Many)
            return [.. items.Select(select)];
        return SelectOnAll(items, select);
    }

    // Apart, so that a short run does not load what it has no use for.
    private static TResult[] SelectOnAll<TItem, TResult>(IReadOnlyList<TItem> items, Func<TItem, TResult> select)
    {
        var results = new TResult[items.Count];
        try
        {
            Parallel.For(0, items.Count, index => results[index] = select(items[index]));
        }
        catch (AggregateException several)
        {
            ExceptionDispatchInfo.Throw(several.InnerExceptions[0]);
        }
        return results;
    }
}
