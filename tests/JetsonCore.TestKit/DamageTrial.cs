// What every reader owes to damaged input: an end within seconds, in bounded memory, no exception but the one named.
// Memory is counted as all bytes that a round allocates, which is never less than what it holds at a time.
using JetsonCore.Formats.Binary;

namespace JetsonCore.TestKit;

public static class DamageTrial
{
    private const long AllocatedBytesMax = 256L << 20;

    private static readonly TimeSpan RoundLimit = TimeSpan.FromSeconds(30);

    /// <summary>Reads something damaged, round by round, and returns how many rounds ended with a refusal.</summary>
    /// <param name="rounds">How many.</param>
    /// <param name="read">Damages and reads; gets the round's number, from which all chance in it follows.</param>
    public static int Run(int rounds, Action<int> read)
    {
        int round = 0, refused = 0;
        Task trial = Task.Run(() =>
        {
            for (; round < rounds; round++)
                refused += ReadOnce(round, read) ? 0 : 1;
        });
        for (int seen = -1; !((IAsyncResult)trial).AsyncWaitHandle.WaitOne(RoundLimit); seen = round)
        {
            if (seen == round)
                throw new Xunit.Sdk.XunitException($"round {round} has not ended within {RoundLimit}");
        }
        trial.GetAwaiter().GetResult();
        return refused;
    }

    private static bool ReadOnce(int round, Action<int> read)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        bool isRead = true;
        try
        {
            read(round);
        }
        catch (MalformedDataException)
        {
            isRead = false;
        }
        catch (Exception exception)
        {
            throw new Xunit.Sdk.XunitException($"round {round}: {exception}");
        }
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        return allocated <= AllocatedBytesMax
            ? isRead
            : throw new Xunit.Sdk.XunitException($"round {round} allocated {allocated} bytes");
    }
}
