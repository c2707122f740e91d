// What cannot be opened, as a finding among others: a command that judges many inputs looks at the rest all the same.
using JetsonCore.Diagnostics;

namespace JetsonCore.Cli.Shell;

/// <summary>Gathers failures.</summary>
/// <param name="diagnostics">Takes them.</param>
/// <param name="isOn">Whether they are gathered; otherwise the first ends the command.</param>
internal sealed class Gathering(DiagnosticBag diagnostics, bool isOn)
{
    private readonly HashSet<Diagnostic> _failures = [];
    private ExitCode _code = ExitCode.Findings;

    /// <summary>How the command ends: as its failures do, where there is no other error.</summary>
    public ExitCode Code => diagnostics.Items
        .All(one => one.Severity != Severity.Error || _failures.Contains(one)) ? _code : ExitCode.Findings;

    /// <summary>Does a piece of work; null where it fails.</summary>
    public T? Try<T>(Func<T?> work)
        where T : class
    {
        try
        {
            return work();
        }
        catch (Exception exception) when (isOn && Failures.OfInput(exception) is { } found)
        {
            diagnostics.Add(found.Diagnostic);
            _failures.Add(found.Diagnostic);
            _code = found.Code;
            return null;
        }
    }
}
