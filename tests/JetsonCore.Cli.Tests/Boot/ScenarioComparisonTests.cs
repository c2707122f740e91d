// All scenarios of `env simulate` in a real U-Boot, on the same disk: what the console shows from bootcmd to the kernel,
// hence which files were loaded where and how large, and what /uboot.env says afterwards.
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Cli.Tests.Boot;

public sealed partial class ScenarioComparisonTests : IDisposable
{
    private static readonly (string, string)[] TryKernel = [("snap_mode", "try"), ("snap_try_kernel", ScenarioDisk.NewKernel)];

    private readonly TempFolder _folder = new();
    private readonly ScenarioDisk _disk;
    private readonly Dictionary<string, JsonNode> _simulated = [];

    public ScenarioComparisonTests() => _disk = new(_folder);

    public void Dispose() => _folder.Dispose();

    [BootFact]
    public void Every_scenario_goes_as_in_U_Boot()
    {
        _disk.Make();
        string json = CliRun.Succeed("env", "simulate", _disk.ImagePath, "--board", "qemu", "--uboot", BootInputs.UBoot, "--json");
        foreach (JsonNode? scenario in JsonNode.Parse(json)!["scenarios"]!.AsArray())
            _simulated[(string)scenario!["name"]!] = scenario;
        Assert.Equal(12, _simulated.Count);

        Compare("first-boot", starts: [() => { }]);
        Compare("update", starts:
        [
            () => { _disk.AddKernel(); _disk.Change(TryKernel); },
            () => _disk.Change(("snap_kernel", ScenarioDisk.NewKernel), ("snap_mode", ""), ("snap_try_kernel", "")),
        ]);
        Compare("update-base", starts:
        [
            () => { _disk.AddKernel(); _disk.Change(("snap_mode", "try"), ("snap_try_core", ScenarioDisk.NewBase)); },
            () => _disk.Change(("snap_core", ScenarioDisk.NewBase), ("snap_mode", ""), ("snap_try_core", "")),
        ]);
        Compare("failed-update", starts: [() => { _disk.AddKernel(isGood: false); _disk.Change(TryKernel); }]);
        Compare("missing-kernel", starts: [() => { _disk.AddKernel(isComplete: false); _disk.Change(TryKernel); }]);
        Compare("missing-environment", starts: [() => _disk.LoseEnvironment(isDamaged: false)]);
        Compare("damaged-environment", starts: [() => _disk.LoseEnvironment(isDamaged: true)]);
        Compare("save-refused", starts: [() => { _disk.AddKernel(); _disk.Change(TryKernel); }], features: "metadata_csum");
        Assert.Contains("\"JC7010\"", CliRun.Of("env", "simulate", _disk.ImagePath, "--json").Output, StringComparison.Ordinal);
        ComparePowerCuts();
    }

    /// <summary>Cuts the power behind each write of the save in an update; each kind of rest is started once more.</summary>
    private void ComparePowerCuts()
    {
        using var log = new WriteLog();
        _disk.Make();
        _disk.AddKernel();
        _disk.Change(TryKernel);
        string before = _folder.File("before.img");
        File.Copy(_disk.ImagePath, before);
        UBootRun.ToTheEnd(_disk.ImagePath, log);
        List<(long Offset, byte[] Data)> writes = log.Read();
        File.Copy(before, _disk.ImagePath, overwrite: true);
        var firsts = new Dictionary<string, int> { [State()] = 0 };
        for (int count = 1; count <= writes.Count; count++)
        {
            _disk.Write(writes[count - 1]);
            firsts.TryAdd(State(), count);
        }
        Assert.Equal(["lost", "torn", "try", "trying"], firsts.Keys.Order(StringComparer.Ordinal));
        foreach ((string scenario, string state) in (ReadOnlySpan<(string, string)>)[("power-cut", "lost"),
            ("power-cut-torn", "torn"), ("power-cut-before", "try"), ("power-cut-after", "trying")])
        {
            Action start = () =>
            {
                File.Copy(before, _disk.ImagePath, overwrite: true);
                foreach ((long Offset, byte[] Data) write in writes.Take(firsts[state]))
                    _disk.Write(write);
            };
            Compare(scenario, [start], isLastStart: true);
        }

        string State() => _disk.Environment is { } variables
            ? variables["snap_mode"]
            : _disk.HasEnvironment ? "torn" : "lost";
    }

    private void Compare(string name, Action[] starts, string features = "^metadata_csum,^64bit", bool isLastStart = false)
    {
        _disk.Make(features);
        var shown = new List<string>();
        SortedDictionary<string, string>? before = null;
        foreach (Action prepare in starts)
        {
            prepare();
            before = _disk.Environment;
            shown.AddRange(UBootRun.ToTheEnd(_disk.ImagePath));
        }
        JsonNode scenario = _simulated[name];
        string[] said = Comparable([.. scenario["console"]!.AsArray().Select(line => (string)line!)]);
        string[] real = Comparable([.. shown]);
        if (isLastStart)
        {
            // What the journal has to play back depends on where the power went.
            (said, real) = (WithoutJournal(said), WithoutJournal(real));
            said = said[^Math.Min(said.Length, real.Length)..];
        }
        int same = real.Zip(said).TakeWhile(pair => pair.First == pair.Second).Count();
        Assert.True(same == real.Length && same == said.Length,
            $"{name}: line {same + 1}\n  U-Boot    {real.ElementAtOrDefault(same)}\n  simulated {said.ElementAtOrDefault(same)}\n"
                + string.Join('\n', real) + "\n--- simulated\n" + string.Join('\n', said));
        CheckSaved(name, before, scenario, shown.Count(line => line.Contains("Saving Environment", StringComparison.Ordinal)));
        if (features.StartsWith('^') && !isLastStart)       // a power cut leaves the journal to be played back
            _disk.CheckFileSystem();
    }

    // What U-Boot saved since snapd's last change: nothing more than the simulator says, and nothing less.
    private void CheckSaved(string name, SortedDictionary<string, string>? before, JsonNode scenario, int savedCount)
    {
        SortedDictionary<string, string>? after = _disk.Environment;
        if (before is null || after is null)
        {
            Assert.True(before is null && after is null && savedCount == 0, name);
            return;
        }
        var expected = new SortedDictionary<string, string>(before, StringComparer.Ordinal);
        bool isConfirmed = name is "update" or "update-base";       // the only save is before snapd's last change
        foreach (JsonNode? save in isConfirmed ? [] : scenario["saves"]!.AsArray())
        {
            foreach ((string variable, JsonNode? value) in save!.AsObject())
            {
                expected.Remove(variable);
                if ((string)value! is { Length: > 0 } text)
                    expected[variable] = text;
            }
        }
        Assert.Equal(expected.Where(IsKept), after.Where(IsKept));
    }

    // QEMU's U-Boot puts some of its own into what it saves.
    private static bool IsKept(KeyValuePair<string, string> variable) =>
        variable.Key is not ("fdtcontroladdr" or "stdin" or "stdout" or "stderr" or "preboot" or "loadaddr" or "ethact")
        && !variable.Key.StartsWith("fileaddr", StringComparison.Ordinal);

    private static string[] Comparable(string[] lines) =>
    [
        .. lines.Select(line => Time().Replace(line, " in T ms").TrimEnd())
            .Where(line => line.Length > 0 && !line.Contains("Loading Environment", StringComparison.Ordinal)
                && !line.Contains("/uboot.env\" from mmc0:1", StringComparison.Ordinal)
                && !line.Contains("bad CRC", StringComparison.Ordinal)),
    ];

    private static string[] WithoutJournal(string[] lines) =>
    [
        .. lines.Where(line => !JournalWord().IsMatch(line) || line.StartsWith("Saving", StringComparison.Ordinal))
            .Select(line => line.StartsWith("Saving", StringComparison.Ordinal) ? "Saving" : line),
    ];

    [GeneratedRegex("[Jj]ournal|Recovery required|File System is consistent|file found, deleting")]
    private static partial Regex JournalWord();

    [GeneratedRegex(@" in \d+ ms( \([^)]*\))?")]
    private static partial Regex Time();
}
