// What commands return.
namespace JetsonCore.Boot.Commands;

internal static class UBootResult
{
    public const int Success = 0, Failure = 1;

    /// <summary>That it was called wrongly is shown, and it has failed.</summary>
    public const int Usage = -1;
}
