// Asks again what failed in passing, with growing pauses or those that the store asks for: by Polly.
using Polly;
using Polly.Retry;

namespace JetsonCore.Store;

internal sealed class StoreRetries
{
    private readonly ResiliencePipeline _pipeline;

    public StoreRetries(StorePatience patience) => _pipeline = new ResiliencePipelineBuilder()
        .AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = new PredicateBuilder().Handle<StoreTransferException>(failure => failure.IsTransient),
            MaxRetryAttempts = patience.Retries,
            BackoffType = DelayBackoffType.Exponential,
            Delay = patience.FirstDelay,
            DelayGenerator = failed =>
                ValueTask.FromResult((failed.Outcome.Exception as StoreTransferException)?.RetryAfter),
        })
        .Build();

    /// <summary>Does it, again if need be.</summary>
    /// <exception cref="StoreTransferException">It fails for good, or has failed too often.</exception>
    public Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellation) =>
        _pipeline.ExecuteAsync(async token => await work(token), cancellation).AsTask();
}
