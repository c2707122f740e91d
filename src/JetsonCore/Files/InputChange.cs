// What is said of an input that somebody writes to while we read it: a result would hold a bit of the old and a bit of
// the new.
using JetsonCore.Diagnostics;

namespace JetsonCore.Files;

/// <summary>Inputs that change.</summary>
public static class InputChange
{
    /// <summary>An input stays as it is.</summary>
    public static readonly Rule Changed =
        new("JC9141", Severity.Error, "inputs do not change while they are read");

    private const string Hint = "wait until nothing writes to it any more, and start again";

    /// <summary>The end of a run whose input was written to.</summary>
    /// <param name="path">The input.</param>
    /// <param name="what">What is not as it was.</param>
    public static UserErrorException Of(string path, string what) => new(FailureKind.Environment, Changed, path,
        $"cannot use it: it changed while it was read: {what}", Hint);

    internal static UserErrorException Of(string path, FileStatus known, FileStatus now) => Of(path,
        now.Identity != known.Identity ? "another file has taken its name"
        : now.SizeBytes != known.SizeBytes ? $"it had {known.SizeBytes} bytes and has {now.SizeBytes}"
        : "it was written to");
}
