// Every exception that may reach the edge, its message and its exit code, in one place.
using JetsonCore.Diagnostics;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Compression;

namespace JetsonCore.Cli;

internal static class Failures
{
    private static readonly Rule Unreadable = new("JC5001", Severity.Error, "foreign bytes follow their format");
    private static readonly Rule MissingLibrary = new("JC9106", Severity.Error, "the system has the libraries used");
    private static readonly Rule InputOutput = new("JC9101", Severity.Error, "files can be read and written");

    /// <summary>ENOSPC: the class library keeps the system's error number there.</summary>
    private const int NoSpace = 28;

    public static ExitCode Report(Exception exception, Terminal terminal)
    {
        switch (exception)
        {
            case UserErrorException user:
                DiagnosticPrinter.Print(user.Diagnostic, terminal.Error);
                return ToExitCode(user.Kind);
            case MalformedDataException malformed:
                Print(Unreadable, $"cannot read the input: at {malformed.Offset}: {malformed.Message}", terminal);
                return ExitCode.Findings;
            case MissingLibraryException missing:
                Print(MissingLibrary, missing.Message, terminal);
                return ExitCode.Environment;
            case OperationCanceledException:
                terminal.Error.WriteLine("jetson-core: interrupted");
                return ExitCode.Interrupted;
            case IOException or UnauthorizedAccessException:
                string? hint = exception.HResult == NoSpace ? "make room, or name a folder on another disk" : null;
                Print(InputOutput, $"cannot go on: {exception.Message}", terminal, hint);
                return ExitCode.Environment;
            default:
                terminal.Error.WriteLine($"jetson-core: internal error: {exception}");
                terminal.Error.WriteLine("  hint: this is a bug of jetson-core; please report it with your command");
                return ExitCode.InternalError;
        }
    }

    public static ExitCode ToExitCode(FailureKind kind) => kind switch
    {
        FailureKind.Input => ExitCode.Findings,
        FailureKind.Usage => ExitCode.Usage,
        _ => ExitCode.Environment,
    };

    private static void Print(Rule rule, string message, Terminal terminal, string? hint = null) =>
        DiagnosticPrinter.Print(
            new Diagnostic { Rule = rule, Severity = rule.Severity, Message = message, Hint = hint }, terminal.Error);
}
