// The three forms that an assertion's header value can take, each with its place in the text it came from.
using System.Collections.Immutable;
using JetsonCore.Diagnostics;

namespace JetsonCore.Assertions;

/// <summary>A header's value: text, a list of values, or named values. All scalars are text.</summary>
/// <param name="Span">Where it was written.</param>
public abstract record HeaderValue(SourceSpan Span)
{
    /// <summary>Whether it is text, or a list or map with text in it.</summary>
    public bool HoldsText => this switch
    {
        Items { Values: var items } => items.Any(item => item.HoldsText),
        Entries { Values: var entries } => entries.All.Any(entry => entry.Value.HoldsText),
        _ => true,
    };

    /// <summary>Text of one line or several.</summary>
    public sealed record Text(string Value, SourceSpan Span = default) : HeaderValue(Span);

    /// <summary>A list.</summary>
    public sealed record Items(ImmutableArray<HeaderValue> Values, SourceSpan Span = default) : HeaderValue(Span);

    /// <summary>Named values.</summary>
    public sealed record Entries(AssertionHeaders Values, SourceSpan Span = default) : HeaderValue(Span);
}
