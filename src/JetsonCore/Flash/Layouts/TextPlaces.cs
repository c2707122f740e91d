// From lines and columns, as an XML reader counts them, to offsets in the text.
namespace JetsonCore.Flash.Layouts;

internal sealed class TextPlaces
{
    private readonly List<int> _lineStarts = [];

    public TextPlaces(string text)
    {
        _lineStarts.Add(text.StartsWith('\uFEFF') ? 1 : 0);
        for (int at = 0; at < text.Length; at++)
        {
            if (text[at] == '\n' || (text[at] == '\r' && (at + 1 == text.Length || text[at + 1] != '\n')))
                _lineStarts.Add(at + 1);
        }
    }

    /// <summary>The offset of a line and a column, both from 1.</summary>
    public int Offset(int line, int column) => _lineStarts[line - 1] + column - 1;
}
