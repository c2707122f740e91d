// The same for each of many: on all processors where starting threads pays. Results keep the order.
using System.Runtime.ExceptionServices;

namespace JetsonCore.Cli;

internal static class InParallel
{
    /// <summary>From so many items on, starting threads pays.</summary>
    private const int Many = 16;

    public static TResult[] Select<TItem, TResult>(IReadOnlyList<TItem> items, Func<TItem, TResult> select)
    {
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
