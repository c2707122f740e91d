// Every exception that may reach the edge, its message and its exit code, in one place.
using JetsonCore.Diagnostics;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Compression;

namespace JetsonCore.Cli.Shell;

internal static class Failures
{
    private static readonly Rule Unreadable = new("JC5001", Severity.Error, "foreign bytes follow their format");
    private static readonly Rule MissingLibrary = new("JC9106", Severity.Error, "the system has the libraries used");
    private static readonly Rule InputOutput = new("JC9101", Severity.Error, "files can be read and written");

    private static readonly Rule Limits = new("JC9146", Severity.Error, "there is memory enough for the work");

    /// <summary>ENOSPC: the class library keeps the system's error number there.</summary>
    private const int NoSpace = 28;

    /// <summary>ENOMEM.</summary>
    private const int NoMemory = 12;

    /// <summary>EAGAIN: what the system says where no further thread is allowed.</summary>
    private const int NoMoreThreads = 11;

    /// <summary>Runs what reads an input, and names the input where its bytes are damaged.</summary>
    public static T About<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (MalformedDataException damage)
        {
            throw new UserErrorException(FailureKind.Input, Unreadable, path, Damage(damage));
        }
    }

    /// <summary>Says why a command ends. Never fails, not even where there is no memory for a message.</summary>
    public static ExitCode Report(Exception exception, Terminal terminal)
    {
        Exception cause = CauseOf(exception);
        try
        {
            return Describe(cause, terminal);
        }
        catch (Exception another)
        {
            bool isLimit = cause is OutOfMemoryException || CauseOf(another) is OutOfMemoryException;
            StandardStream.Error.Write(isLimit
                ? "jetson-core: error[JC9146]: cannot go on: there is not enough memory\n"u8
                : "jetson-core: internal error\n"u8);
            return isLimit ? ExitCode.Environment : ExitCode.InternalError;
        }
    }

    /// <summary>What lies behind exceptions that only say where others were thrown.</summary>
    private static Exception CauseOf(Exception exception) => exception switch
    {
        AggregateException { InnerExceptions: [var first, ..] } => CauseOf(first),
        TypeInitializationException { InnerException: { } inner } => CauseOf(inner),
        TaskSchedulerException { InnerException: { } inner } => CauseOf(inner),
        ThreadStartException or IOException { HResult: NoMoreThreads or NoMemory } =>
            new InsufficientMemoryException(exception.Message, exception),
        _ => exception,
    };

    private static ExitCode Describe(Exception exception, Terminal terminal)
    {
        if (OfInput(exception) is { } found)
        {
            DiagnosticPrinter.Print(found.Diagnostic, terminal.Error);
            return found.Code;
        }
        switch (exception)
        {
            case MissingLibraryException missing:
                Print(MissingLibrary, missing.Message, terminal);
                return ExitCode.Environment;
            case OutOfMemoryException:
                DiagnosticPrinter.Print(Finding(Limits, null, "cannot go on: there is not enough memory, or no more "
                    + "threads are allowed", "raise the limits of the shell or the container: ulimit -v, ulimit -u"),
                    terminal.Error);
                return ExitCode.Environment;
            case OperationCanceledException:
                terminal.Error.WriteLine("jetson-core: interrupted");
                return ExitCode.Interrupted;
            default:
                terminal.Error.WriteLine($"jetson-core: internal error: {exception}");
                terminal.Error.WriteLine("  hint: this is a bug of jetson-core; please report it with your command");
                return ExitCode.InternalError;
        }
    }

    /// <summary>
    /// What an exception says about one input, after which the next one can still be looked at; null for others.
    /// </summary>
    public static (Diagnostic Diagnostic, ExitCode Code)? OfInput(Exception exception, string? path = null) =>
        exception switch
        {
            UserErrorException user => (user.Diagnostic, ToExitCode(user.Kind)),
            MalformedDataException damage => (Finding(Unreadable, path, Damage(damage)), ExitCode.Findings),
            IOException or UnauthorizedAccessException => (
                Finding(InputOutput, path, $"cannot go on: {exception.Message}",
                    exception.HResult == NoSpace ? "make room, or name a folder on another disk" : null),
                ExitCode.Environment),
            _ => null,
        };

    public static ExitCode ToExitCode(FailureKind kind) => kind switch
    {
        FailureKind.Input => ExitCode.Findings,
        FailureKind.Usage => ExitCode.Usage,
        _ => ExitCode.Environment,
    };

    private static string Damage(MalformedDataException damage) =>
        $"cannot read: at offset {damage.Offset}: {damage.Message}";

    private static void Print(Rule rule, string message, Terminal terminal) =>
        DiagnosticPrinter.Print(Finding(rule, null, message), terminal.Error);

    private static Diagnostic Finding(Rule rule, string? path, string message, string? hint = null) =>
        new() { Rule = rule, Severity = rule.Severity, Path = path, Message = message, Hint = hint };
}
