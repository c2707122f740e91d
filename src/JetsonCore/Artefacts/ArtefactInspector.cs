// Says what an artefact is and what can be known of it without unpacking: the words are those of the readers.
using System.Diagnostics;
using JetsonCore.Diagnostics;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Compression;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Artefacts;

/// <summary>Looks into artefacts.</summary>
internal sealed class ArtefactInspector
{
    private readonly ContentSpool _spool;
    private readonly ReadLimits _limits;
    private readonly CancellationToken _cancellation;

    private ArtefactInspector(ContentSpool spool, ReadLimits limits, CancellationToken cancellation) =>
        (_spool, _limits, _cancellation) = (spool, limits, cancellation);

    /// <summary>What a file is, from its first bytes.</summary>
    /// <exception cref="UserErrorException">It is of no known format.</exception>
    /// <exception cref="MalformedDataException">It begins like compressed data that cannot be unpacked.</exception>
    internal static ArtefactKind Recognise(string path, FileContent file) => ArtefactRecogniser.Recognise(file)
        ?? throw new UserErrorException(FailureKind.Input, ArtefactTree.Unknown, path,
            "cannot inspect: no known format starts this way",
            hint: $"known are {string.Join(", ", Enum.GetValues<ArtefactFormat>()
                .Where(format => format is not (ArtefactFormat.Folder or ArtefactFormat.Data)).Select(NameOf))}");

    /// <summary>The name of a format, as in JSON.</summary>
    internal static string NameOf(ArtefactFormat format) => format switch
    {
        ArtefactFormat.Ext4 => "ext4",
        ArtefactFormat.Vfat => "vfat",
        ArtefactFormat.SquashFs => "squashfs",
        ArtefactFormat.Cpio => "initrd",
        ArtefactFormat.Tar => "tar",
        ArtefactFormat.Deb => "deb",
        ArtefactFormat.AndroidSparse => "android-sparse",
        ArtefactFormat.Gpt => "gpt",
        ArtefactFormat.Mbr => "mbr",
        ArtefactFormat.Arm64Kernel => "arm64-image",
        ArtefactFormat.DeviceTree => "device-tree",
        ArtefactFormat.UBootEnvironment => "uboot-environment",
        ArtefactFormat.Assertions => "assertions",
        ArtefactFormat.Ar => "ar",
        ArtefactFormat.Erofs => "erofs",
        ArtefactFormat.Swap => "swap",
        ArtefactFormat.UBootImage => "uboot-image",
        ArtefactFormat.Bmap => "bmap",
        ArtefactFormat.AndroidBoot => "android-boot",
        ArtefactFormat.FlashLayout => "flash-layout",
        ArtefactFormat.X86Kernel => "x86-kernel",
        ArtefactFormat.Foreign => "others that are only named",
        ArtefactFormat.Folder => "folder",
        ArtefactFormat.Data => "data",
    };

    /// <summary>The name of a format, or of a compression of something unknown.</summary>
    internal static string NameOf(ArtefactKind kind) => kind.Format switch
    {
        ArtefactFormat.Data => $"{NameOf(kind.Compression)} of something unknown",
        ArtefactFormat.Foreign => kind.ForeignName,
        _ => NameOf(kind.Format),
    };

    internal static string NameOf(CompressionFormat compression) => compression switch
    {
        CompressionFormat.None => "none",
        CompressionFormat.LzmaAlone => "lzma",
        _ => compression.ToString().ToLowerInvariant(),
    };

    /// <summary>What there is to say of bytes whose format is known.</summary>
    internal static ArtefactReport Describe(FileContent file, ArtefactKind kind, ArtefactReading reading) =>
        new ArtefactInspector(reading.Spool, reading.Limits, reading.Cancellation).Describe(file, kind);

    private ArtefactReport Describe(FileContent file, ArtefactKind kind)
    {
        if (kind.Compression != CompressionFormat.None && kind.Format != ArtefactFormat.Cpio)
            file = new ArtefactReading(_spool, _limits, _cancellation).Unpack(file, kind.Compression);
        return kind.Format switch
        {
            ArtefactFormat.Ext4 => FileSystemInspection.Ext4(file),
            ArtefactFormat.Vfat => FileSystemInspection.Vfat(file, _limits),
            ArtefactFormat.SquashFs => FileSystemInspection.SquashFs(file, _limits),
            ArtefactFormat.Cpio => ArchiveInspection.Initrd(file, _spool, _limits, _cancellation),
            ArtefactFormat.Tar => ArchiveInspection.Tar(file, _limits, _cancellation),
            ArtefactFormat.Deb => ArchiveInspection.Deb(file, _spool, _limits, _cancellation),
            ArtefactFormat.AndroidSparse => ArchiveInspection.AndroidSparse(file, _limits),
            ArtefactFormat.Gpt => DiskInspection.Gpt(file),
            ArtefactFormat.Mbr => DiskInspection.Mbr(file),
            ArtefactFormat.Arm64Kernel => BootFileInspection.Kernel(file),
            ArtefactFormat.DeviceTree => BootFileInspection.DeviceTree(file),
            ArtefactFormat.UBootEnvironment => BootFileInspection.UBootEnvironment(file),
            ArtefactFormat.Assertions => AssertionInspection.Assertions(file),
            ArtefactFormat.Ar => ArchiveInspection.Ar(file, _limits),
            ArtefactFormat.Erofs => FileSystemInspection.Erofs(file),
            ArtefactFormat.Swap => FileSystemInspection.Swap(file),
            ArtefactFormat.UBootImage => BootFileInspection.UBootImage(file),
            ArtefactFormat.Bmap => ArchiveInspection.Bmap(file),
            ArtefactFormat.AndroidBoot => FlashInspection.AndroidBoot(file),
            ArtefactFormat.FlashLayout => FlashInspection.Layout(file),
            ArtefactFormat.X86Kernel => BootFileInspection.X86Kernel(file),
            ArtefactFormat.Foreign => ForeignFormat.Describe(file, kind.ForeignName),
            ArtefactFormat.Folder => throw new UnreachableException(),
            ArtefactFormat.Data => new()
            {
                Format = NameOf(kind.Compression),
                Facts = [new("content", "unknown")],
            },
        };
    }
}
