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
        Assert.Equal(9, _simulated.Count);

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
        // Where the power goes decides what is left; this is the worst of it: the old file deleted, no new one.
        Compare("power-cut", starts: [() => _disk.LoseEnvironment(isDamaged: false)], isLastStart: true);
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
            said = said[^Math.Min(said.Length, real.Length)..];
        int same = real.Zip(said).TakeWhile(pair => pair.First == pair.Second).Count();
        Assert.True(same == real.Length && same == said.Length,
            $"{name}: line {same + 1}\n  U-Boot    {real.ElementAtOrDefault(same)}\n  simulated {said.ElementAtOrDefault(same)}\n"
                + string.Join('\n', real) + "\n--- simulated\n" + string.Join('\n', said));
        CheckSaved(name, before, scenario, shown.Count(line => line.Contains("Saving Environment", StringComparison.Ordinal)));
        if (features.StartsWith('^'))
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

    [GeneratedRegex(@" in \d+ ms( \([^)]*\))?")]
    private static partial Regex Time();
}
