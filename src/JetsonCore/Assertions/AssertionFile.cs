// Assertions in a file that a person named: what is wrong with it becomes findings with the file's name and line.
using JetsonCore.Diagnostics;
using JetsonCore.Formats.Binary;

namespace JetsonCore.Assertions;

/// <summary>Reads files of assertions.</summary>
public static class AssertionFile
{
    /// <summary>Reads the bytes of a file that holds exactly one model.</summary>
    /// <returns>The signed model, or null where findings forbid it.</returns>
    public static Assertion? ReadModel(ReadOnlyMemory<byte> bytes, string path, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(diagnostics);
        switch (ReadAll(bytes, path, diagnostics))
        {
            case null:
                return null;
            case [{ Type.Name: "model" } model]:
                return model;
            case [var other]:
                diagnostics.AddAbout(path, AssertionRules.KnownType, $"cannot use {other.Reference} as a model");
                return null;
            case var all:
                diagnostics.AddAbout(path, AssertionRules.Unreadable,
                    $"cannot use the file as a model: it holds {all.Count} assertions, not one");
                return null;
        }
    }

    /// <summary>Reads all assertions of a file's bytes, and judges what they say by their types.</summary>
    /// <returns>The assertions, or null where findings forbid it.</returns>
    public static IReadOnlyList<Assertion>? ReadAll(ReadOnlyMemory<byte> bytes, string path, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(diagnostics);
        DiagnosticBag findings = diagnostics.About(path);
        IReadOnlyList<Assertion>? assertions = null;
        try
        {
            assertions = AssertionReader.ReadAll(bytes);
        }
        catch (MalformedDataException exception)
        {
            findings.Add(AssertionRules.Unreadable, SourceSpan.None,
                $"cannot read the assertion at offset {exception.Offset}: {exception.Message}", Hint(bytes.Span));
        }
        Judge(assertions ?? [], findings);
        return findings.HasErrors ? null : assertions;
    }

    /// <summary>Judges what assertions say by their types.</summary>
    public static void Judge(IEnumerable<Assertion> assertions, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(assertions);
        foreach (Assertion assertion in assertions)
            HeaderJudge.Judge(assertion.Type, assertion.Headers, assertion.Body, diagnostics);
    }

    /// <summary>The bytes of a file with these assertions: an empty line lies between two.</summary>
    public static byte[] Encode(IEnumerable<Assertion> assertions)
    {
        ArgumentNullException.ThrowIfNull(assertions);
        using var bytes = new MemoryStream();
        foreach (Assertion assertion in assertions)
        {
            if (bytes.Length > 0)
                bytes.WriteByte((byte)'\n');
            bytes.Write(assertion.ToBytes());
        }
        return bytes.ToArray();
    }

    private static string? Hint(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith("\uFEFF"u8))
            return "remove the byte order mark at the beginning";
        if (bytes.IndexOf("\r\n"u8) >= 0)
            return "the lines end with \\r\\n; assertions want \\n alone, as the signature covers them";
        return bytes.StartsWith("\n"u8) ? "remove the empty line at the beginning" : null;
    }
}
