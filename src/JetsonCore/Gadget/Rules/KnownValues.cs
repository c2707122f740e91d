// Fields with a fixed set of values: the edit that turns a slip into the value that is meant.
using JetsonCore.Diagnostics;

namespace JetsonCore.Gadget.Rules;

internal static class KnownValues
{
    /// <summary>The edit; null where the value may mean something else, or nothing.</summary>
    public static TextEdit? Fix(Located<string> value, string[] known)
    {
        string? meant = Spelling.Nearest(value.Value, known);
        bool isCase = meant is not null && meant.Equals(value.Value, StringComparison.OrdinalIgnoreCase);
        return meant is not null && value.Span.IsKnown && (isCase || Spelling.IsSlip(value.Value, meant))
            ? new(value.Span, meant) : null;
    }
}
