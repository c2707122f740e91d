// Named header values in ordinal order. An instance never changes.
using System.Collections.Immutable;
using JetsonCore.Diagnostics;

namespace JetsonCore.Assertions;

/// <summary>Header values by name.</summary>
public sealed class AssertionHeaders
{
    private readonly ImmutableSortedDictionary<string, HeaderValue> _values;

    private AssertionHeaders(ImmutableSortedDictionary<string, HeaderValue> values, SourceSpan span) =>
        (_values, Span) = (values, span);

    /// <summary>No headers.</summary>
    public static AssertionHeaders None { get; } =
        new(ImmutableSortedDictionary<string, HeaderValue>.Empty.WithComparers(StringComparer.Ordinal), default);

    /// <summary>Where the first of them was written: the place of one that is missing.</summary>
    public SourceSpan Span { get; }

    /// <summary>Names and values in ordinal order of the names.</summary>
    public IEnumerable<KeyValuePair<string, HeaderValue>> All => _values;

    /// <summary>The names in ordinal order.</summary>
    public IEnumerable<string> Names => _values.Keys;

    /// <summary>The value of a header, or null.</summary>
    public HeaderValue? this[string name] => _values.GetValueOrDefault(name);

    /// <summary>The value of a header that is text, or null.</summary>
    public string? Text(string name) => (this[name] as HeaderValue.Text)?.Value;

    /// <summary>The whole number of a header, 0 where it is missing or none.</summary>
    public long Number(string name) =>
        Text(name) is { } text && AssertionNames.TryParseSigned(text, out long number) ? number : 0;

    /// <summary>Where a header's value was written.</summary>
    public SourceSpan SpanOf(string name) => this[name]?.Span ?? SourceSpan.None;

    /// <summary>The same headers with this one set.</summary>
    public AssertionHeaders With(string name, HeaderValue value) => new(_values.SetItem(name, value), Span);

    /// <summary>The same headers with this one set to a text.</summary>
    public AssertionHeaders With(string name, string value) => With(name, new HeaderValue.Text(value));

    /// <summary>The same headers without lists and maps that hold no text at all: writing leaves them out.</summary>
    public AssertionHeaders WithoutEmpty() =>
        new(_values.RemoveRange(_values.Where(entry => !entry.Value.HoldsText).Select(entry => entry.Key)), Span);

    /// <summary>The same headers without this one.</summary>
    public AssertionHeaders Without(string name) => new(_values.Remove(name), Span);

    /// <summary>The same headers, which were written there.</summary>
    internal AssertionHeaders At(SourceSpan span) => new(_values, span);
}
