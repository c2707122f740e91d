// One compressed member (a gzip member, an .xz stream, a zstd or lz4 frame) while it is being read.
namespace JetsonCore.Formats.Compression;

internal abstract class MemberDecoder : IDisposable
{
    /// <summary>Decodes the next bytes into <paramref name="output"/>, which is not empty; 0 after the last.</summary>
    /// <exception cref="Binary.MalformedDataException">The member breaks its format's rules, or ends early.</exception>
    public abstract int Read(Span<byte> output);

    public virtual void Dispose()
    {
    }
}
