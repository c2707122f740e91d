// How long the store is waited for, and how often it is asked again.
// Peer: snapd store/store.go (defaultRetryStrategy), store_download.go (downloadSpeedMin).
namespace JetsonCore.Store;

internal sealed record StorePatience
{
    /// <summary>Until a connection stands.</summary>
    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Until an answer begins; a small one must have ended by then.</summary>
    public TimeSpan Answer { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>In so long a download must bring <see cref="WindowBytes"/>, or it counts as stuck.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>What a download must bring at least in a window.</summary>
    public int WindowBytes { get; init; } = 64 << 10;

    /// <summary>How often a failed request is made again.</summary>
    public int Retries { get; init; } = 5;

    /// <summary>Before the first repetition; it doubles with each.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>The longest pause that the store may ask for; it is not asked again where it wants more.</summary>
    public TimeSpan RetryAfterMax { get; init; } = TimeSpan.FromSeconds(90);
}
