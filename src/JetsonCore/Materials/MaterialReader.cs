// Looks into artefacts for what they are made of, as deep as images go: disks, partitions, file systems, snaps. Nothing
// is unpacked but what is compressed as a whole. What cannot be read is said and left out: a bill must not end with the
// first damaged file, and must say that it is incomplete.
using System.Collections.Immutable;
using JetsonCore.Artefacts;
using JetsonCore.Diagnostics;
using JetsonCore.Files;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Compression;
using JetsonCore.Formats.Deb;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Materials;

/// <summary>Reads materials.</summary>
/// <param name="spool">Keeps what has to be unpacked.</param>
/// <param name="diagnostics">Takes what cannot be read.</param>
/// <param name="cancellation">Ends the reading early.</param>
public sealed class MaterialReader(ContentSpool spool, DiagnosticBag diagnostics, CancellationToken cancellation)
{
    // A disk in a disk in an archive; and more than any image has, so that what holds itself comes to an end.
    private const int DepthMax = 8, ArtefactsMax = 10_000;

    private readonly ArtefactReading _reading = new(spool, ReadLimits.Default, cancellation);
    private int _entered;

    /// <summary>What lies at an address: a file, or what lies in one; a build's folder, or a snap's.</summary>
    /// <exception cref="UserErrorException">There is nothing there, or nothing that holds files.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="MalformedDataException">It is damaged itself.</exception>
    public Material Read(string address)
    {
        if (HostFile.IsFolder(address))
            return ReadFolder(address);
        using ArtefactFile file = ArtefactFile.Open(address, spool, ReadLimits.Default, cancellation);
        string name = Path.GetFileName(address.TrimEnd(':', '/'));
        name = name.Length > 0 ? name : address;
        if (ArtefactRecogniser.Recognise(file.Content) is not { } kind || !IsRead(kind))
        {
            throw new UserErrorException(FailureKind.Input, MaterialRules.Nothing, address,
                "cannot look for materials in it: it holds no files", "name an image, a snap, an archive, or the "
                    + "folder that build has written");
        }
        return Artefact(name, name, file.Content, kind, depth: 0);
    }

    /// <summary>What a build has made.</summary>
    public Material Read(BuiltFiles build)
    {
        ArgumentNullException.ThrowIfNull(build);
        return new()
        {
            Kind = MaterialKind.Build,
            Name = build.Model,
            Address = build.Model,
            Supplier = build.Brand,
            UnixSeconds = build.UnixSeconds,
            Summary = $"Ubuntu Core image of the model {build.Brand}/{build.Model}, series {build.Series}",
            Parts = [.. build.Images.Select(image => Built(image, build.Sums))],
        };
    }

    private Material ReadFolder(string folder)
    {
        if (HostFile.Exists(Path.Join(folder, BuiltFiles.ManifestName)))
            return Read(BuiltFiles.Open(folder));
        DirectoryNode root = FolderTree.Read(folder);
        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(folder));
        return SnapMaterials.IsSnap(root)
            ? Snaps(name).Read(content: null, root)
            : throw new UserErrorException(FailureKind.Input, MaterialRules.Nothing, folder,
                $"cannot look for materials in it: there is neither {BuiltFiles.ManifestName} nor meta/snap.yaml",
                "name the folder that build has written, or its files");
    }

    private Material Built(BuiltImage image, IReadOnlyDictionary<string, string> sums)
    {
        Material disk = Read(image.Name, image.Name, image.Content, depth: 0) ?? new()
        {
            Kind = MaterialKind.Image,
            Name = image.Name,
            Address = image.Name,
        };
        return disk with
        {
            SizeBytes = image.Content.Length,
            Sha256 = sums.GetValueOrDefault(image.Name),
            Parts =
            [
                .. disk.Parts.Select(part => image.PartitionFiles.TryGetValue(part.Name, out string? file)
                    ? part with { Sha256 = sums.GetValueOrDefault(file) } : part),
            ],
        };
    }

    /// <summary>What a file is made of; null where it is nothing that holds files, or cannot be read.</summary>
    private Material? Read(string address, string name, FileContent content, int depth)
    {
        try
        {
            return ArtefactRecogniser.Recognise(content) is { } kind && IsRead(kind)
                ? Artefact(address, name, content, kind, depth) : null;
        }
        catch (Exception exception) when (exception is MalformedDataException or UserErrorException)
        {
            Unread(address, exception.Message);
            return null;
        }
    }

    private Material Artefact(string address, string name, FileContent content, ArtefactKind kind, int depth)
    {
        cancellation.ThrowIfCancellationRequested();
        if (depth > DepthMax || ++_entered > ArtefactsMax)
            throw new MalformedDataException(0, depth > DepthMax ? $"it lies in {DepthMax} others"
                : $"{ArtefactsMax} artefacts were looked into before it");
        if (kind is { Format: ArtefactFormat.Deb, Compression: CompressionFormat.None })
            return Package(address, content);
        using ArtefactTree tree = ArtefactTree.OpenContent(address, content, kind, _reading);
        if (tree.Format == ArtefactFormat.SquashFs && SnapMaterials.IsSnap(tree.Root))
            return Snaps(address).Read(content, tree.Root);
        (string? sha256, _) = depth == 0 ? Digests(content) : (null, null);
        var image = new Material
        {
            Kind = MaterialKind.Image,
            Name = name,
            Address = address,
            SizeBytes = content.Length,
            Sha256 = sha256,
        };
        return image with
        {
            Parts = tree.Format is ArtefactFormat.Gpt or ArtefactFormat.Mbr
                ? [.. tree.Root.Children.Select(part => Partition(address, part.Key, part.Value, depth))]
                : Files(address, tree, depth),
        };
    }

    private Material Package(string address, FileContent content)
    {
        DebPackage package = DebReader.Read(content, spool, ReadLimits.Default, cancellation);
        (string sha256, _) = Digests(content);
        return PackageMaterials.Read(address, package.Fields) is { } material
            ? material with { SizeBytes = content.Length, Sha256 = sha256 }
            : throw new MalformedDataException(0, "its control file names no package");
    }

    private Material Partition(string disk, string name, FileNode node, int depth)
    {
        FileContent content = ((RegularFileNode)node).Content;
        string address = $"{disk}:{name}";
        var partition = new Material
        {
            Kind = MaterialKind.Partition,
            Name = name,
            Address = address,
            SizeBytes = content.Length,
        };
        if (Read(address, name, content, depth + 1) is { } inner)
            return partition with { Parts = inner.Kind == MaterialKind.Image ? inner.Parts : [inner] };
        // A partition is longer than the program in it.
        FileContent start = content.Slice(0, Math.Min(content.Length, VersionTexts.LoaderLengthMax));
        return Loader(address, start) is { } loader
            ? partition with { Parts = [loader with { SizeBytes = null, Sha256 = null }] } : partition;
    }

    private ImmutableArray<Material> Files(string address, ArtefactTree tree, int depth)
    {
        string separator = address.Contains(':', StringComparison.Ordinal) ? "/" : ":";
        List<Material> found = [.. PackageMaterials.Read(address, tree.Root, Distribution.Unknown, diagnostics)];
        foreach ((string path, FileNode node) in tree.Root.Walk().Concat(tree.Members.Walk()))
        {
            if (node is not RegularFileNode { Content: var content })
                continue;
            string at = $"{address}{separator}{path}", name = Path.GetFileName(path);
            Material? material = name.EndsWith(".snap", StringComparison.Ordinal) ? Read(at, name, content, depth + 1)
                : BootMaterials.IsKernelName(name) ? Kernel(at, content)
                : BootMaterials.IsLoaderName(name) || tree.Format == ArtefactFormat.AndroidBoot ? Loader(at, content)
                : BootMaterials.IsFirmware(path) ? BootMaterials.Firmware(at, path, content)
                : null;
            if (material is not null)
                found.Add(material);
        }
        return [.. found];
    }

    private Material? Kernel(string address, FileContent content) => Try(address, () =>
        BootMaterials.Kernel(address, content, _reading));

    private Material? Loader(string address, FileContent content) => Try(address, () =>
        BootMaterials.Loader(address, content) ?? BootMaterials.Kernel(address, content, _reading));

    private Material? Try(string address, Func<Material?> read)
    {
        try
        {
            return read();
        }
        catch (MalformedDataException damage)
        {
            Unread(address, damage.Message);
            return null;
        }
    }

    private SnapMaterials Snaps(string address) => new(address, _reading, diagnostics);

    private void Unread(string address, string message) => diagnostics.AddAbout(address, MaterialRules.Unread,
        $"cannot look into it: {message}", "the bill of materials is incomplete without it");

    // A kernel that is a raw partition, or in an Android boot image, is looked at as one.
    private static bool IsRead(ArtefactKind kind) => ArtefactTree.HoldsFiles(kind) || kind.Format
        is ArtefactFormat.Gpt or ArtefactFormat.Mbr or ArtefactFormat.AndroidSparse or ArtefactFormat.AndroidBoot;

    private (string Sha256, string Sha3) Digests(FileContent content) => SnapMaterials.Digests(content, cancellation);
}
