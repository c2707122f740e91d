// What the terminal of this process does with what is typed.
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace JetsonCore.Files;

internal static partial class Posix
{
    private const int Now = 0;

    /// <summary>How a terminal is set: struct termios, within so many bytes.</summary>
    /// <exception cref="IOException">The system refuses.</exception>
    public static byte[] GetTerminalState(SafeFileHandle terminal, int length)
    {
        var state = new byte[length];
        Check(tcgetattr(terminal, state), "ask for the state of", "the terminal");
        return state;
    }

    /// <summary>Sets a terminal.</summary>
    /// <exception cref="IOException">The system refuses.</exception>
    public static void SetTerminalState(SafeFileHandle terminal, byte[] state) =>
        Check(tcsetattr(terminal, Now, state), "set", "the terminal");

    [LibraryImport("libc", SetLastError = true)]
    private static partial int tcgetattr(SafeFileHandle terminal, Span<byte> state);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int tcsetattr(SafeFileHandle terminal, int when, ReadOnlySpan<byte> state);
}
