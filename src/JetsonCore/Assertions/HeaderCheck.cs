// Reads headers that a person gave, one check a method; each finding says which header and what it must be.
// "What" in a message is the place in words where headers lie in one another: of snap "core18".
using System.Collections.Immutable;
using JetsonCore.Diagnostics;

namespace JetsonCore.Assertions;

internal sealed class HeaderCheck(AssertionHeaders headers, DiagnosticBag diagnostics, string what = "")
{
    private const string Timestamp = "timestamp";

    /// <summary>Who signs need not write the time of the signature.</summary>
    public static string OrUpdate(string name) => name == Timestamp ? "; sign --update-timestamp sets it" : "";

    private string Suffix => what is "" ? "" : $" of {what}";

    /// <summary>Text that must be there and not be empty; null after a finding.</summary>
    public string? RequireText(string name)
    {
        if (headers[name] is null)
        {
            diagnostics.Add(AssertionRules.Mandatory, headers.Span,
                $"cannot do without \"{name}\"{Suffix}: it is mandatory",
                hint: name == Timestamp ? $"write it like 2019-11-13T15:40:00+00:00{OrUpdate(name)}" : null);
            return null;
        }
        string? text = OptionalText(name);
        if (text is not "")
            return text;
        diagnostics.Add(AssertionRules.Mandatory, headers.SpanOf(name), $"cannot use \"{name}\"{Suffix}: it is empty");
        return null;
    }

    /// <summary>Text that may be missing; null then and after a finding.</summary>
    public string? OptionalText(string name)
    {
        if (headers[name] is null or HeaderValue.Text)
            return headers.Text(name);
        diagnostics.Add(AssertionRules.ValueKind, headers.SpanOf(name),
            $"cannot use \"{name}\"{Suffix}: it must be a string");
        return null;
    }

    /// <summary>A number of at least 0 that may be missing.</summary>
    public long? OptionalNumber(string name)
    {
        if (OptionalText(name) is not { } text)
            return null;
        if (AssertionNames.TryParseNumber(text, out long number))
            return number;
        diagnostics.Add(AssertionRules.Number, headers.SpanOf(name),
            $"cannot use \"{text}\" as \"{name}\"{Suffix}: it must be a whole number from 0 to {long.MaxValue}");
        return null;
    }

    /// <summary>A time that must be there.</summary>
    public DateTimeOffset? RequireTime(string name)
    {
        if (RequireText(name) is not { } text)
            return null;
        if (AssertionNames.TryParseTime(text, out DateTimeOffset time))
            return time;
        diagnostics.Add(AssertionRules.Time, headers.SpanOf(name),
            $"cannot use \"{text}\" as \"{name}\"{Suffix}: it is no time of RFC 3339",
            hint: $"write it like 2019-11-13T15:40:00+00:00{OrUpdate(name)}");
        return null;
    }

    /// <summary>A list of strings that may be missing, each of which a rule accepts.</summary>
    public ImmutableArray<Located<string>> OptionalList(string name, Func<string, bool> accepts, Rule rule)
    {
        if (headers[name] is null)
            return [];
        if (headers[name] is not HeaderValue.Items { Values: var values })
        {
            diagnostics.Add(rule, headers.SpanOf(name), $"cannot use \"{name}\"{Suffix}: it must be a list of strings");
            return [];
        }
        var accepted = ImmutableArray.CreateBuilder<Located<string>>();
        foreach (HeaderValue value in values)
        {
            if (value is HeaderValue.Text { Value: var text } && accepts(text))
                accepted.Add(new(text, value.Span));
            else
                diagnostics.Add(rule, value.Span, $"cannot take {Show(value)} into \"{name}\"{Suffix}");
        }
        return accepted.ToImmutable();
    }

    /// <summary>One of a few words, or null where it is missing.</summary>
    public string? OptionalChoice(string name, Rule rule, params string[] choices)
    {
        if (OptionalText(name) is not { } text)
            return null;
        if (choices.Contains(text, StringComparer.Ordinal))
            return text;
        diagnostics.Add(rule, headers.SpanOf(name), $"cannot use \"{text}\" as \"{name}\"{Suffix}",
            hint: $"choose one of {string.Join(", ", choices)}");
        return null;
    }

    private static string Show(HeaderValue value) =>
        value is HeaderValue.Text { Value: var text } ? $"\"{text}\"" : "a list or map";
}
