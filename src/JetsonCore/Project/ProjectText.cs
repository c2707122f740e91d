// What texts of a project mean: booleans, sizes, times, memory; and why one cannot be taken.
using System.Globalization;
using JetsonCore.Boot.Commands;
using JetsonCore.Diagnostics;
using JetsonCore.Files;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Project;

/// <summary>Reads texts of fields.</summary>
internal static class ProjectText
{
    private const string True = "true";

    /// <summary>Why a field does not take a text; null where it does.</summary>
    public static string? FaultOf(ProjectField field, string text, out string? hint)
    {
        hint = null;
        switch (field.Kind)
        {
            case ProjectKind.Boolean when Boolean(text) is null:
                hint = "write true or false";
                return "it is no boolean";
            case ProjectKind.Choice when !field.Choices.Contains(text):
                hint = Spelling.Nearest(text, field.Choices) is { } near ? $"did you mean \"{near}\"?"
                    : $"choose one of {string.Join(", ", field.Choices)}";
                return "it is not one of its words";
            case ProjectKind.Size when ByteSize.Read(text) is not > 0:
                hint = "write bytes, or a number with K, M, G or T for units of 1024";
                return "it is no size";
            case ProjectKind.Time when Seconds(text) is null:
                hint = "write seconds since 1970, as date +%s says them";
                return $"it is no number of seconds from 0 to {uint.MaxValue}";
            case ProjectKind.Ram when UBootBoard.ReadRam(text) is null:
                hint = "write START:BYTES, as 0x80000000:0x40000000, with 64 MiB below 4 GiB at least";
                return "it is no stretch of memory";
            default:
                return text.Contains('\0', StringComparison.Ordinal) ? "it holds a NUL" : null;
        }
    }

    /// <summary>A boolean as YAML 1.1 has it; null for anything else.</summary>
    public static bool? Boolean(string text) => text.ToLowerInvariant() switch
    {
        True or "yes" or "on" => true,
        "false" or "no" or "off" => false,
        _ => null,
    };

    /// <summary>Seconds since 1970; null for anything else.</summary>
    public static FileTime? Seconds(string text) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint seconds)
            ? new(seconds)
            : null;
}
