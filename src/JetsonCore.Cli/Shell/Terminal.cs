// Where a command's words go: data to standard output, all else to standard error. Colour and moving lines only on
// a terminal, and not where NO_COLOR, TERM=dumb or CI ask for plain text.
using System.Text;

namespace JetsonCore.Cli.Shell;

internal sealed class Terminal(TextWriter output, TextWriter error, bool outputIsTerminal, bool errorIsTerminal)
{
    private const int BufferChars = 1 << 11;

    /// <summary>Data; to be flushed in the end.</summary>
    public TextWriter Output { get; } = output;

    /// <summary>Data that are bytes and no text.</summary>
    public Func<Stream> OpenBytes { get; init; } = () => StandardStream.Output;

    /// <summary>Messages, progress, errors: behind the data before them, where both go to one place.</summary>
    public TextWriter Error
    {
        get
        {
            try
            {
                Output.Flush();
            }
            catch (IOException)         // the stream remembers it for the end of the program
            {
            }
            return error;
        }
    }

    /// <summary>Whether standard output may be coloured.</summary>
    public bool OutputHasColor { get; } = outputIsTerminal && ColorIsWelcome();

    /// <summary>Whether standard error may be coloured.</summary>
    public bool ErrorHasColor { get; } = errorIsTerminal && ColorIsWelcome();

    /// <summary>Whether a line of standard error may be drawn again in its place.</summary>
    public bool ErrorIsRedrawn { get; } = errorIsTerminal && MovingIsWelcome();

    /// <summary>The terminal of this process.</summary>
    public static Terminal OfProcess() =>
        new(OfOutput(), OfError(), StandardStream.Output.IsTerminal, StandardStream.Error.IsTerminal);

    private static StreamWriter OfOutput() =>
        new(StandardStream.Output, new UTF8Encoding(false), BufferChars)
        {
            AutoFlush = StandardStream.Output.IsTerminal,
        };

    private static TextWriter OfError() =>
        TextWriter.Synchronized(new StreamWriter(StandardStream.Error, new UTF8Encoding(false)) { AutoFlush = true });

    private static bool ColorIsWelcome() =>
        string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")) && MovingIsWelcome();

    private static bool MovingIsWelcome() =>
        Environment.GetEnvironmentVariable("TERM") is not ("dumb" or null)
        && Environment.GetEnvironmentVariable("CI") is not ("true" or "1");
}
