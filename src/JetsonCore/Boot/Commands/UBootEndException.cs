// Ends a run: the board does something after which no further command runs.
namespace JetsonCore.Boot.Commands;

internal sealed class UBootEndException(UBootEnd end) : Exception
{
    public UBootEnd End { get; } = end;
}
