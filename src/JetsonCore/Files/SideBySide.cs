// Two works at a time. What one of them has failed in ends the other, and nobody cleans up before both have ended.
using System.Runtime.ExceptionServices;

namespace JetsonCore.Files;

/// <summary>Does two different things at a time.</summary>
internal static class SideBySide
{
    /// <summary>Does both; each gets what ends it early, for where the other fails.</summary>
    /// <param name="here">Done on the caller's thread.</param>
    /// <param name="aside">Done on a thread of its own.</param>
    /// <param name="cancellation">Ends both.</param>
    /// <remarks>
    /// What either throws is thrown here once both have ended; of two failures the one that came first, for the other
    /// may follow from it.
    /// </remarks>
    public static void Run(
        Action<CancellationToken> here, Action<CancellationToken> aside, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        ExceptionDispatchInfo? first = null;
        void Try(Action<CancellationToken> work)
        {
            try
            {
                work(stop.Token);
            }
            catch (Exception exception)
            {
                Interlocked.CompareExchange(ref first, ExceptionDispatchInfo.Capture(exception), null);
                stop.Cancel();
            }
        }

        Task other = Task.Factory.StartNew(
            () => Try(aside), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        Try(here);
        ((IAsyncResult)other).AsyncWaitHandle.WaitOne();
        first?.Throw();
    }
}
