// Side by side or not: results keep the order, and of several failures the first item's counts.
using JetsonCore.Files;
using Xunit;

namespace JetsonCore.Tests.Files;

public class InParallelTests
{
    [Theory]
    [InlineData(3)]
    [InlineData(1000)]
    public void Results_keep_the_order(int count) => Assert.Equal(
        Enumerable.Range(0, count).Select(item => item * 2), InParallel.Select([.. Enumerable.Range(0, count)], item => item * 2));

    [Fact]
    public void The_first_of_several_failures_is_thrown()
    {
        for (int round = 0; round < 200; round++)
        {
            var failure = Assert.Throws<InvalidOperationException>(() => InParallel.Select([.. Enumerable.Range(0, 100)],
                item => item is 40 or 60 or 99 ? throw new InvalidOperationException($"{item}") : item));
            Assert.Equal("40", failure.Message);
        }
    }
}
