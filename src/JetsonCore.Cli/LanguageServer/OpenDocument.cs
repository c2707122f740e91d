// A document that is open in the editor, and its edits. A text that is too long is not kept: then there is one finding
// that says so, until the editor sends another text.
using System.Text.Json;
using JetsonCore.Cli.Editing;
using JetsonCore.Diagnostics;

namespace JetsonCore.Cli.LanguageServer;

/// <summary>A document.</summary>
internal sealed class OpenDocument
{
    /// <summary>The longest text, in units of UTF-16; gadgets and environments have at most so many bytes.</summary>
    public const int LengthMax = 16 << 20;

    internal static readonly Rule Length = new("JC9270", Severity.Error, "texts in an editor have a limit");

    private readonly Func<string, EditedText?> _open;
    private readonly PositionEncoding _encoding;
    private string _text = "";
    private EditedText? _edited;
    private TextPositions? _positions;

    /// <summary>Opens a document.</summary>
    /// <param name="uri">Its name.</param>
    /// <param name="encoding">What positions count.</param>
    /// <param name="open">Makes what answers for a text.</param>
    public OpenDocument(string uri, PositionEncoding encoding, Func<string, EditedText?> open) =>
        (Uri, _encoding, _open) = (uri, encoding, open);

    /// <summary>Its name, as the editor spells it.</summary>
    public string Uri { get; }

    /// <summary>The editor's number of this state; null for none.</summary>
    public int? Version { get; set; }

    /// <summary>Whether what is wrong with this state has not been told.</summary>
    public bool IsDirty { get; set; } = true;

    /// <summary>Whether the text is too long to be kept.</summary>
    public bool IsTooLong { get; private set; }

    /// <summary>How long the text is.</summary>
    public int TextLength => _text.Length;

    /// <summary>What answers for the text; null where nothing is known of such files.</summary>
    public EditedText? Edited => _edited ??= IsTooLong ? null : _open(_text);

    /// <summary>Places in the text.</summary>
    public TextPositions Positions => _positions ??= new(_text, _encoding);

    /// <summary>Takes a text in place of the one before.</summary>
    public void Replace(string text)
    {
        IsTooLong = text.Length > LengthMax;
        _text = IsTooLong ? "" : text;
        (_edited, _positions, IsDirty) = (null, null, true);
    }

    /// <summary>Makes an edit: of a range, or of the whole text.</summary>
    /// <exception cref="RefusedMessageException">It is none.</exception>
    public void Apply(JsonElement change)
    {
        string text = change.GetText("text");
        if (change.Find("range") is null)
        {
            Replace(text);
            return;
        }
        int start = Positions.IndexOf(change.GetPosition("range", "start"));
        int end = Positions.IndexOf(change.GetPosition("range", "end"));
        if (end < start)
            throw new RefusedMessageException(ProtocolError.InvalidParameters, "the range ends before it begins");
        if (!IsTooLong)
            Replace(string.Concat(_text.AsSpan(0, start), text, _text.AsSpan(end)));
    }
}
