// From the text of an environment (uboot.env.in) to its block (uboot.env), with a finding for whatever U-Boot would
// take otherwise than the text's author meant. mkenvimage, the peer, copies every line as it is.
using JetsonCore.Diagnostics;
using JetsonCore.Formats.Trees;
using JetsonCore.Formats.UBoot;

namespace JetsonCore.Boot;

/// <summary>Turns environment texts into blocks.</summary>
public static class EnvironmentCompiler
{
    /// <summary>The block, or null where findings forbid it.</summary>
    /// <param name="path">The text's file as the user named it, for findings.</param>
    /// <param name="text">Its bytes; what is no UTF-8 goes over unchanged.</param>
    /// <param name="blockLength">Length of the block in bytes, which the board fixes.</param>
    /// <param name="diagnostics">Takes the findings.</param>
    /// <param name="form">Layout and byte order; by default those that snapd reads.</param>
    public static byte[]? Compile(string path, ReadOnlySpan<byte> text, int blockLength, DiagnosticBag diagnostics,
        UBootEnvironmentForm form = default)
    {
        ArgumentNullException.ThrowIfNull(diagnostics);
        DiagnosticBag findings = diagnostics.About(path);
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        var lineNumbers = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (UBootTextEntry entry in UBootEnvironmentText.Read(NodeName.Decode(text)))
        {
            if (!IsSound(entry, findings))
                continue;
            if (lineNumbers.TryGetValue(entry.Key, out int earlier))
            {
                findings.Add(EnvironmentRules.Repeated, Place(entry),
                    $"\"{entry.Key}\" replaces the value of line {earlier}", $"delete line {earlier}",
                    new RelatedPlace(new(earlier, 1, earlier, 1 + entry.Key.Length), "the value before"));
            }
            lineNumbers[entry.Key] = entry.LineNumber;
            variables[entry.Key] = entry.Value!;
        }
        if (findings.HasErrors || !Fits(variables, blockLength, findings, form))
            return null;
        var block = new byte[blockLength];
        UBootEnvironment.Encode(variables, block, form);
        return block;
    }

    private static bool IsSound(UBootTextEntry entry, DiagnosticBag diagnostics)
    {
        if (Refusal(entry) is { } reason)
        {
            diagnostics.Add(EnvironmentRules.Entry, Place(entry), $"cannot store the entry: {reason}",
                hint: "write key=value; \"#\" at the start of a line makes it a comment");
            return false;
        }
        if (entry.Value!.Contains('\r', StringComparison.Ordinal))
        {
            diagnostics.Add(EnvironmentRules.CarriageReturn, Place(entry),
                $"the value of \"{entry.Key}\" holds a carriage return", hint: "save the file with Unix line ends");
        }
        return true;
    }

    private static string? Refusal(UBootTextEntry entry) => entry switch
    {
        { Value: null } => $"\"{entry.Key}\" has no \"=\"",
        { Key: "" } => "it has no key",
        _ when entry.Key.Contains('\0', StringComparison.Ordinal) => "its key holds a NUL",
        _ when entry.Value.Contains('\0', StringComparison.Ordinal) => $"the value of \"{entry.Key}\" holds a NUL",
        _ => null,
    };

    private static bool Fits(Dictionary<string, string> variables, int blockLength, DiagnosticBag diagnostics,
        UBootEnvironmentForm form)
    {
        long needed = UBootEnvironment.EncodedLength(variables, form.Layout);
        if (needed <= blockLength)
            return true;
        diagnostics.Add(EnvironmentRules.Length, SourceSpan.None,
            $"cannot make an environment of {blockLength} bytes: the variables need {needed}",
            hint: "shorten the text, or build U-Boot with a larger CONFIG_ENV_SIZE and give it as --size");
        return false;
    }

    private static SourceSpan Place(UBootTextEntry entry) =>
        new(entry.LineNumber, 1, entry.LineNumber, 1 + (entry.Key.Length > 0 ? entry.Key.Length : 1));
}
