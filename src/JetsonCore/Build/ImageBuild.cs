// The product on one screen: from a model and snaps to images, partitions and a bundle for the flash tool.
//
//   seed        model + snaps + assertions fit together; names, order and links are decided
//   volumes     gadget.yaml is judged and laid out; every partition's content is decided to the last block
//   ----------- nothing has been written up to here
//   partitions  one file each                        →  partitions/…
//   image       partition tables and partitions      →  jetson.img
//   bundle      what the flash tool wants            →  core-18-jetson-tx1.tar.xz
//   verify      beside it: everything read back and compared with the plan
//   bills       on request: what the images are made of, read out of them
//   sums        manifest.json, SHA256SUMS; then all files get their names at once
//
// Partitions are written one after the other, for two may read one snap; the sum of each is taken beside the next.
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using JetsonCore.Diagnostics;
using JetsonCore.Files;
using JetsonCore.Flash;
using JetsonCore.Formats.Compression;
using JetsonCore.Formats.Tar;
using JetsonCore.Formats.Trees;
using JetsonCore.Gadget.Model;
using JetsonCore.Image;
using JetsonCore.Layout;
using JetsonCore.Seed;
using JetsonCore.Snaps;
using JetsonCore.Verify;

namespace JetsonCore.Build;

/// <summary>Builds images.</summary>
public sealed class ImageBuild
{
    private const string SumsName = "SHA256SUMS", ManifestName = "manifest.json", SeedManifestName = "seed.manifest";

    private readonly BuildRequest _request;
    private readonly WorkProgress _progress;
    private readonly CancellationToken _cancellation;

    private ImageBuild(BuildRequest request, WorkProgress progress, CancellationToken cancellation) =>
        (_request, _progress, _cancellation) = (request, progress, cancellation);

    /// <summary>Builds an image.</summary>
    /// <param name="request">What to build from.</param>
    /// <param name="progress">Told of every stage.</param>
    /// <param name="diagnostics">Takes what is wrong with the inputs.</param>
    /// <param name="cancellation">Ends the work early; nothing stays then.</param>
    /// <returns>What was made, or null where findings forbid it.</returns>
    /// <exception cref="UserErrorException">A result exists and must not be overwritten.</exception>
    /// <exception cref="VerificationException">What was written is not what was planned.</exception>
    /// <exception cref="IOException">There is no room, or a file cannot be read.</exception>
    public static BuildResult? Run(
        BuildRequest request, WorkProgress progress, DiagnosticBag diagnostics, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(progress);
        ArgumentNullException.ThrowIfNull(diagnostics);
        return new ImageBuild(request, progress, cancellation).Run(diagnostics);
    }

    private string ModelName => $"{_request.Seed.Model.Name}.model";

    private BuildResult? Run(DiagnosticBag diagnostics)
    {
        SeedPlan? planned = _progress.Stage("plan the seed", () => SeedPlanner.Plan(_request.Labelled, diagnostics));
        GadgetDefinition? gadget = _progress.Stage("judge the gadget",
            () => VolumePreparation.ReadGadget(_request.Seed, diagnostics));
        if (planned is not { } seed || gadget is null)
            return null;
        DerivedIds ids = DerivedIds.Of(_request.Clock,
        [
            _request.Seed.ModelAssertion.ToBytes(),
            .. seed.Snaps.Select(snap => Encoding.ASCII.GetBytes(snap.File.Digest)),
        ]);
        if (_progress.Stage("lay out the volumes",
            () => VolumePreparation.Prepare(_request, gadget, seed, ids, diagnostics)) is not { } volumes)
        {
            return null;
        }
        PreparedVolume? bundled = FindBundled(volumes, diagnostics);
        if (diagnostics.HasErrors)
            return null;

        using OutputSet outputs = OutputSet.Open(
            _request.OutputFolder, _request.Force, ResultNames(seed, volumes, bundled));
        using var sums = new Checksums(_cancellation);
        foreach (PreparedVolume volume in volumes)
        {
            List<PartitionFile> partitions = WritePartitions(volume, outputs, sums);
            OutputFile image = WriteImage(volume, partitions, outputs, ids);
            sums.Begin(volume.ImageName, image);
            void Verify(CancellationToken stop) => _progress.Stage($"verify {volume.ImageName}",
                2 * image.DataBytes(), stage =>
                {
                    image.CountReading(stage);
                    ImageVerifier.Verify(volume.Plan, partitions, image, ids.For, stop);
                });
            if (volume != bundled)
            {
                Verify(_cancellation);
                continue;
            }
            FlashBundleRequest bundle = DescribeBundle(volume.Plan, partitions, seed);
            OutputFile file = outputs.Create(bundle.BundleName);
            SideBySide.Run(stop => sums.Set(bundle.BundleName, WriteBundle(bundle, file, stop)), Verify, _cancellation);
        }
        foreach ((string name, byte[] bill) in Bills(volumes, outputs, sums, diagnostics))
            Write(outputs, sums, name, bill);
        ImmutableArray<BuiltFile> files = Complete(seed, volumes, outputs, sums);
        return new() { Files = files, Volumes = [.. volumes.Select(volume => volume.Plan)], Seed = seed };
    }

    private PreparedVolume? FindBundled(ImmutableArray<PreparedVolume> volumes, DiagnosticBag diagnostics)
    {
        if (_request.FlashTarget is not { } target)
            return null;
        PreparedVolume? found = volumes.FirstOrDefault(volume => FlashBundle.Fits(target, volume.Contents));
        if (found is null && !_request.FlashTargetIsOptional)
        {
            diagnostics.Add(FlashBundle.MissingPartition, SourceSpan.None,
                $"cannot make a bundle for \"{target.Name}\": no volume has content for all of "
                    + string.Join(", ", target.Files.Select(file => $"\"{file.Structure}\"")),
                "add the structures to gadget.yaml, or give --flash-target none");
        }
        return found;
    }

    /// <summary>All files of the result; the sums come last, for they say that the others belong together.</summary>
    private string[] ResultNames(SeedPlan seed, ImmutableArray<PreparedVolume> volumes, PreparedVolume? bundled) =>
    [
        .. volumes.SelectMany(volume => volume.Contents.Select(volume.FileName).Append(volume.ImageName)),
        .. bundled is null ? (string[])[] : [BundleName(seed)],
        .. BuildBills.Names(_request.Bills), ModelName, SeedManifestName, ManifestName, SumsName,
    ];

    private List<PartitionFile> WritePartitions(PreparedVolume volume, OutputSet outputs, Checksums sums)
    {
        List<PartitionFile> partitions = [];
        foreach (Content.PartitionContent content in volume.Contents)
        {
            string name = volume.FileName(content);
            OutputFile file = outputs.Create(name);
            _progress.Stage($"write {name}", content.DataBytes, stage =>
            {
                file.CountFor(stage);
                DiskImageWriter.WritePartition(content, file.Stream, _cancellation);
            });
            partitions.Add(new(content, file, sums.Begin(name, file)));
        }
        return partitions;
    }

    private OutputFile WriteImage(
        PreparedVolume volume, List<PartitionFile> partitions, OutputSet outputs, DerivedIds ids)
    {
        OutputFile image = outputs.Create(volume.ImageName);
        _progress.Stage($"write {volume.ImageName}", partitions.Sum(partition => partition.File.DataBytes()), stage =>
        {
            image.CountFor(stage);
            DiskImageWriter.WriteVolume(volume.Plan, partitions, image.Stream, ids.For, _cancellation);
        });
        return image;
    }

    /// <summary>Writes the bundle; its sum.</summary>
    private byte[] WriteBundle(FlashBundleRequest bundle, OutputFile file, CancellationToken cancellation)
    {
        using var spool = new SpoolFolder(_request.OutputFolder, cancellation);
        DirectoryNode tree = _progress.Stage(
            $"prepare {bundle.BundleName}", () => FlashBundle.Make(bundle, spool, cancellation));
        return _progress.Stage($"write {bundle.BundleName}", SnapPacker.ContentBytes(tree), stage =>
        {
            using var summed = new SummedStream(file.Stream);
            using (CompressionStream? packed = OpenArchive(summed, cancellation))
            {
                TarTreeWriter.Write(
                    new CountedStream((Stream?)packed ?? summed, stage), tree, cancellation: cancellation);
            }
            return summed.Sum();
        });
    }

    private FlashBundleRequest DescribeBundle(VolumePlan plan, List<PartitionFile> partitions, SeedPlan seed) => new()
    {
        Target = _request.FlashTarget!,
        Partitions = partitions,
        Volume = plan,
        Seed = seed,
        BundleName = BundleName(seed),
        Time = _request.Clock.FileTime,
        Options = _request.Bundle,
    };

    private CompressionStream? OpenArchive(Stream file, CancellationToken cancellation) =>
        _request.Bundle.Compression switch
        {
            BundleCompression.Xz => Compressor.OpenWriteXzBlocks(
                file, memory: BundleBlocks.Of(_request.Cache, cancellation), cancellation: cancellation),
            BundleCompression.Zstd => Compressor.OpenWrite(file, CompressionFormat.Zstd),
            BundleCompression.Gz => Compressor.OpenWrite(file, CompressionFormat.Gzip),
            _ => null,
        };

    /// <summary>"core18" and "jetson-tx1" make "core-18-jetson-tx1.tar.xz"; "core" is the base of series 16.</summary>
    private string BundleName(SeedPlan seed)
    {
        string release = seed.BootBase.Name is "core" ? "core16" : seed.BootBase.Name;
        string letters = release.TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9');
        string number = release[letters.Length..];
        return $"{letters}{(number is "" ? "" : $"-{number}")}-{_request.Seed.Model.Name}{_request.Bundle.Extension}";
    }

    private IReadOnlyList<(string Name, byte[] Bytes)> Bills(ImmutableArray<PreparedVolume> volumes,
        OutputSet outputs, Checksums sums, DiagnosticBag diagnostics) => !_request.Bills.HasSbom ? [] : _progress.Stage(
            "write bills of materials",
            () => BuildBills.Materials(_request, volumes, (outputs, sums), diagnostics, _cancellation));

    private static void Write(OutputSet outputs, Checksums sums, string name, byte[] bytes)
    {
        outputs.Write(name, bytes);
        sums.Set(name, SHA256.HashData(bytes));
    }

    private ImmutableArray<BuiltFile> Complete(
        SeedPlan seed, ImmutableArray<PreparedVolume> volumes, OutputSet outputs, Checksums sums) =>
        _progress.Stage("write sums and manifest", () =>
        {
            BuiltFile Describe(string name) => new(name, outputs.Files[name].Stream.Length, sums.Of(name));

            Write(outputs, sums, ModelName, _request.Seed.ModelAssertion.ToBytes());
            Write(outputs, sums, SeedManifestName, Encoding.UTF8.GetBytes(seed.SeedManifest));
            ImmutableArray<BuiltFile> files = [.. outputs.Files.Keys.Select(Describe)];
            Write(outputs, sums, ManifestName, BuildManifest.Write(_request, seed, volumes, files));
            files = files.Add(Describe(ManifestName));
            if (_request.Bills.HasProvenance)
            {
                Write(outputs, sums, BuildBills.ProvenanceName, Provenance.Write(_request, seed, files));
                files = files.Add(Describe(BuildBills.ProvenanceName));
            }
            outputs.Write(SumsName, Encoding.UTF8.GetBytes(Checksums.Text(files)));
            outputs.Commit();
            return files;
        });
}
