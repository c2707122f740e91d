// One compressed member while it is being written.
namespace JetsonCore.Formats.Compression;

internal abstract class MemberEncoder : IDisposable
{
    /// <summary>Takes the next plain bytes.</summary>
    public abstract void Write(ReadOnlySpan<byte> plain);

    /// <summary>Writes what is still to be written; nothing comes after it.</summary>
    public abstract void Finish();

    public virtual void Dispose()
    {
    }
}
