// Where a command's words go: data to standard output, all else to standard error. Colour and moving lines only on
// a terminal, and not where NO_COLOR, TERM=dumb or CI ask for plain text.
using System.Text;

namespace JetsonCore.Cli;

internal sealed class Terminal(TextWriter output, TextWriter error, bool outputIsTerminal, bool errorIsTerminal)
{
    private const int BufferChars = 1 << 16;

    /// <summary>Data; to be flushed in the end.</summary>
    public TextWriter Output { get; } = output;

    /// <summary>Data that are bytes and no text.</summary>
    public Func<Stream> OpenBytes { get; init; } = Console.OpenStandardOutput;

    /// <summary>Messages, progress, errors: behind the data before them, where both go to one place.</summary>
    public TextWriter Error
    {
        get
        {
            Output.Flush();
            return error;
        }
    }

    /// <summary>Whether standard output may be coloured.</summary>
    public bool OutputHasColor { get; } = outputIsTerminal && ColorIsWelcome();

    /// <summary>Whether standard error may be coloured and redrawn.</summary>
    public bool ErrorHasColor { get; } = errorIsTerminal && ColorIsWelcome();

    /// <summary>The terminal of this process.</summary>
    public static Terminal OfProcess() =>
        new(OfOutput(), OfError(), !Console.IsOutputRedirected, !Console.IsErrorRedirected);

    // Console.Out makes a system call of every write, which is right on a terminal only.
    private static TextWriter OfOutput() => Console.IsOutputRedirected
        ? new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false), BufferChars)
        : Console.Out;

    // Making Console.Error takes as long as checking a gadget.
    private static TextWriter OfError() => Console.IsErrorRedirected
        ? TextWriter.Synchronized(new StreamWriter(Console.OpenStandardError(), new UTF8Encoding(false))
        {
            AutoFlush = true,
        })
        : Console.Error;

    private static bool ColorIsWelcome() =>
        string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
        && Environment.GetEnvironmentVariable("TERM") is not ("dumb" or null)
        && Environment.GetEnvironmentVariable("CI") is not ("true" or "1");
}
