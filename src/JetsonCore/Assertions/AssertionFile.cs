// Assertions in a file that a person named: what is wrong with it becomes findings with the file's name and line.
using JetsonCore.Diagnostics;
using JetsonCore.Formats.Binary;

namespace JetsonCore.Assertions;

/// <summary>Reads files of assertions.</summary>
public static class AssertionFile
{
    /// <summary>
    /// Reads the bytes of a file with one model, and perhaps with who vouches for it, as <c>sign --chain</c> writes it.
    /// </summary>
    /// <param name="bytes">The file.</param>
    /// <param name="path">Its path, for messages.</param>
    /// <param name="diagnostics">Takes what is wrong.</param>
    /// <param name="others">The other assertions; none where findings forbid it.</param>
    /// <returns>The signed model, or null where findings forbid it; of several revisions the newest.</returns>
    public static Assertion? ReadModel(
        ReadOnlyMemory<byte> bytes, string path, DiagnosticBag diagnostics, out IReadOnlyList<Assertion> others)
    {
        ArgumentNullException.ThrowIfNull(diagnostics);
        others = [];
        if (ReadAll(bytes, path, diagnostics) is not { } all)
            return null;
        Assertion[] models = [.. all.Where(one => one.Type.Name == "model")];
        string[] names = [.. models.Select(model => model.Reference).Distinct(StringComparer.Ordinal)];
        if (names is not [_])
        {
            (string what, string hint) = names is []
                ? ($"has none ({all.Count} assertions)", "sign one: jetson-core model init begins it")
                : ($"has several: {string.Join(", ", names)}", "leave one in it");
            diagnostics.AddAbout(path, AssertionRules.KnownType, $"cannot take the model of the file: it {what}", hint);
            return null;
        }
        others = [.. all.Except(models)];
        return models.MaxBy(model => model.Revision);
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
                $"cannot read the assertion at offset {exception.Offset}: {exception.Message}");
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
}
