// Where a command's words go: data to standard output, all else to standard error. Colour and moving lines only on
// a terminal, and not where NO_COLOR, TERM=dumb or CI ask for plain text.
namespace JetsonCore.Cli;

internal sealed class Terminal(TextWriter output, TextWriter error, bool outputIsTerminal, bool errorIsTerminal)
{
    /// <summary>Data.</summary>
    public TextWriter Output { get; } = output;

    /// <summary>Data that are bytes and no text.</summary>
    public Func<Stream> OpenBytes { get; init; } = Console.OpenStandardOutput;

    /// <summary>Messages, progress, errors.</summary>
    public TextWriter Error { get; } = error;

    /// <summary>Whether standard output may be coloured.</summary>
    public bool OutputHasColor { get; } = outputIsTerminal && ColorIsWelcome();

    /// <summary>Whether standard error may be coloured and redrawn.</summary>
    public bool ErrorHasColor { get; } = errorIsTerminal && ColorIsWelcome();

    /// <summary>The terminal of this process.</summary>
    public static Terminal OfProcess() =>
        new(Console.Out, Console.Error, !Console.IsOutputRedirected, !Console.IsErrorRedirected);

    private static bool ColorIsWelcome() =>
        string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
        && Environment.GetEnvironmentVariable("TERM") is not ("dumb" or null)
        && Environment.GetEnvironmentVariable("CI") is not ("true" or "1");
}
