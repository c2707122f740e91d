// A line that a person types at the terminal of this process without it being shown, wherever the standard streams go.
// Ctrl-C is read as a character while the terminal shows nothing, so that it is never left that way.
//
//   termios   0x0C  local flags, 4 bytes    0x11  special characters: [5] VTIME, [6] VMIN
using System.Runtime.InteropServices;
using System.Text;

namespace JetsonCore.Files;

/// <summary>Asks a person for a secret.</summary>
internal static class TypedSecret
{
    private const int ErrorDescriptor = 2;
    private const string TerminalPath = "/dev/tty";
    private const int TermiosLength = 64, LocalFlagsOffset = 12, SpecialOffset = 17;
    private const int TimeIndex = 5, LeastIndex = 6;
    private const uint Signals = 0x01, WholeLines = 0x02, Echo = 0x08, ExtendedInput = 0x8000;
    private const byte TenthsOfSecond = 2;
    private const int LongestBytes = 1024, WaitsMax = 10 * 60 * 5;
    private const byte Interrupt = 0x03, EndOfInput = 0x04, Backspace = 0x08, KillLine = 0x15, Delete = 0x7F;

    /// <summary>Asks for a line.</summary>
    /// <returns>What was typed, perhaps nothing; null where this process has no terminal.</returns>
    /// <param name="question">What is shown first.</param>
    /// <exception cref="OperationCanceledException">Ctrl-C, or nothing was typed for ten minutes.</exception>
    public static string? Ask(string question)
    {
        if (TryOpen() is not { } terminal)
            return null;
        using (terminal)
        {
            byte[] before = Posix.GetTerminalState(terminal.SafeFileHandle, TermiosLength);
            Posix.SetTerminalState(terminal.SafeFileHandle, Silenced(before));
            try
            {
                terminal.Write(Encoding.UTF8.GetBytes(question));       // who answers at once is not shown either
                return ReadLine(terminal);
            }
            finally
            {
                Posix.SetTerminalState(terminal.SafeFileHandle, before);
                terminal.Write("\n"u8);
            }
        }
    }

    /// <summary>Asks for a line, and shows what is typed; null where this process has no terminal.</summary>
    public static string? AskOpenly(string question)
    {
        if (TryOpen() is not { } terminal)
            return null;
        using (terminal)
        {
            terminal.Write(Encoding.UTF8.GetBytes(question));
            using var reader = new StreamReader(terminal);
            return reader.ReadLine() ?? "";
        }
    }

    private static FileStream? TryOpen()
    {
        if (!Posix.IsTerminal(0) && !Posix.IsTerminal(ErrorDescriptor))
            return null;            // nobody looks on: a script, whose terminal is another's
        try
        {
            return new(TerminalPath, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static byte[] Silenced(byte[] before)
    {
        byte[] state = [.. before];
        ref uint flags = ref MemoryMarshal.AsRef<uint>(state.AsSpan(LocalFlagsOffset));
        flags &= ~(Signals | WholeLines | Echo | ExtendedInput);
        (state[SpecialOffset + TimeIndex], state[SpecialOffset + LeastIndex]) = (TenthsOfSecond, 0);
        return state;
    }

    private static string ReadLine(FileStream terminal)
    {
        List<byte> line = [];
        Span<byte> typed = stackalloc byte[1];
        for (int waits = 0; waits < WaitsMax;)
        {
            if (terminal.Read(typed) == 0)
            {
                waits++;
                continue;
            }
            switch (typed[0])
            {
                case (byte)'\r' or (byte)'\n' or EndOfInput:
                    return Encoding.UTF8.GetString([.. line]);
                case Interrupt:
                    throw new OperationCanceledException();
                case KillLine:
                    line.Clear();
                    break;
                case Backspace or Delete:
                    DropCharacter(line);
                    break;
                default:
                    if (line.Count < LongestBytes)
                        line.Add(typed[0]);
                    break;
            }
        }
        throw new OperationCanceledException();
    }

    private static void DropCharacter(List<byte> line)
    {
        while (line is [.., var last])
        {
            line.RemoveAt(line.Count - 1);
            if ((last & 0xC0) != 0x80)          // the first byte of a character
                return;
        }
    }
}
