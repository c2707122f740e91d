// Boots the image that is about to be written, with the simulator, and compares U-Boot with what it will find: what
// would not boot, or could not be reverted after a bad update, is refused before the first byte.
using System.Collections.Immutable;
using JetsonCore.Boot.Commands;
using JetsonCore.Boot.Scenarios;
using JetsonCore.Boot.Settings;
using JetsonCore.Content;
using JetsonCore.Diagnostics;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Trees;
using JetsonCore.Formats.UBoot;
using JetsonCore.Layout;
using JetsonCore.Seed;

namespace JetsonCore.Build;

internal static class BootProof
{
    public const string Role = "system-boot";

    /// <summary>A U-Boot, and how it was built.</summary>
    public sealed record UBoot(string Path, UBootSettings Settings);

    /// <summary>Plays the lives of a board with the planned volumes.</summary>
    public static void Check(
        ImmutableArray<PreparedVolume> volumes, SeedPlan seed, UBootBoard? board, DiagnosticBag diagnostics)
    {
        string gadget = seed.Gadget.File.Path;
        if (seed.SystemLabel is not null)
        {
            diagnostics.AddAbout(gadget, RecoveryRules.NotPlayed,
                "how the recovery system boots is not simulated: that depends on a script of the gadget's own form",
                "try the image in QEMU or on the board");
            return;
        }
        foreach (PreparedVolume volume in volumes)
        {
            (PlannedStructure structure, DirectoryNode? tree) = BootOf(volume);
            if (tree is null)
                continue;
            UBoot[] found = [.. UBootsOf(volume.Contents.OfType<RawContent>().SelectMany(content => content.Pieces
                .Zip(content.Structure.Content.Where(item => item.Image is not null))
                .Select(pair => (Path.Join(gadget, pair.Second.Image), pair.First.Content))))];
            Compare(volume.Plan, BlockOf(tree), found, diagnostics);
            Play(new(gadget, tree, NumberOf(volume.Plan, structure))
            {
                Board = board,
                BuiltIn = BuiltInOf(found),
            }, diagnostics);
        }
    }

    /// <summary>Every U-Boot among images, each read once.</summary>
    public static IEnumerable<UBoot> UBootsOf(IEnumerable<(string Path, FileContent Content)> images)
    {
        foreach ((string path, FileContent content) in images)
        {
            if (content.Length is > 0 && content.Length <= UBootSettings.BytesMax
                && UBootSettings.Read(content.ReadAll(UBootSettings.BytesMax)) is { } settings)
            {
                yield return new(path, settings);
            }
        }
    }

    /// <summary>Compares every U-Boot with a volume and an environment.</summary>
    public static void Compare(
        VolumePlan plan, byte[]? environment, IEnumerable<UBoot> found, DiagnosticBag diagnostics)
    {
        foreach (UBoot uboot in found)
            Compare(plan, environment, uboot.Settings, diagnostics.About(uboot.Path));
    }

    /// <summary>Compares a U-Boot with a volume and an environment.</summary>
    public static void Compare(
        VolumePlan plan, byte[]? environment, UBootSettings settings, DiagnosticBag diagnostics)
    {
        PlannedStructure? boot = plan.WithRole(Role);
        try
        {
            UBootAgreement.Check(settings, new()
            {
                PartitionNumber = boot is null ? null : NumberOf(plan, boot),
                FileSystem = boot?.Filesystem,
                Environment = environment is null ? null : [.. environment],
                Labels = [.. plan.Structures.Select(structure => structure.Label).OfType<string>()
                    .Where(label => label.Length > 0)],
            }, diagnostics);
        }
        catch (MalformedDataException)
        {
            // Told where the environment is read.
        }
    }

    /// <summary>What is played: system-boot, as it would be written.</summary>
    public sealed record Stage(string Path, DirectoryNode Tree, int PartitionNumber)
    {
        /// <summary>The board, or null: then the device tree says where its RAM is.</summary>
        public UBootBoard? Board { get; init; }

        public IReadOnlyDictionary<string, string>? BuiltIn { get; init; }

        /// <summary>The disk, where there is one already.</summary>
        public BoardDisk? Disk { get; init; }
    }

    /// <summary>Plays the lives of a board; a fault that fails several scenarios is told once.</summary>
    public static void Play(Stage stage, DiagnosticBag diagnostics)
    {
        byte[] block = BlockOf(stage.Tree) ?? [];
        UBootBoard? board = stage.Board ?? BoardMemory.OfFiles(VariablesOf(block), stage.Tree);
        if (board is null)
        {
            diagnostics.AddAbout(stage.Path, BootRules.UnknownMemory,
                "the device tree does not say where the board's RAM is: taken to be the TX1's, "
                    + $"0x{UBootBoard.Tx1.RamStart:x} to 0x{UBootBoard.Tx1.RamEnd:x}",
                "give --ram START:BYTES");
        }
        using BoardDisk? made = stage.Disk is null ? BoardDisk.OfTree(stage.Tree, stage.PartitionNumber) : null;
        var runner = new ScenarioRunner(
            (board ?? UBootBoard.Tx1) with { EnvironmentSize = block.Length }, stage.Disk ?? made!, stage.BuiltIn);
        var told = new HashSet<string>(StringComparer.Ordinal);
        foreach (ScenarioResult result in runner.RunAll())
        {
            foreach (Diagnostic finding in result.Findings.Where(finding => told.Add(finding.Message)))
                diagnostics.Add(finding with { Path = stage.Path, Message = $"{result.Name}: {finding.Message}" });
        }
    }

    /// <summary>The environment in the first U-Boot that has one, or null.</summary>
    public static IReadOnlyDictionary<string, string>? BuiltInOf(IEnumerable<UBoot> found) =>
        found.Select(uboot => uboot.Settings.Environment).FirstOrDefault(environment => environment is not null);

    /// <summary>The number of a structure's partition.</summary>
    public static int NumberOf(VolumePlan plan, PlannedStructure structure) =>
        1 + plan.Structures.Count(other => other.IsPartition && other.StartBytes < structure.StartBytes);

    private static (PlannedStructure Structure, DirectoryNode? Tree) BootOf(PreparedVolume volume)
    {
        foreach (PartitionContent content in volume.Contents.Where(content => content.Structure.Role == Role))
        {
            switch (content)
            {
                case Ext4Content ext4:
                    return (ext4.Structure, ext4.Tree);
                case VfatContent vfat:
                    return (vfat.Structure, vfat.Tree);
            }
        }
        return (volume.Plan.Structures[0], null);
    }

    private static byte[]? BlockOf(DirectoryNode tree) =>
        (tree.Find(BootEnvironment.FileName) as RegularFileNode)?.Content.ReadAll(UBootEnvironment.LengthMax);

    private static SortedDictionary<string, string> VariablesOf(byte[] block) =>
        UBootEnvironment.RecogniseLayout(block) is { } layout
            ? UBootEnvironment.Decode(block, layout) : new(StringComparer.Ordinal);
}
