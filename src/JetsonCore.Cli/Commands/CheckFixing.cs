// `check --fix`: writes what can be mended without a doubt, or shows it with --diff.
using System.Text;
using JetsonCore.Cli.Shell;
using JetsonCore.Diagnostics;
using JetsonCore.Files;
using JetsonCore.Gadget;
using JetsonCore.Gadget.Reading;

namespace JetsonCore.Cli.Commands;

internal static class CheckFixing
{
    private const int ContextLines = 3;

    private static readonly Rule OnlyFiles =
        new("JC2290", Severity.Error, "gadgets that are mended are files of their own");

    /// <summary>Mends the gadget.yaml of a path in place; never half of it.</summary>
    public static void Fix(string path, GadgetCheckOptions options)
    {
        (string file, byte[] yaml, byte[] mended) = Mend(path, options);
        if (mended.AsSpan().SequenceEqual(yaml))
            return;
        string target = File.ResolveLinkTarget(file, returnFinalTarget: true)?.FullName ?? file;
        using OutputFile output = OutputFile.Create(target, force: true);
        File.SetUnixFileMode(output.Stream.SafeFileHandle, File.GetUnixFileMode(target));
        output.Stream.Write(mended);
        output.Commit();
    }

    /// <summary>What <see cref="Fix"/> would change, as a unified diff; empty for nothing.</summary>
    public static string Diff(string path, GadgetCheckOptions options)
    {
        (string file, byte[] yaml, byte[] mended) = Mend(path, options);
        string[] before = Encoding.UTF8.GetString(yaml).Split('\n');
        string[] after = Encoding.UTF8.GetString(mended).Split('\n');
        List<int> changed = [.. Enumerable.Range(0, before.Length).Where(index => before[index] != after[index])];
        if (changed.Count == 0)
            return "";
        var diff = new StringBuilder($"--- {file}\n+++ {file}\n");
        for (int first = 0; first < changed.Count;)
        {
            int last = first;
            while (last + 1 < changed.Count && changed[last + 1] - changed[last] <= 2 * ContextLines)
                last++;
            AppendHunk(diff, before, after, (changed[first], changed[last]));
            first = last + 1;
        }
        return diff.ToString();
    }

    /// <summary>Edits replace within lines, so both texts have the same lines at the same places.</summary>
    private static void AppendHunk(StringBuilder diff, string[] before, string[] after, (int First, int Last) changed)
    {
        // A text that ends with a line break splits into one empty line more than it has.
        int lines = before[^1].Length == 0 ? before.Length - 1 : before.Length;
        int start = Math.Max(0, changed.First - ContextLines);
        int end = Math.Min(lines, changed.Last + 1 + ContextLines);
        diff.Append($"@@ -{start + 1},{end - start} +{start + 1},{end - start} @@\n");
        for (int index = start; index < end;)
        {
            int stop = index;
            while (stop < end && before[stop] != after[stop])
                stop++;
            if (stop == index)
            {
                Append(diff, ' ', before, index++);
                continue;
            }
            for (int line = index; line < stop; line++)
                Append(diff, '-', before, line);
            for (int line = index; line < stop; line++)
                Append(diff, '+', after, line);
            index = stop;
        }
    }

    private static void Append(StringBuilder diff, char sign, string[] lines, int index)
    {
        diff.Append(sign).Append(lines[index]).Append('\n');
        if (index == lines.Length - 1)
            diff.Append("\\ No newline at end of file\n");
    }

    private static (string File, byte[] Yaml, byte[] Mended) Mend(string path, GadgetCheckOptions options)
    {
        using GadgetInput input = NamedInputs.Gadget(path);
        if (input.Yaml is null || !HostFile.Exists(input.YamlPath))
        {
            throw new UserErrorException(FailureKind.Input, OnlyFiles, path,
                "cannot mend it: only a gadget.yaml that is a file of its own can be",
                "name a gadget.yaml, or the folder of a gadget");
        }
        byte[] mended = GadgetFixer.Fix(
            input.Yaml, yaml => GadgetChecker.Check(input with { Yaml = yaml }, options).Diagnostics.Items);
        return (input.YamlPath, input.Yaml, mended);
    }
}
