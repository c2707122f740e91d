// What a build shall say of its results besides.
namespace JetsonCore.Build;

/// <summary>What is wished for.</summary>
public sealed record BillRequest
{
    /// <summary>The version of the program.</summary>
    public string ToolVersion { get; init; } = "";

    /// <summary>Whether bills of materials are written.</summary>
    public bool HasSbom { get; init; }

    /// <summary>Whether the provenance is written.</summary>
    public bool HasProvenance { get; init; }
}
