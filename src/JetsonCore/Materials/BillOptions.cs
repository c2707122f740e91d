// What bills of materials say of themselves.
using System.Globalization;

namespace JetsonCore.Materials;

/// <summary>What bills say of themselves.</summary>
/// <param name="ToolVersion">The version of the program.</param>
/// <param name="UnixSeconds">The time of the bill; null for none, where a format wants none.</param>
/// <param name="IsComplete">Whether all that may hold materials could be read.</param>
public sealed record BillOptions(string ToolVersion, long? UnixSeconds, bool IsComplete)
{
    /// <summary>The program's name.</summary>
    internal const string ToolName = "jetson-core";

    /// <summary>The time as both formats spell it; without one the epoch, which SPDX cannot do without.</summary>
    internal string Time => DateTimeOffset.FromUnixTimeSeconds(UnixSeconds ?? 0)
        .ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
