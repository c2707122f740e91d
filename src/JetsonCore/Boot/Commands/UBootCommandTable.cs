// Finds commands by name or by an unmistakable beginning of it; what follows a dot is a size.
using System.Collections.Frozen;

namespace JetsonCore.Boot.Commands;

internal sealed class UBootCommandTable(UBootBoard board)
{
    private static readonly Lazy<FrozenDictionary<string, UBootCommand>> Empty = new(() => TableOf(BusCommands.All));

    private static readonly Lazy<FrozenDictionary<string, UBootCommand>> Simulated = new(() => TableOf(
    [
        .. ShellCommands.All, .. EnvironmentCommands.All, .. ExpressionCommand.All, .. FileCommands.All,
        .. PartitionCommand.All, .. MmcCommand.All, .. MemoryCommands.All, .. FdtCommand.All, .. KernelCommands.All,
        .. ScriptCommands.All, .. UnpackCommands.All,
    ]));

    /// <summary>The command, or null; and whether U-Boot has it.</summary>
    public (UBootCommand? Command, bool Exists) Find(string typed)
    {
        int dot = typed.IndexOf('.', StringComparison.Ordinal);
        string name = FullName(dot < 0 ? typed : typed[..dot]);
        if (name.Length == 0)
            return (null, false);
        UBootCommand? command = Simulated.Value.GetValueOrDefault(name)
            ?? (board.HasNothingConnected ? Empty.Value.GetValueOrDefault(name) : null);
        return (command, true);
    }

    private static FrozenDictionary<string, UBootCommand> TableOf(IEnumerable<UBootCommand> commands) =>
        commands.ToFrozenDictionary(command => command.Name, StringComparer.Ordinal);

    private string FullName(string typed)
    {
        if (board.Commands.Contains(typed))
            return typed;
        string[] beginning = [.. board.Commands.Where(name => name.StartsWith(typed, StringComparison.Ordinal))];
        return beginning.Length == 1 ? beginning[0] : "";
    }
}
