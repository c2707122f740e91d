// Where the parts of one assertion lie in the text it was read from.
namespace JetsonCore.Assertions;

internal sealed record AssertionParts
{
    /// <summary>Where it starts, for messages.</summary>
    public int Offset { get; init; }

    public required ReadOnlyMemory<byte> Body { get; init; }

    public required ReadOnlyMemory<byte> Content { get; init; }

    public required ReadOnlyMemory<byte> Signature { get; init; }
}
