// The tarball for NVIDIA's flash.sh. Its tree lies beside Linux_for_Tegra or is unpacked over it; no file has the name
// of one of NVIDIA's:
//
//   MANIFEST.json                                    files, sums, the table of gadget.yaml; the first in the archive
//   README.md                                        what it is, how to flash, for each release
//   SHA256SUMS                                       of all other files
//   bootloader/system.img                            system-boot, for APP
//   bootloader/system-data.ext4                      writable, for UDA
//   bootloader/ubuntu-core/bundle.conf               the same facts as the manifest, for the script
//   bootloader/ubuntu-core/u-boot                    an ELF header that names U-Boot's address (for R24 only)
//   bootloader/ubuntu-core/u-boot.bin                U-Boot, which flash.sh makes the boot image of LNX from
//   flash-ubuntu-core.sh                             makes board file and layout, checks, flashes
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using JetsonCore.Content;
using JetsonCore.Diagnostics;
using JetsonCore.Files;
using JetsonCore.Flash.Tree;
using JetsonCore.Formats.Trees;
using JetsonCore.Image;
using JetsonCore.Layout;
using JetsonCore.Seed;

namespace JetsonCore.Flash;

/// <summary>What a bundle is made of.</summary>
public sealed record FlashBundleRequest
{
    /// <summary>The board.</summary>
    public required FlashTarget Target { get; init; }

    /// <summary>The written partitions; they must stay open while the tree is used.</summary>
    public required IReadOnlyList<PartitionFile> Partitions { get; init; }

    /// <summary>The volume's layout.</summary>
    public required VolumePlan Volume { get; init; }

    /// <summary>What the device starts from.</summary>
    public required SeedPlan Seed { get; init; }

    /// <summary>The bundle's own name, for its README.</summary>
    public required string BundleName { get; init; }

    /// <summary>The time of everything in it.</summary>
    public required FileTime Time { get; init; }

    /// <summary>What it shall be like.</summary>
    public FlashBundleOptions Options { get; init; } = new();
}

/// <summary>Puts bundles for flash tools together.</summary>
public static class FlashBundle
{
    /// <summary>What a flash tool needs.</summary>
    public static readonly Rule MissingPartition =
        new("JC5201", Severity.Error, "the gadget has every partition that the flash tool writes");

    /// <summary>What L4T R24 needs.</summary>
    public static readonly Rule NoAddress =
        new("JC5202", Severity.Error, "U-Boot names its address, where L4T R24 shall start it");

    private const string Script = "flash-ubuntu-core.sh", ScriptResource = "JetsonCore.Flash.flash-ubuntu-core.sh";
    private const string Sums = "SHA256SUMS";
    private const ushort Executable = 0x1ED;        // 0755
    private const int ElfHeaderLength = 64, HeadLength = 128;

    /// <summary>Whether partitions have all that a target wants.</summary>
    public static bool Fits(FlashTarget target, IEnumerable<PartitionContent> contents)
    {
        ArgumentNullException.ThrowIfNull(target);
        HashSet<string?> names = [.. contents.Select(content => content.Structure.Name)];
        return target.Files.All(file => names.Contains(file.Structure));
    }

    /// <summary>The tree of a bundle.</summary>
    /// <param name="request">What it is made of.</param>
    /// <param name="spool">Keeps sparse images while they are written into the archive.</param>
    /// <param name="cancellation">Ends the work early.</param>
    /// <exception cref="UserErrorException">U-Boot cannot be made to start from R24, though it is wished.</exception>
    public static DirectoryNode Make(
        FlashBundleRequest request, SpoolFolder spool, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(spool);
        ImmutableArray<FlashManifestFile> listed =
        [
            .. request.Target.Files.Select(
                file => new FlashManifestFile(file.Role, Describe(file, request, spool, cancellation))),
        ];
        if (request.Options.UBootForR24)
            listed = listed.Add(new(FlashRole.UBootAddress, AddressFile(listed)));
        var manifest = new FlashManifest
        {
            Board = request.Target.Name,
            Files = listed,
            Structures = FlashManifest.StructuresOf(request.Volume),
        };
        return Assemble(request, manifest);
    }

    /// <summary>The script of every bundle.</summary>
    public static byte[] ScriptText()
    {
        using Stream script = typeof(FlashBundle).Assembly.GetManifestResourceStream(ScriptResource)!;
        var bytes = new byte[script.Length];
        script.ReadExactly(bytes);
        return bytes;
    }

    private static DirectoryNode Assemble(FlashBundleRequest request, FlashManifest manifest)
    {
        var root = new DirectoryNode(FileMetadata.Directory with { ModificationTime = request.Time });
        var sums = new SortedDictionary<string, string>(StringComparer.Ordinal);
        void Set(string path, byte[] bytes, ushort? permissions = null)
        {
            FileMetadata metadata = FileMetadata.File with { ModificationTime = request.Time };
            root.SetPath(path, new RegularFileNode(
                permissions is { } mode ? metadata with { Permissions = mode } : metadata, FileContent.Of(bytes)));
            sums[path] = Convert.ToHexStringLower(SHA256.HashData(bytes));
        }

        foreach (FlashManifestFile file in manifest.Files)
        {
            root.SetPath(file.File.Path, new RegularFileNode(
                FileMetadata.File with { ModificationTime = request.Time }, file.File.Content!));
            sums[file.File.Path] = file.File.Sha256;
        }
        Set(FlashManifest.FileName, manifest.Write());
        Set("README.md", Encoding.UTF8.GetBytes(FlashReadme.Write(request, manifest)));
        Set(Script, ScriptText(), Executable);
        Set($"{FlashOverlay.Folder}/bundle.conf", Encoding.UTF8.GetBytes(Facts(manifest)));
        Set(Sums, Encoding.UTF8.GetBytes(string.Concat(sums.Select(sum => $"{sum.Value}  {sum.Key}\n"))));
        return root;
    }

    /// <summary>The manifest as shell assignments.</summary>
    private static string Facts(FlashManifest manifest)
    {
        L4tFile boot = manifest.File(FlashRole.Boot)!, uboot = manifest.File(FlashRole.UBoot)!;
        return string.Create(CultureInfo.InvariantCulture, $"""
            # What flash-ubuntu-core.sh must know of this bundle.
            board={manifest.Board}
            boot_file={boot.Path}
            boot_bytes={boot.ImageLength}
            data_file={manifest.File(FlashRole.Data)!.Path}
            uboot_file={uboot.Path}
            uboot_bytes={uboot.Length}
            uboot_address_file={manifest.File(FlashRole.UBootAddress)?.Path}

            """);
    }

    private static L4tFile Describe(
        FlashFile file, FlashBundleRequest request, SpoolFolder spool, CancellationToken cancellation)
    {
        PartitionFile partition =
            request.Partitions.First(partition => partition.Content.Structure.Name == file.Structure);
        FileContent whole = partition.File.Content;
        FileContent image = file.Role == FlashRole.UBoot
            && partition.Content is RawContent { Pieces: [{ OffsetBytes: 0, Content.Length: var length }] }
                ? whole.Slice(0, length) : whole;
        var sparse = new SparseForm(partition, image);
        FileContent content = request.Options.Sparse && file.Role != FlashRole.UBoot
            ? spool.Keep(stream => sparse.Write(stream, cancellation)) : image;
        ReadOnlySpan<byte> sum = content == whole
            ? partition.Sha256.GetAwaiter().GetResult().AsSpan() : ContentDigest.Sha256(content, cancellation);
        return new()
        {
            Path = file.Path,
            Length = content.Length,
            ImageLength = image.Length,
            SparseLength = sparse.Length,
            Sha256 = Convert.ToHexStringLower(sum),
            LinkAddress = file.Role == FlashRole.UBoot ? FlashFileCheck.Address(Head(content)) : null,
            Content = content,
        };
    }

    private static byte[] Head(FileContent content)
    {
        var head = new byte[Math.Min(content.Length, HeadLength)];
        using Stream stream = content.Open();
        stream.ReadExactly(head);
        return head;
    }

    /// <summary>
    /// An ELF file of a header and no more: R24's flash.sh reads the address that U-Boot is started at from the ELF
    /// file beside it, and nothing else of it.
    /// </summary>
    private static L4tFile AddressFile(IEnumerable<FlashManifestFile> files)
    {
        L4tFile uboot = files.First(file => file.Role == FlashRole.UBoot).File;
        if (uboot.LinkAddress is not { } address)
        {
            throw new UserErrorException(FailureKind.Input, NoAddress, uboot.Path,
                "cannot make U-Boot start from L4T R24: its first bytes name no address that it is linked for",
                "leave out --uboot-for-r24, or build U-Boot with its address at byte 8 or 64, as arm64's start.S does");
        }
        var elf = new byte[ElfHeaderLength];
        "\u007FELF\u0002\u0001\u0001"u8.CopyTo(elf);                    // 64 bits, little-endian, version 1
        BinaryPrimitives.WriteUInt16LittleEndian(elf.AsSpan(0x10), 2);          // an executable
        BinaryPrimitives.WriteUInt16LittleEndian(elf.AsSpan(0x12), 183);        // AArch64
        BinaryPrimitives.WriteUInt32LittleEndian(elf.AsSpan(0x14), 1);
        BinaryPrimitives.WriteUInt64LittleEndian(elf.AsSpan(0x18), address);
        BinaryPrimitives.WriteUInt16LittleEndian(elf.AsSpan(0x34), ElfHeaderLength);
        return new()
        {
            Path = $"{FlashOverlay.Folder}/u-boot",
            Length = elf.Length,
            ImageLength = elf.Length,
            SparseLength = elf.Length,
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(elf)),
            Content = FileContent.Of(elf),
        };
    }
}
