// The forms that a header's value can have to have: what the rows of AssertionTypes are made of.
using System.Collections.Immutable;
using JetsonCore.Diagnostics;

namespace JetsonCore.Assertions;

/// <summary>How a header's value must look.</summary>
internal abstract record HeaderForm
{
    /// <summary>The form in words, for people: "a time of RFC 3339".</summary>
    public abstract string Words { get; }

    /// <summary>A text, perhaps an empty one.</summary>
    public sealed record AnyText : HeaderForm
    {
        public override string Words => "text, which may be empty";
    }

    /// <summary>A text that is not empty and that a rule accepts.</summary>
    public sealed record Text(Func<string, bool> Accepts, string What) : HeaderForm
    {
        public override string Words => What;
    }

    /// <summary>A whole number of 64 bits, with a sign or without, of at least a value.</summary>
    public sealed record Number(long Least) : HeaderForm
    {
        public override string Words => $"a whole number of at least {Least}";
    }

    /// <summary>A size: 64 bits without a sign.</summary>
    public sealed record Size : HeaderForm
    {
        public override string Words => "a number of bytes";
    }

    /// <summary>A time.</summary>
    public sealed record Time : HeaderForm
    {
        public override string Words => "a time of RFC 3339";
    }

    /// <summary>"true" or "false".</summary>
    public sealed record YesOrNo : HeaderForm
    {
        public override string Words => "\"true\" or \"false\"";
    }

    /// <summary>One of a few words.</summary>
    public sealed record Choice(ImmutableArray<string> Choices) : HeaderForm
    {
        public override string Words => $"one of {string.Join(", ", Choices)}";
    }

    /// <summary>A list of texts, each of which a rule accepts.</summary>
    public sealed record Texts(Func<string, bool> Accepts, string What) : HeaderForm
    {
        public override string Words => $"a list, each entry {What}";
    }

    /// <summary>A list of maps with these fields; no two may have the same value in one of the unique ones.</summary>
    public sealed record Maps(ImmutableArray<HeaderRule> Fields, ImmutableArray<string> Unique = default) : HeaderForm
    {
        public override string Words =>
            $"a list of maps of {string.Join(", ", Fields.Select(rule => rule.Name))}";
    }

    /// <summary>A map of anything.</summary>
    public sealed record Map : HeaderForm
    {
        public override string Words => "a map";
    }

    /// <summary>A form with a rule of its own.</summary>
    public sealed record Special(string What, Action<HeaderValue, HeaderPlace> Check) : HeaderForm
    {
        public override string Words => What;
    }
}

/// <summary>One row of a type: a header, its form, whether it must be there.</summary>
internal sealed record HeaderRule(string Name, HeaderForm Form, bool IsMandatory);

/// <summary>Where a value stands, for what is said about it.</summary>
/// <param name="Name">The header, with the entry it lies in: <c>"id" of "snaps" entry 2</c>.</param>
/// <param name="Diagnostics">Takes findings.</param>
internal sealed record HeaderPlace(string Name, DiagnosticBag Diagnostics)
{
    /// <summary>Reports that the value is not what the form wants.</summary>
    public void Refuse(SourceSpan span, string why) =>
        Diagnostics.Add(AssertionRules.HeaderForm, span, $"cannot use {Name}: {why}");

    /// <summary>A place within this one.</summary>
    public HeaderPlace Within(string what) => this with { Name = $"{what} in {Name}" };
}
