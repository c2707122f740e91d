// The exit code where nothing of ours is asked any more: an exception on a thread that is not ours, or a runtime that
// gives up. LastResort.c has it where no managed code is asked either.
using JetsonCore.Files;

namespace JetsonCore.Cli.Shell;

internal static class LastResort
{
    /// <summary>From now on the process ends with an exit code, whatever happens.</summary>
    public static void Prepare(Terminal terminal)
    {
        AppDomain.CurrentDomain.FirstChanceException += (_, met) =>
        {
            if (met.Exception is OutOfMemoryException)
                ProcessAbort.EndsWith((int)ExitCode.Environment);
        };
        AppDomain.CurrentDomain.UnhandledException += (_, failure) =>
            Posix.Exit((int)Failures.Report((Exception)failure.ExceptionObject, terminal));
    }
}
