// A piece of a YAML or JSON text that is being written: a key with what stands behind it, an item of a list, or a word
// that is neither yet. Places are indexes into the text, in units of UTF-16, the end exclusive.
//
//   - name: boot       Item 0  [the dash]  value [name: boot]
//       |                Key "name"  [name]  value [boot]
//   - ro               Item 1  [the dash]  value [ro]
namespace JetsonCore.Cli.Editing;

/// <summary>What a node is.</summary>
internal enum OutlineKind
{
    /// <summary>The whole text.</summary>
    Root,

    /// <summary>A key with its colon.</summary>
    Key,

    /// <summary>An item of a list.</summary>
    Item,

    /// <summary>A word where a key is expected, without a colon.</summary>
    Word,
}

/// <summary>A node.</summary>
internal sealed class OutlineNode(OutlineKind kind, OutlineNode? parent, int start, int end)
{
    /// <summary>What it is.</summary>
    public OutlineKind Kind { get; } = kind;

    /// <summary>What it stands in; null for the root.</summary>
    public OutlineNode? Parent { get; } = parent;

    /// <summary>A key as it is read, without quotes; empty for items.</summary>
    public string Name { get; init; } = "";

    /// <summary>Where key, word or dash begin.</summary>
    public int Start { get; } = start;

    /// <summary>Behind key, word or dash.</summary>
    public int End { get; } = end;

    /// <summary>Its column in a block, from 0; that of what is within braces is the line's.</summary>
    public int Column { get; init; } = -1;

    /// <summary>The place of an item in its list, from 0.</summary>
    public int Index { get; init; }

    /// <summary>Where its value begins, or would; -1 where there can be none.</summary>
    public int ValueStart { get; set; } = -1;

    /// <summary>Behind a value that stands on one line.</summary>
    public int ValueEnd { get; set; } = -1;

    /// <summary>The opening brace or bracket of its value; -1 for none.</summary>
    public int FlowStart { get; set; } = -1;

    /// <summary>Behind the closing one, or the text's end where there is none yet.</summary>
    public int FlowEnd { get; set; } = -1;

    /// <summary>Behind all that belongs to it.</summary>
    public int ExtentEnd { get; set; } = end;

    /// <summary>What stands in it.</summary>
    public List<OutlineNode> Children { get; } = [];
}

/// <summary>Where in a text somebody writes.</summary>
/// <param name="Node">For a key: the map that it stands in. For a value: what it is the value of.</param>
/// <param name="IsKey">Whether a key is written.</param>
/// <param name="Start">Where the word that is being written begins.</param>
/// <param name="End">Behind it.</param>
internal sealed record OutlinePlace(OutlineNode Node, bool IsKey, int Start, int End)
{
    /// <summary>The key that is there already, with its value; null for what is no key yet.</summary>
    public OutlineNode? Key { get; init; }
}
