// Lines that are typed at a real U-Boot in QEMU and run by `env simulate`, and the two consoles made comparable: how long
// reading took is left out.
using System.Text;
using System.Text.RegularExpressions;
using JetsonCore.TestKit;

namespace JetsonCore.Cli.Tests.Boot;

internal static partial class SnippetRun
{
    /// <summary>What the simulator shows.</summary>
    public static string Simulate(TempFolder folder, string disk, string[] lines)
    {
        string script = folder.Write("script", Encoding.Latin1.GetBytes(string.Join('\n', lines) + "\n"));
        string environment = folder.Write("environment", BuiltIn());
        return CliRun.Of("env", "simulate", "--script", script, "--env", environment, "--fs", disk).Output;
    }

    /// <summary>What U-Boot shows, with our short form in the place of its texts about usage.</summary>
    public static string Ask(string disk, string[] lines)
    {
        using var prompt = new UBootPrompt(disk);
        return UBootUsages.Shorten(string.Concat(lines.Select(prompt.Type)));
    }

    /// <summary>The parts of a console behind lines that begin with a marker, by the rest of that line.</summary>
    public static Dictionary<string, string> Split(string console, string marker)
    {
        var parts = new Dictionary<string, string>();
        string comparable = ReadTime().Replace(console, " in T ms").Replace("\r", "", StringComparison.Ordinal);
        foreach (string part in comparable.Split(marker).Skip(1))
        {
            int end = part.IndexOf('\n', StringComparison.Ordinal);
            parts[part[..end]] = part[(end + 1)..]
                .Replace("## Resetting to default environment\n", "", StringComparison.Ordinal);
        }
        return parts;
    }

    /// <summary>The first line in which the two differ.</summary>
    public static string FirstDifference(string shown, string said)
    {
        (string[] real, string[] ours) = (shown.Split('\n'), said.Split('\n'));
        int at = 0;
        while (at < real.Length && at < ours.Length && real[at] == ours[at])
            at++;
        return $"line {at + 1}\n  U-Boot    {real.ElementAtOrDefault(at)}\n  simulated {ours.ElementAtOrDefault(at)}";
    }

    /// <summary>The environment in U-Boot, as scripts/build-uboot puts it together.</summary>
    private static byte[] BuiltIn() =>
    [
        .. File.ReadAllBytes(Repository.PathOf("gadget", "uboot.env.in")),
        .. "snap_core=core18_x1.snap\nsnap_kernel=jetson-tx1-kernel_x1.snap\npreboot=env load\n"u8,
    ];

    [GeneratedRegex(@" in \d+ ms( \([^)]*\))?")]
    private static partial Regex ReadTime();
}
