// Judges what an assertion says by the row of its type: every header that is missing or has the wrong form, each with
// its place. Models have a reader of their own besides (ModelReader).
// Peer: snapd asserts, the function assemble of each type; it stops at the first fault.
using System.Globalization;
using JetsonCore.Diagnostics;

namespace JetsonCore.Assertions;

internal static class HeaderJudge
{
    /// <summary>Reports what is wrong with the headers and the body of an assertion of a type.</summary>
    public static void Judge(
        AssertionType type, AssertionHeaders headers, ReadOnlyMemory<byte> body, DiagnosticBag diagnostics)
    {
        if (type.Name == "model")
        {
            ModelReader.Read(headers, diagnostics);
            return;
        }
        if (type.AuthorityIs is { } owner && headers.Text(owner) is var account
            && account != headers.Text("authority-id"))
        {
            diagnostics.Add(AssertionRules.Authority, headers.SpanOf("authority-id"),
                $"cannot let \"{headers.Text("authority-id")}\" speak for \"{account}\": \"authority-id\" and "
                    + $"\"{owner}\" of a \"{type.Name}\" must be equal");
        }
        // That the primary key is there and not empty was checked before.
        JudgeAll(type.Headers.Where(rule => !type.PrimaryKey.Contains(rule.Name) || headers.Text(rule.Name) is not null
            and not ""), headers, new("", diagnostics));
        if (type.Period is { } period)
            JudgePeriod(period, headers, diagnostics);
        foreach (Action<AssertionHeaders, DiagnosticBag> check in type.Checks)
            check(headers, diagnostics);
        BodyJudge.Judge(type, headers, body, diagnostics);
    }

    /// <summary>Judges the entries of a map by their rules.</summary>
    public static void JudgeAll(IEnumerable<HeaderRule> rules, AssertionHeaders values, HeaderPlace place)
    {
        foreach (HeaderRule rule in rules)
        {
            HeaderPlace here = place.Name is "" ? place with { Name = $"\"{rule.Name}\"" }
                : place.Within($"\"{rule.Name}\"");
            if (values[rule.Name] is { } value)
                Judge(rule.Form, value, here);
            else if (rule.IsMandatory)
            {
                place.Diagnostics.Add(AssertionRules.Mandatory, values.Span,
                    $"cannot do without {here.Name}: it is mandatory",
                    hint: $"it is {rule.Form.Words}{HeaderCheck.OrUpdate(rule.Name)}");
            }
        }
    }

    /// <summary>Judges one value.</summary>
    public static void Judge(HeaderForm form, HeaderValue value, HeaderPlace place)
    {
        switch (form)
        {
            case HeaderForm.Special { Check: var check }:
                check(value, place);
                break;
            case HeaderForm.Texts texts:
                JudgeTexts(texts, value, place);
                break;
            case HeaderForm.Maps maps:
                JudgeMaps(maps, value, place);
                break;
            case HeaderForm.Map when value is HeaderValue.Entries:
                break;
            case HeaderForm.Map:
                place.Refuse(value.Span, "it must be a map");
                break;
            default:
                JudgeText(form, value, place);
                break;
        }
    }

    private static void JudgeText(HeaderForm form, HeaderValue value, HeaderPlace place)
    {
        if (value is not HeaderValue.Text { Value: var text })
        {
            place.Refuse(value.Span, $"it must be {form.Words}, no list or map");
            return;
        }
        bool fits = form switch
        {
            HeaderForm.AnyText => true,
            HeaderForm.Text { Accepts: var accepts } => text is not "" && accepts(text),
            HeaderForm.Number { Least: var least } => AssertionNames.TryParseSigned(text, out long number)
                && number >= least,
            HeaderForm.Size => AssertionNames.TryParseSize(text, out _),
            HeaderForm.Time => AssertionNames.TryParseTime(text, out _),
            HeaderForm.YesOrNo => text is "true" or "false",
            HeaderForm.Choice { Choices: var choices } => choices.Contains(text),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        if (!fits)
        {
            place.Refuse(value.Span,
                text is "" ? $"it is empty and must be {form.Words}" : $"\"{Shorten(text)}\" is not {form.Words}");
        }
    }

    private static void JudgeTexts(HeaderForm.Texts form, HeaderValue value, HeaderPlace place)
    {
        if (value is not HeaderValue.Items { Values: var items })
        {
            place.Refuse(value.Span, "it must be a list of texts");
            return;
        }
        foreach (HeaderValue item in items)
        {
            if (item is not HeaderValue.Text { Value: var text })
                place.Refuse(item.Span, "its entries must be texts");
            else if (!form.Accepts(text))
                place.Refuse(item.Span, $"its entry \"{Shorten(text)}\" is not {form.What}");
        }
    }

    private static void JudgeMaps(HeaderForm.Maps form, HeaderValue value, HeaderPlace place)
    {
        if (value is not HeaderValue.Items { Values: var items })
        {
            place.Refuse(value.Span, "it must be a list of maps");
            return;
        }
        var seen = new HashSet<(string, string)>();
        for (int index = 0; index < items.Length; index++)
        {
            if (items[index] is not HeaderValue.Entries { Values: var fields })
            {
                place.Refuse(items[index].Span, $"its entry {index + 1} must be a map");
                continue;
            }
            JudgeAll(form.Fields, fields,
                place.Within(string.Create(CultureInfo.InvariantCulture, $"entry {index + 1}")));
            foreach (string unique in form.Unique.IsDefault ? [] : form.Unique)
            {
                if (fields.Text(unique) is { Length: > 0 } once && !seen.Add((unique, once)))
                    place.Refuse(fields.SpanOf(unique), $"it has two entries of {unique} \"{Shorten(once)}\"");
            }
        }
    }

    private static void JudgePeriod(HeaderPeriod period, AssertionHeaders headers, DiagnosticBag diagnostics)
    {
        if (headers.Text(period.Since) is { } since && headers.Text(period.Until) is { } until
            && AssertionNames.TryParseTime(since, out DateTimeOffset start)
            && AssertionNames.TryParseTime(until, out DateTimeOffset end) && end < start)
        {
            diagnostics.Add(AssertionRules.HeaderForm, headers.SpanOf(period.Until),
                $"cannot use \"{period.Until}\": {until} lies before \"{period.Since}\", which is {since}");
        }
    }

    private static string Shorten(string text) => text.Length <= 60 ? text : text[..60] + "…";
}
