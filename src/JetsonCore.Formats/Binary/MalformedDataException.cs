// The one exception that every reader of this project throws for bytes it cannot accept.
// Derived from Exception, not from InvalidDataException, which is sealed.
namespace JetsonCore.Formats.Binary;

/// <summary>Foreign bytes break the rules of their format, or exceed a limit that the caller set.</summary>
/// <param name="offset">Where, in bytes from the start of what was read.</param>
/// <param name="message">What is wrong, in lower case, without a full stop.</param>
/// <param name="innerException">What a library below said, where there is one.</param>
public sealed class MalformedDataException(long offset, string message, Exception? innerException = null)
    : Exception(message, innerException)
{
    /// <summary>Where, in bytes from the start of what was read.</summary>
    public long Offset { get; } = offset;
}
