// What a shell text sets: the last assignment that runs, and where it stands.
using JetsonCore.Diagnostics;

namespace JetsonCore.Flash.Shell;

/// <summary>A variable.</summary>
/// <param name="Value">Its value; null where it cannot be told without running commands.</param>
/// <param name="Path">The file that sets it.</param>
/// <param name="Span">The assignment.</param>
public sealed record ShellVariable(string? Value, string Path, SourceSpan Span)
{
    /// <summary>Why the value cannot be told; null where it can.</summary>
    public string? Doubt { get; init; }
}

/// <summary>Something about a shell text.</summary>
/// <param name="Path">The file.</param>
/// <param name="Span">The place.</param>
/// <param name="Message">What it is.</param>
public sealed record ShellNote(string Path, SourceSpan Span, string Message);
