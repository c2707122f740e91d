// A file that a command of U-Boot has loaded.
namespace JetsonCore.Boot.Commands;

/// <summary>A file that was loaded.</summary>
/// <param name="Path">Its path on the board's file system.</param>
/// <param name="Address">Where it went.</param>
/// <param name="SizeBytes">Bytes read.</param>
public readonly record struct UBootLoad(string Path, ulong Address, long SizeBytes);
