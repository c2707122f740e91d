// What the scanner makes of the characters and the composer puts together.
namespace JetsonCore.Yaml;

internal enum YamlTokenKind
{
    StreamStart,
    StreamEnd,
    VersionDirective,
    TagDirective,
    DocumentStart,
    DocumentEnd,
    BlockSequenceStart,
    BlockMappingStart,
    BlockEnd,
    FlowSequenceStart,
    FlowSequenceEnd,
    FlowMappingStart,
    FlowMappingEnd,
    BlockEntry,
    FlowEntry,
    Key,
    Value,
    Alias,
    Anchor,
    Tag,
    Scalar,
}

/// <summary>A token.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Start">Its first character.</param>
/// <param name="End">Behind its last one.</param>
internal sealed record YamlToken(YamlTokenKind Kind, YamlMark Start, YamlMark End)
{
    /// <summary>A scalar's text, an anchor's name, a tag's handle, a version "1.1".</summary>
    public string Value { get; init; } = "";

    /// <summary>What follows a tag's handle; the prefix that a directive gives to a handle.</summary>
    public string Suffix { get; init; } = "";

    /// <summary>Whether a scalar is written without quotes, | and &gt;.</summary>
    public bool IsPlain { get; init; }
}
