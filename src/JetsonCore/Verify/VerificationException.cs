// Our own bug, found before it reached a board: what was read back is not what was planned.
namespace JetsonCore.Verify;

/// <summary>A written image is not what was planned.</summary>
/// <param name="message">What differs, with both values.</param>
internal sealed class VerificationException(string message)
    : Exception($"the image is not what was planned: {message}");
