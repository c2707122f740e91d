// The rules that YAML breaks in one kind of file: gadget.yaml, kernel.yaml, snap.yaml … each have codes of their own,
// and hints name the file. The reader itself knows of none of them.
using JetsonCore.Diagnostics;

namespace JetsonCore.Yaml;

/// <summary>What a kind of file is called, and under which rules its faults are told.</summary>
internal sealed record YamlRules(string FileName)
{
    /// <summary>It is not YAML.</summary>
    public required Rule Syntax { get; init; }

    /// <summary>It is nested too deeply to be read.</summary>
    public required Rule Limit { get; init; }

    /// <summary>A list where a text belongs, and the like.</summary>
    public required Rule Kind { get; init; }

    /// <summary>A tag that contradicts its value.</summary>
    public required Rule Tag { get; init; }

    /// <summary>Anchors that contain themselves or explode.</summary>
    public required Rule Alias { get; init; }

    /// <summary>A key that nobody reads; null passes over it without a word.</summary>
    public Rule? UnknownKey { get; init; }

    /// <summary>A key given twice, of which the last one acts; null passes over it without a word.</summary>
    public Rule? DuplicateKey { get; init; }

    /// <summary>What to do about a tag.</summary>
    public string TagHint => $"leave the tag out: {FileName} needs none";

    /// <summary>What to do about too many levels.</summary>
    public string DepthHint => $"a {FileName} has some ten levels";
}
