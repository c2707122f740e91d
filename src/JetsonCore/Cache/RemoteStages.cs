// A cache that a fleet shares, as this folder sees it; how it is spoken to is JetsonCore.Store's matter.
using JetsonCore.Formats.Trees;

namespace JetsonCore.Cache;

/// <summary>Another place for what stages make, laid out as the local one: ac/KEY, cas/SHA256.</summary>
internal abstract class RemoteStages : IDisposable
{
    /// <summary>What is there of a result; null where it is not there.</summary>
    /// <exception cref="IOException">It cannot be asked.</exception>
    public abstract byte[]? ReadResult(string key);

    /// <summary>Writes bytes of a digest to a file, not verified; false where they are not there.</summary>
    /// <exception cref="IOException">It cannot be asked, or answers with more bytes.</exception>
    public abstract bool Download(StageFile file, Stream target);

    /// <summary>Puts something there.</summary>
    /// <exception cref="IOException">It does not take it.</exception>
    public abstract void Upload(string kind, string name, FileContent content);

    /// <inheritdoc/>
    public abstract void Dispose();
}
