// What the terminal of this process does with what is typed.
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace JetsonCore.Files;

internal static partial class Posix
{
    private const int Now = 0;
    private const nuint GetWindowSize = 0x5413;         // TIOCGWINSZ

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

    /// <summary>How many columns the terminal of a descriptor has; 0 where that is not known.</summary>
    public static int Columns(int descriptor)
    {
        Span<ushort> size = stackalloc ushort[4];           // struct winsize: rows, columns, pixels
        return ioctl(descriptor, GetWindowSize, size) == 0 ? size[1] : 0;
    }

    [LibraryImport("libc")]
    private static partial int ioctl(int descriptor, nuint request, Span<ushort> size);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int tcgetattr(SafeFileHandle terminal, Span<byte> state);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int tcsetattr(SafeFileHandle terminal, int when, ReadOnlySpan<byte> state);
}
