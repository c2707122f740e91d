// Sums what is written from front to back, so that nothing is read again to be summed.
using System.Security.Cryptography;

namespace JetsonCore.Build;

/// <summary>Hands on what is written to it and takes its SHA-256.</summary>
/// <param name="target">Where it goes.</param>
internal sealed class SummedStream(Stream target) : RelayStream(target)
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>The sum of all that was written.</summary>
    public byte[] Sum() => _hash.GetCurrentHash();

    /// <inheritdoc/>
    protected override void Notice(ReadOnlySpan<byte> buffer) => _hash.AppendData(buffer);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _hash.Dispose();
        base.Dispose(disposing);
    }
}
