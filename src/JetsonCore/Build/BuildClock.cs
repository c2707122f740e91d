// The one time of a build. Everything that carries a time gets this one, so that the same inputs give the same bytes:
// SOURCE_DATE_EPOCH where it is set, else the model's own timestamp, else (a model that is signed now) the present.
// Spec: https://reproducible-builds.org/specs/source-date-epoch/
using System.Globalization;
using JetsonCore.Diagnostics;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Build;

/// <summary>The time of a build.</summary>
/// <param name="UnixSeconds">Seconds since 1970-01-01T00:00:00Z.</param>
/// <param name="Source">Where it comes from, for people.</param>
public sealed record BuildClock(long UnixSeconds, string Source)
{
    /// <summary>The environment variable's name.</summary>
    public const string VariableName = "SOURCE_DATE_EPOCH";

    /// <summary>The last second that ext4's 32-bit and squashfs' times agree on.</summary>
    private const long UnixSecondsMax = uint.MaxValue;

    private static readonly Rule Unreadable =
        new("JC9110", Severity.Error, "SOURCE_DATE_EPOCH is a number of seconds since 1970");

    /// <summary>The time as file systems store it.</summary>
    public FileTime FileTime => new(UnixSeconds);

    /// <summary>The time as the calendar has it.</summary>
    public DateTimeOffset Moment => DateTimeOffset.FromUnixTimeSeconds(UnixSeconds);

    /// <summary>The clock of a variable's value; null where the variable is not set.</summary>
    /// <exception cref="UserErrorException">The value is no number of seconds, or out of range.</exception>
    public static BuildClock? FromVariable(string? value)
    {
        if (string.IsNullOrEmpty(value))
            return null;
        if (long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out long seconds)
            && seconds <= UnixSecondsMax)
        {
            return new(seconds, VariableName);
        }
        throw new UserErrorException(FailureKind.Usage, Unreadable, null,
            $"cannot use {VariableName}=\"{value}\": not a number of seconds from 0 to {UnixSecondsMax}",
            hint: $"for the time of the last commit: {VariableName}=$(git log -1 --format=%ct)");
    }
}
