// Where the runtime gives up it calls abort(3), and no code of ours is asked any more: where it cannot start a thread
// of its own, say. The process shall end with an exit code even then.
using System.Runtime.InteropServices;

namespace JetsonCore.Files;

/// <summary>What becomes of a call of abort(3).</summary>
internal static class ProcessAbort
{
    private static int _code;

    /// <summary>Has the process end with an exit code where it is about to be aborted.</summary>
    public static unsafe void EndsWith(int code)
    {
        _code = code;
        Posix.OnAbort(&End);
    }

    [UnmanagedCallersOnly]
    private static void End(int signal) => Posix.Exit(_code);
}
