// One partition of NVIDIA's layout XML as typed: words like APPSIZE are still in it.
using System.Collections.Immutable;
using JetsonCore.Diagnostics;

namespace JetsonCore.Flash.Layouts;

/// <summary>A partition of a layout.</summary>
public sealed record LayoutPartition
{
    /// <summary>The attribute "name", at its tag.</summary>
    public required Located<string> Name { get; init; }

    /// <summary>The attribute "id"; null where it has none.</summary>
    public string? Id { get; init; }

    /// <summary>The attribute "type".</summary>
    public string Type { get; init; } = "";

    /// <summary>Which device of the layout it lies on, from 0.</summary>
    public required int Device { get; init; }

    /// <summary>The element "size" without blanks around it.</summary>
    public Located<string>? Size { get; init; }

    /// <summary>The elements "filename", of which there should be one at most.</summary>
    public ImmutableArray<Located<string>> FileNames { get; init; } = [];

    /// <summary>The element "allocation_attribute": 0x800 in it lets the partition fill the device.</summary>
    public Located<string>? Allocation { get; init; }

    /// <summary>Where its start tag begins in the text.</summary>
    internal int TagStart { get; init; }

    /// <summary>Behind the start tag.</summary>
    internal int TagEnd { get; init; }

    /// <summary>Whether the partition fills what is left of its device.</summary>
    public bool Fills => Number(Allocation?.Value) is { } bits && (bits & 0x800) != 0;

    /// <summary>A number as the layout spells it, decimal or hexadecimal; null where it is a word.</summary>
    public static long? Number(string? text)
    {
        bool isHexadecimal = text?.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ?? false;
        var style = isHexadecimal
            ? System.Globalization.NumberStyles.AllowHexSpecifier
            : System.Globalization.NumberStyles.AllowLeadingSign;
        return long.TryParse(isHexadecimal ? text.AsSpan(2) : text, style,
            System.Globalization.CultureInfo.InvariantCulture, out long number) ? number : null;
    }
}
