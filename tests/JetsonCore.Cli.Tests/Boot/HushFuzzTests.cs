// Random scripts, run by a real U-Boot in QEMU and by `env simulate`, hundreds in one session: the console and the
// variables have to be the same behind each.
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Cli.Tests.Boot;

public sealed class HushFuzzTests
{
    private const int ShownMax = 5;

    [BootFact]
    public void Random_scripts_do_the_same_in_both() => Compare(seed: 1, count: 200);

    [BootFact]
    [Trait("Runs", "soak")]
    public void Many_random_scripts_do_the_same_in_both()
    {
        foreach (ulong seed in Enumerable.Range(2, 20).Select(number => (ulong)number))
            Compare(seed, count: 400);
    }

    private static void Compare(ulong seed, int count)
    {
        using var folder = new TempFolder();
        var session = new HushSession(seed, count);
        string disk = "", ours = "";
        do
        {
            disk = SnippetDisk.Make(folder, session.Files());
            ours = SnippetRun.Simulate(folder, disk, session.Lines());
        }
        while (session.LeaveOutEndless(ours));
        Dictionary<string, string> said = SnippetRun.Split(ours, HushSession.Marker);
        Dictionary<string, string> shown =
            SnippetRun.Split(SnippetRun.Ask(disk, session.Lines()), HushSession.Marker);
        string[] differences =
        [
            .. from index in session.Indexes
               let real = shown.GetValueOrDefault($"{index}", "(nothing)")
               let simulated = said.GetValueOrDefault($"{index}", "(nothing)")
               where real != simulated
               select $"{session.Describe(index)}\n{SnippetRun.FirstDifference(real, simulated)}",
        ];
        Assert.True(differences.Length == 0, $"seed {seed}: {differences.Length} of {session.Indexes.Count()} differ\n"
            + string.Join("\n\n", differences.Take(ShownMax)));
    }
}
