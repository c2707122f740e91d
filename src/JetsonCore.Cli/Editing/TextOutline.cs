// The outline of a text that is being written, and questions about a place in it: which key or value is written there,
// and in which map.
namespace JetsonCore.Cli.Editing;

/// <summary>An outline.</summary>
internal sealed class TextOutline
{
    private readonly string _text;
    private readonly List<OutlineNode> _nodes;

    public TextOutline(string text)
    {
        _text = text;
        (Root, _nodes) = OutlineReader.Read(text);
    }

    /// <summary>The whole text.</summary>
    public OutlineNode Root { get; }

    /// <summary>What is written at a place; null where nothing can be: in a comment, say.</summary>
    /// <param name="offset">The place, from 0 to the text's length.</param>
    public OutlinePlace? At(int offset)
    {
        OutlineNode last = LastBefore(offset);
        bool isWord = last.Kind is OutlineKind.Key or OutlineKind.Word;
        if (isWord && offset <= last.End)
        {
            return new(last.Parent ?? Root, IsKey: true, last.Start, last.End)
            {
                Key = last.Kind == OutlineKind.Key ? last : null,
            };
        }
        if (last.FlowStart < 0 && last.ValueStart >= 0 && offset >= last.ValueStart && offset <= last.ValueEnd)
            return new(last, IsKey: false, last.ValueStart, last.ValueEnd);
        for (OutlineNode? around = last; around is not null; around = around.Parent)
        {
            int end = around.FlowEnd + (IsOpen(around) ? 1 : 0);
            if (around.FlowStart >= 0 && offset > around.FlowStart && offset < end)
                return new(Within(around, offset), IsKey: _text[around.FlowStart] == '{', offset, offset);
        }
        return AtBlank(last, offset);
    }

    /// <summary>A map, or an item of a list that is not there yet.</summary>
    private OutlineNode Within(OutlineNode container, int offset) => _text[container.FlowStart] == '{' ? container
        : new(OutlineKind.Item, container, offset, offset) { Index = container.Children.Count };

    private bool IsOpen(OutlineNode node) =>
        node.FlowEnd == _text.Length && _text[^1] is not ('}' or ']');

    /// <summary>The last node that begins before a place or at it.</summary>
    private OutlineNode LastBefore(int offset)
    {
        int low = 0, high = _nodes.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_nodes[middle].Start <= offset)
                low = middle + 1;
            else
                high = middle;
        }
        return low == 0 ? Root : _nodes[low - 1];
    }

    /// <summary>On a line without anything else yet: its indentation says where.</summary>
    private OutlinePlace? AtBlank(OutlineNode last, int offset)
    {
        int lineStart = offset == 0 ? 0 : _text.LastIndexOfAny(['\r', '\n'], offset - 1) + 1;
        int column = offset - lineStart;
        if (!_text.AsSpan(lineStart, column).IsWhiteSpace())
            return null;
        OutlineNode parent = last;
        while (parent.Parent is { } outer && (parent.Kind == OutlineKind.Word || parent.Column >= column))
            parent = outer;
        return new(parent, IsKey: true, offset, offset);
    }
}
