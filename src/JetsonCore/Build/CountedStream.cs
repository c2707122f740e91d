// Tells a stage of what is written, on its way.
using JetsonCore.Files;

namespace JetsonCore.Build;

/// <summary>Hands on what is written to it and counts it.</summary>
/// <param name="target">Where it goes.</param>
/// <param name="stage">What is told.</param>
internal sealed class CountedStream(Stream target, WorkStage stage) : RelayStream(target)
{
    /// <inheritdoc/>
    protected override void Notice(ReadOnlySpan<byte> buffer) => stage.Add(buffer.Length);
}
