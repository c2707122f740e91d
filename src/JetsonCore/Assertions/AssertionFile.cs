// Assertions in a file that a person named: what is wrong with it becomes a finding with the file's name.
using JetsonCore.Diagnostics;
using JetsonCore.Formats.Binary;

namespace JetsonCore.Assertions;

/// <summary>Reads files of assertions.</summary>
public static class AssertionFile
{
    /// <summary>Reads all assertions of a file.</summary>
    /// <returns>The assertions, or null where findings forbid it.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static IReadOnlyList<Assertion>? ReadAll(string path, DiagnosticBag diagnostics) =>
        Read(path, diagnostics, AssertionReader.ReadAll);

    /// <summary>Reads a file that holds exactly one model.</summary>
    /// <returns>The signed model, or null where findings forbid it.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static Assertion? ReadModel(string path, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(diagnostics);
        if (Read(path, diagnostics, AssertionReader.Read) is not { } assertion)
            return null;
        if (assertion.Type.Name == "model")
            return assertion;
        diagnostics.AddAbout(path, AssertionRules.KnownType, $"cannot use {assertion.Reference} as a model");
        return null;
    }

    private static T? Read<T>(string path, DiagnosticBag diagnostics, Func<ReadOnlyMemory<byte>, T> read)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(diagnostics);
        try
        {
            using FileStream file = File.OpenRead(path);
            if (file.Length > AssertionReader.StreamLimit)
            {
                throw new MalformedDataException(
                    0, $"is {file.Length} bytes long, at most {AssertionReader.StreamLimit} are accepted");
            }
            var bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            return read(bytes);
        }
        catch (MalformedDataException exception)
        {
            diagnostics.AddAbout(path, AssertionRules.Unreadable,
                $"cannot read the assertion at offset {exception.Offset}: {exception.Message}");
            return null;
        }
    }
}
