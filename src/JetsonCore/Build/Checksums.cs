// The sums of a build's files, each taken once: of what is written from front to back on its way (SummedStream), of
// what is written here and there as soon as it is whole, while the next file is being made. SHA256SUMS has the form of
// sha256sum(1), so that "sha256sum -c SHA256SUMS" checks an output folder; its lines are in the order of the names.
using System.Collections.Immutable;
using JetsonCore.Files;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Build;

/// <summary>The SHA-256 sums of files by their names.</summary>
internal sealed class Checksums : IDisposable
{
    private readonly Dictionary<string, Task<ImmutableArray<byte>>> _sums = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stop;

    /// <param name="cancellation">Ends the reading early.</param>
    public Checksums(CancellationToken cancellation) =>
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);

    /// <summary>Begins to sum a file that is whole; it must stay open until this object is disposed.</summary>
    /// <returns>The sum, when it is known.</returns>
    public Task<ImmutableArray<byte>> Begin(string name, OutputFile file)
    {
        FileContent content = file.Content;
        CancellationToken cancellation = _stop.Token;
        return _sums[name] = Task.Run<ImmutableArray<byte>>(
            () => [.. ContentDigest.Sha256(content, cancellation)], CancellationToken.None);
    }

    /// <summary>Takes a sum that is known.</summary>
    public void Set(string name, byte[] sum) => _sums[name] = Task.FromResult<ImmutableArray<byte>>([.. sum]);

    /// <summary>The sum of a file; waits until it is known.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public ImmutableArray<byte> Of(string name) => _sums[name].GetAwaiter().GetResult();

    /// <summary>Ends what is still being read.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        foreach (Task task in _sums.Values)
            ((IAsyncResult)task).AsyncWaitHandle.WaitOne();
        _stop.Dispose();
    }

    /// <summary>The text of SHA256SUMS for names relative to its folder.</summary>
    public static string Text(IEnumerable<BuiltFile> files) => string.Concat(
        files.OrderBy(file => file.Name, StringComparer.Ordinal)
            .Select(file => $"{Convert.ToHexStringLower(file.Sha256.AsSpan())}  {file.Name}\n"));
}
