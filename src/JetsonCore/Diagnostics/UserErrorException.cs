// The end of a command that cannot go on: one message, its code, a hint and what kind of failure it was. For what
// cannot be collected (a missing file, a damaged archive, no space); user input that can be judged as a whole goes
// into a DiagnosticBag instead.
namespace JetsonCore.Diagnostics;

/// <summary>Why a command stopped: decides the exit code.</summary>
public enum FailureKind
{
    /// <summary>The input is wrong: exit 1.</summary>
    Input,

    /// <summary>The arguments are wrong: exit 2.</summary>
    Usage,

    /// <summary>A file is missing or unreadable, the disk is full: exit 3.</summary>
    Environment,
}

/// <summary>Ends a command with a message for the user.</summary>
public sealed class UserErrorException(FailureKind kind, Diagnostic diagnostic, Exception? innerException = null)
    : Exception(diagnostic.Message, innerException)
{
    /// <summary>A message under a rule, about a file.</summary>
    public UserErrorException(FailureKind kind, Rule rule, string? path, string message, string? hint = null)
        : this(kind, new() { Rule = rule, Severity = Severity.Error, Path = path, Message = message, Hint = hint })
    {
    }

    /// <summary>Decides the exit code.</summary>
    public FailureKind Kind { get; } = kind;

    /// <summary>What to print.</summary>
    public Diagnostic Diagnostic { get; } = diagnostic;
}
