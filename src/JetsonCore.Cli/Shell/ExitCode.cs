// Exit codes, stable for scripts.
namespace JetsonCore.Cli.Shell;

internal enum ExitCode
{
    Success = 0,

    /// <summary>Findings in the input, or a difference.</summary>
    Findings = 1,

    /// <summary>Wrong arguments.</summary>
    Usage = 2,

    /// <summary>A missing file, I/O, no space.</summary>
    Environment = 3,

    /// <summary>A bug of ours.</summary>
    InternalError = 70,

    /// <summary>Ctrl-C.</summary>
    Interrupted = 130,
}
