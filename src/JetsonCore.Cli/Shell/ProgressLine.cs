// One line that says what is being done. On a terminal it is redrawn in place and gone in the end; elsewhere nothing
// is printed, so logs and pipes hold results and findings only.
namespace JetsonCore.Cli.Shell;

internal sealed class ProgressLine(Terminal terminal) : IDisposable
{
    private const string ClearLine = "\r\u001b[K";

    public void Show(string stage)
    {
        if (terminal.ErrorHasColor)
            terminal.Error.Write($"{ClearLine}\u001b[2m{stage} …\u001b[0m");
    }

    public void Dispose()
    {
        if (terminal.ErrorHasColor)
            terminal.Error.Write(ClearLine);
    }
}
