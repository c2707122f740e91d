// A structure while its keys are read, in any order and perhaps twice. In place: a copy of the record for each key
// would be a quarter of all that reading allocates.
using System.Collections.Immutable;
using JetsonCore.Diagnostics;
using JetsonCore.Gadget.Model;

namespace JetsonCore.Gadget.Reading;

/// <summary>The values so far; a text that cannot be read has no value.</summary>
internal sealed class StructureFields
{
    private static readonly Located<string> Unset = new("", default);

    private ImmutableArray<string> _unreadable = [];

    public Located<string> Name { get; set; } = Unset;

    public Located<string> Label { get; set; } = Unset;

    public Located<long?> Offset { get; set; }

    public Located<GadgetOffsetWrite?> OffsetWrite { get; set; }

    public Located<long?> Size { get; set; }

    public Located<long?> MinSize { get; set; }

    public Located<string> Type { get; set; } = Unset;

    public Located<string> Role { get; set; } = Unset;

    public Located<string> Id { get; set; } = Unset;

    public Located<string> Filesystem { get; set; } = Unset;

    public ImmutableArray<GadgetContent> Content { get; set; } = [];

    public GadgetUpdate Update { get; set; } = new();

    /// <summary>Keeps in mind that a key is there, though its value cannot be read.</summary>
    public void NoteUnreadable(string key, bool isUnreadable)
    {
        if (isUnreadable && !_unreadable.Contains(key))
            _unreadable = _unreadable.Add(key);
    }

    /// <summary>The structure, once no key can override another any more.</summary>
    public GadgetStructure ToStructure(int index, SourceSpan span) => new()
    {
        Index = index,
        Span = span,
        Name = Known(Name),
        Label = Known(Label),
        Offset = Offset,
        OffsetWrite = OffsetWrite,
        Size = Size,
        MinSize = MinSize,
        Type = Known(Type),
        Role = Known(Role),
        Id = Known(Id),
        Filesystem = Known(Filesystem),
        Content = Content,
        Update = Update,
        Unreadable = _unreadable,
    };

    private static Located<string> Known(Located<string> text) => text with { Value = text.Value ?? "" };
}
