// An edit that mends what a finding is about, and cannot be wrong: a misspelt key, quotes that are missing, a unit.
namespace JetsonCore.Diagnostics;

/// <summary>An edit of a text.</summary>
/// <param name="Span">What is replaced; within one line.</param>
/// <param name="Text">What is put there.</param>
public sealed record TextEdit(SourceSpan Span, string Text);
