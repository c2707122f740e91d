// Work that may be done in any order by all processors, with results that are taken in the order it was handed in:
// what a file of compressed blocks needs to have the same bytes whatever the number of processors.
namespace JetsonCore.Formats.Compression;

/// <summary>Runs work on pooled threads and delivers its results, in order, on the caller's.</summary>
/// <param name="work">Done for each item; must not depend on other items.</param>
/// <param name="deliver">Called for each result from within <see cref="Add"/> and <see cref="Finish"/>.</param>
/// <param name="inFlightMax">The most items that are held at a time: the bound on memory.</param>
internal sealed class OrderedWork<TItem, TResult>(
    Func<TItem, TResult> work, Action<TResult> deliver, int inFlightMax) : IDisposable
{
    private readonly Queue<Task<TResult>> _tasks = new();

    /// <summary>Twice as many items as processors: enough to keep them busy while one item is delivered.</summary>
    public static int UsualInFlight => 2 * Environment.ProcessorCount;

    /// <summary>Hands in an item; waits for the oldest result when too many are in flight.</summary>
    public void Add(TItem item)
    {
        while (_tasks.Count >= inFlightMax || (_tasks.TryPeek(out Task<TResult>? oldest) && oldest.IsCompleted))
            DeliverOldest();
        _tasks.Enqueue(Task.Run(() => work(item)));
    }

    /// <summary>Waits for everything that was handed in.</summary>
    public void Finish()
    {
        while (_tasks.Count > 0)
            DeliverOldest();
    }

    /// <summary>Waits until no item is being worked on, without delivering.</summary>
    public void Dispose()
    {
        foreach (Task<TResult> task in _tasks)
            ((IAsyncResult)task).AsyncWaitHandle.WaitOne();
        _tasks.Clear();
    }

    private void DeliverOldest() => deliver(_tasks.Dequeue().GetAwaiter().GetResult());
}
