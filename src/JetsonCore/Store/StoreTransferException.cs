// A request that brought nothing, and whether it may be made again.
using JetsonCore.Diagnostics;

namespace JetsonCore.Store;

internal sealed class StoreTransferException(Rule rule, string message, Exception? innerException = null)
    : Exception(message, innerException)
{
    /// <summary>What it is told under if it stays so.</summary>
    public Rule Rule { get; } = rule;

    /// <summary>Whether it may go better the next time.</summary>
    public bool IsTransient { get; init; }

    /// <summary>How long the store asks to wait, or null.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>What to do, for the user.</summary>
    public string? Hint { get; init; }

    /// <summary>The same as the end of the command.</summary>
    public UserErrorException ForUser(string what) =>
        new(FailureKind.Environment, Rule, null, $"cannot {what}: {Message}", Hint);
}
