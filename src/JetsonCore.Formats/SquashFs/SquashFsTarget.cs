// The stream a file system goes into, which need not begin at the stream's beginning.
namespace JetsonCore.Formats.SquashFs;

internal sealed class SquashFsTarget(Stream stream)
{
    private readonly long _origin = stream.Position;

    public Stream Stream { get; } = stream;

    /// <summary>Told how many bytes of content were taken; null for nobody.</summary>
    public Action<long>? Taken { get; init; }

    /// <summary>Bytes from the beginning of the file system; setting it seeks.</summary>
    public long Position
    {
        get => Stream.Position - _origin;
        set => Stream.Position = _origin + value;
    }
}
