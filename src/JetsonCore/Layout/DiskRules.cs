// D-*: whether a disk, or the image of one, is that of a gadget: what snapd asks before it updates or installs. Before
// an installation (models with a grade) the partitions that the installer makes may be missing.
using System.Collections.Immutable;
using JetsonCore.Diagnostics;
using JetsonCore.Formats.Binary;
using JetsonCore.Gadget.Model;

namespace JetsonCore.Layout;

/// <summary>Compares gadgets with disks.</summary>
public static class DiskRules
{
    private static readonly string[] MadeByInstaller = ["system-boot", "system-data", "system-save"];

    /// <summary>Reports in what a disk differs from a gadget's volume.</summary>
    /// <param name="gadget">A gadget without errors.</param>
    /// <param name="disk">A seekable stream of the whole disk.</param>
    /// <param name="diskName">How messages call it.</param>
    /// <param name="diagnostics">Takes the findings, which are about the gadget.yaml.</param>
    public static void Check(GadgetDefinition gadget, Stream disk, string diskName, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(gadget);
        ArgumentNullException.ThrowIfNull(diagnostics);
        GadgetVolume? volume = gadget.Volumes.Length == 1 ? gadget.Volumes[0]
            : gadget.WithRole("system-boot").Select(found => found.Volume).FirstOrDefault();
        if (volume is null)
            return;
        DiskTable table;
        try
        {
            table = DiskTable.Read(disk);
        }
        catch (MalformedDataException fault)
        {
            diagnostics.AddAbout(diskName, DiskRuleList.Table,
                $"cannot read the disk's partition table: {fault.Message}", "name the image of a whole disk");
            return;
        }
        new Comparison(gadget, volume, table, diskName, diagnostics).Run();
    }

    private sealed record Comparison(
        GadgetDefinition Gadget, GadgetVolume Volume, DiskTable Table, string DiskName, DiagnosticBag Diagnostics)
    {
        private bool IsBeforeInstallation => Gadget.Mode.HasGrade();

        public void Run()
        {
            ImmutableArray<PlacedStructure> placed = GadgetPlacement.LaidOut(Volume);
            CheckTable(placed);
            List<DiskPartition> left = [.. Table.Partitions];
            foreach (PlacedStructure structure in placed.Where(next => next.Structure.IsPartition))
                CheckStructure(structure, left);
            if (MayHaveImpliedData(left, placed))
                left.RemoveAt(left.Count - 1);
            if (Volume.HasPartial("structure"))
                return;
            foreach (DiskPartition extra in left)
            {
                Add(DiskRuleList.Extra, Volume.Name.Span,
                    $"{DiskName} has a partition \"{extra.Name}\" of {extra.SizeBytes} bytes at {extra.StartBytes} "
                        + $"that volume \"{Volume.Name.Value}\" lacks",
                    "add the structure, or take the image of the right disk");
            }
        }

        private void CheckTable(ImmutableArray<PlacedStructure> placed)
        {
            string schema = Table.Schema == VolumeSchema.Gpt ? "gpt" : "mbr";
            if (Volume.DecidedSchema != schema && !Volume.HasPartial("schema"))
            {
                Add(DiskRuleList.Schema, Volume.Schema.Span.IsKnown ? Volume.Schema.Span : Volume.Name.Span,
                    $"{DiskName} has a table of schema {schema}, and volume \"{Volume.Name.Value}\" is of "
                        + Volume.DecidedSchema,
                    $"write schema: {schema}, or take the image of the right disk");
            }
            if (Volume.Id.Value.Length > 0 && Volume.Id.Value != Table.Id)
            {
                Add(DiskRuleList.Id, Volume.Id.Span,
                    $"{DiskName} has the id {Table.Id}, and volume \"{Volume.Name.Value}\" {Volume.Id.Value}",
                    "leave the id out, or take the image of the right disk");
            }
            Int128 end = GadgetPlacement.LeastSize(placed);
            if (end > Table.UsableEndBytes)
            {
                Add(DiskRuleList.Space, Volume.Name.Span,
                    $"volume \"{Volume.Name.Value}\" ends at {end}, and {DiskName} can be used up to "
                        + $"{Table.UsableEndBytes}",
                    "make structures smaller, or take a larger disk");
            }
        }

        private void CheckStructure(PlacedStructure placed, List<DiskPartition> left)
        {
            GadgetStructure structure = placed.Structure;
            if (placed.Size % Table.SectorSize != 0)
            {
                Add(DiskRuleList.Sector, structure.PlaceOf(structure.Size.Span),
                    $"structure {structure.Title} has {placed.Size} bytes, which is not whole sectors of "
                        + $"{Table.SectorSize} bytes of {DiskName}",
                    $"write size: {((placed.Size / Table.SectorSize) + 1) * Table.SectorSize}");
            }
            bool mayBeMissing = IsBeforeInstallation && MadeByInstaller.Contains(structure.DecidedRole);
            DiskPartition? found = left.Find(partition => IsSame(placed, partition))
                ?? left.Find(partition => structure.Name.Value.Length > 0 && partition.Name == structure.Name.Value)
                ?? left.Find(partition => placed.Start == partition.StartBytes);
            if (found is null)
            {
                if (!mayBeMissing)
                    Add(DiskRuleList.Unfound, structure.Span,
                        $"{DiskName} has no partition for structure {structure.Title} at {placed.Start}",
                        "write the partition, or take the image of the right disk");
                return;
            }
            left.Remove(found);
            CheckMatch(placed, found, comparesFilesystem: !mayBeMissing);
        }

        private bool IsSame(PlacedStructure placed, DiskPartition partition) =>
            placed.Start == partition.StartBytes
            && (Table.Schema == VolumeSchema.Mbr || partition.Name == placed.Structure.Name.Value);

        private void CheckMatch(PlacedStructure placed, DiskPartition found, bool comparesFilesystem)
        {
            GadgetStructure structure = placed.Structure;
            long least = GadgetPlacement.LeastSize(structure);
            bool mayGrow = structure.DecidedRole == "system-data";
            (SourceSpan Place, string What, string Disk, string Gadget)? fault = null;
            if (Volume.DecidedSchema != "mbr" && found.Name != structure.Name.Value)
                fault = (structure.Name.Span, "name", $"\"{found.Name}\"", $"\"{structure.Name.Value}\"");
            else if (placed.Start is { } start && start != found.StartBytes)
                fault = (structure.Offset.Span, "start", $"{found.StartBytes}", $"{start}");
            else if (found.SizeBytes < least || (!mayGrow && found.SizeBytes > placed.Size))
                fault = (structure.Size.Span, "size", $"{found.SizeBytes}", $"{placed.Size}");
            else if (comparesFilesystem && structure.Filesystem.Value is { Length: > 0 } filesystem
                && found.Filesystem != filesystem.Split('-')[0])
                fault = (structure.Filesystem.Span, "file system", $"\"{found.Filesystem}\"", $"\"{filesystem}\"");
            if (fault is not { } difference)
                return;
            Add(DiskRuleList.Match, structure.PlaceOf(difference.Place),
                $"structure {structure.Title} has the {difference.What} {difference.Gadget}, and its partition on "
                    + $"{DiskName} {difference.Disk}",
                structure.Filesystem.Value == "none"
                    ? "leave filesystem: none out: snapd finds no disk with it"
                    : "mend gadget.yaml, or take the image of the right disk");
        }

        /// <summary>D-DATA18: the last partition, "writable", need not be in the gadget.</summary>
        private bool MayHaveImpliedData(List<DiskPartition> left, ImmutableArray<PlacedStructure> placed) =>
            left.Count == 1 && !IsBeforeInstallation && !Gadget.HasRole("system-data") && left[0].Filesystem is "ext4"
            && placed.All(structure => structure.LatestEnd <= left[0].StartBytes);

        private void Add(Rule rule, SourceSpan place, string message, string hint) =>
            Diagnostics.Add(rule, place, message, hint);
    }
}
