// Two works at a time: both are done; where one fails the other is cancelled, and has ended when the failure arrives.
using JetsonCore.Files;
using Xunit;

namespace JetsonCore.Tests.Files;

public sealed class SideBySideTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    [Fact]
    public void Both_run_at_a_time()
    {
        using var meet = new Barrier(2);
        SideBySide.Run(
            stop => Assert.True(meet.SignalAndWait(Long, stop)), stop => Assert.True(meet.SignalAndWait(Long, stop)), default);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_failure_of_one_cancels_the_other_and_waits_for_it(bool isHere)
    {
        bool hasEnded = false;
        void Fail(CancellationToken stop) => throw new IOException("the disk is full");
        void Wait(CancellationToken stop)
        {
            Assert.True(stop.WaitHandle.WaitOne(Long));
            Thread.Sleep(50);
            hasEnded = true;
            stop.ThrowIfCancellationRequested();
        }

        IOException failure = Assert.Throws<IOException>(
            () => SideBySide.Run(isHere ? Fail : Wait, isHere ? Wait : Fail, default));
        Assert.Equal("the disk is full", failure.Message);
        Assert.True(hasEnded);
    }

    [Fact]
    public void Cancelling_ends_both()
    {
        using var source = new CancellationTokenSource();
        int ended = 0;
        void Wait(CancellationToken stop)
        {
            Assert.True(stop.WaitHandle.WaitOne(Long));
            Interlocked.Increment(ref ended);
            stop.ThrowIfCancellationRequested();
        }

        source.CancelAfter(20);
        Assert.ThrowsAny<OperationCanceledException>(() => SideBySide.Run(Wait, Wait, source.Token));
        Assert.Equal(2, ended);
    }
}
