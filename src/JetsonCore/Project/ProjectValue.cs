// What a project says of a field, with its place: which file, where in it, and whether a profile says so.
using System.Collections.Immutable;
using JetsonCore.Assertions;
using JetsonCore.Diagnostics;

namespace JetsonCore.Project;

/// <summary>Who says something.</summary>
/// <param name="Path">The file for messages; null for the command line.</param>
/// <param name="Folder">What its paths are relative to; empty for the current folder.</param>
/// <param name="Profile">The profile that says so, or null.</param>
internal sealed record ProjectLayer(string? Path, string Folder, string? Profile)
{
    /// <summary>A path of this layer as the program opens it.</summary>
    public string Resolve(string path) => Folder.Length == 0 ? path : System.IO.Path.Combine(Folder, path);
}

/// <summary>A piece of a value: a text, an item of a list, an entry of a map.</summary>
/// <param name="Key">The key of an entry; empty for others.</param>
/// <param name="Text">The text.</param>
/// <param name="Span">Where it is written.</param>
internal sealed record ProjectItem(string Key, string Text, SourceSpan Span);

/// <summary>A field's value.</summary>
/// <param name="Field">The field.</param>
/// <param name="Layer">Who says so.</param>
/// <param name="Span">Where.</param>
internal sealed record ProjectValue(ProjectField Field, ProjectLayer Layer, SourceSpan Span)
{
    /// <summary>Its pieces; none where a field has its default again.</summary>
    public ImmutableArray<ProjectItem> Items { get; init; } = [];

    /// <summary>For headers: what they are.</summary>
    public AssertionHeaders? Headers { get; init; }

    /// <summary>Who says each header, as layers give headers one by one.</summary>
    public ImmutableDictionary<string, ProjectLayer> HeaderLayers { get; init; } =
        ImmutableDictionary<string, ProjectLayer>.Empty;

    /// <summary>Whether it says that the field has its default again.</summary>
    public bool IsReset => Items.IsEmpty && Headers is null && !Field.IsList && !Field.IsMap;

    /// <summary>This value over one of a layer below.</summary>
    public ProjectValue Over(ProjectValue below)
    {
        if (Headers is not { } own || below.Headers is not { } other)
            return this;
        AssertionHeaders merged = own.All.Aggregate(other, (headers, one) => headers.With(one.Key, one.Value));
        return this with { Headers = merged, HeaderLayers = below.HeaderLayers.SetItems(HeaderLayers) };
    }
}
