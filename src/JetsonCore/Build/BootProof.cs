// Boots the image that is about to be written, with the simulator: what would not boot, or could not be reverted after
// a bad update, is refused before the first byte.
using System.Collections.Immutable;
using JetsonCore.Boot.Commands;
using JetsonCore.Boot.Scenarios;
using JetsonCore.Content;
using JetsonCore.Diagnostics;
using JetsonCore.Layout;
using JetsonCore.Seed;

namespace JetsonCore.Build;

internal static class BootProof
{
    private const string Role = "system-boot";
    private const int UBootMax = 8 << 20;

    /// <summary>Plays the lives of a board with the planned volumes.</summary>
    public static void Check(ImmutableArray<PreparedVolume> volumes, SeedPlan seed, DiagnosticBag diagnostics)
    {
        foreach (PreparedVolume volume in volumes)
        {
            Ext4Content? boot = volume.Contents.OfType<Ext4Content>()
                .FirstOrDefault(content => content.Structure.Role == Role);
            if (boot is null)
                continue;
            using BoardDisk disk = BoardDisk.OfTree(boot.Tree, NumberOf(volume.Plan, boot.Structure));
            var runner = new ScenarioRunner(UBootBoard.Tx1, disk, BuiltInOf(volume));
            Report(runner.RunAll(), seed.Gadget.File.Path, diagnostics);
        }
    }

    // The same fault fails several scenarios: it is told once.
    private static void Report(ImmutableArray<ScenarioResult> results, string path, DiagnosticBag diagnostics)
    {
        var told = new HashSet<string>(StringComparer.Ordinal);
        foreach (ScenarioResult result in results)
        {
            foreach (Diagnostic finding in result.Findings.Where(finding => told.Add(finding.Message)))
                diagnostics.Add(finding with { Path = path, Message = $"{result.Name}: {finding.Message}" });
        }
    }

    private static int NumberOf(VolumePlan plan, PlannedStructure structure) =>
        1 + plan.Structures.Count(other => other.IsPartition && other.StartBytes < structure.StartBytes);

    private static SortedDictionary<string, string>? BuiltInOf(PreparedVolume volume) => volume.Contents
        .OfType<RawContent>().SelectMany(content => content.Pieces)
        .Where(piece => piece.Content.Length <= UBootMax)
        .Select(piece => BuiltInEnvironment.Find(piece.Content.ReadAll(UBootMax)))
        .FirstOrDefault(found => found is not null);
}
