// The same for each of many: on all processors where starting threads pays. Results keep the order.
using System.Runtime.ExceptionServices;

namespace JetsonCore.Files;

/// <summary>Does the same with each of many.</summary>
public static class InParallel
{
    /// <summary>From so many items on, starting threads pays.</summary>
    private const int Many = 16;

    /// <summary>What <paramref name="select"/> makes of each item, in their order; it is called side by side.</summary>
    /// <remarks>What it throws is thrown here; of several, the one of the first item.</remarks>
    /// <param name="items">The items.</param>
    /// <param name="select">What is done with each.</param>
    /// <param name="many">From so many items on threads are started: fewer where each takes long.</param>
    public static TResult[] Select<TItem, TResult>(TItem[] items, Func<TItem, TResult> select, int many = Many)
    {
        ArgumentNullException.ThrowIfNull(items);
        var results = new TResult[items.Length];
        if (results.Length >= many)
        {
            SelectOnAll(items, select, results);
            return results;
        }
        for (int index = 0; index < results.Length; index++)
            results[index] = select(items[index]);
        return results;
    }

    private static void SelectOnAll<TItem, TResult>(
        TItem[] items, Func<TItem, TResult> select, TResult[] results)
    {
        var gate = new Lock();
        (int Index, Exception? Exception) failure = (results.Length, null);
        Parallel.For(0, results.Length, (index, loop) =>
        {
            try
            {
                results[index] = select(items[index]);
            }
            catch (Exception exception)
            {
                lock (gate)
                    failure = index < failure.Index ? (index, exception) : failure;
                loop.Break();           // the items before this one are still done
            }
        });
        if (failure.Exception is not null)
            ExceptionDispatchInfo.Throw(failure.Exception);
    }
}
