// What the files that images are made of and made into can be.
namespace JetsonCore.Artefacts;

/// <summary>The format of a file.</summary>
public enum ArtefactFormat
{
    /// <summary>ext2, ext3 or ext4.</summary>
    Ext4,

    /// <summary>FAT12, FAT16 or FAT32.</summary>
    Vfat,

    /// <summary>squashfs 4.0: snaps too.</summary>
    SquashFs,

    /// <summary>cpio archives one behind the other: initial RAM disks.</summary>
    Cpio,

    /// <summary>A tar archive.</summary>
    Tar,

    /// <summary>A Debian package.</summary>
    Deb,

    /// <summary>An Android sparse image of something else.</summary>
    AndroidSparse,

    /// <summary>A disk with a GUID partition table.</summary>
    Gpt,

    /// <summary>A disk with the partition table of a master boot record.</summary>
    Mbr,

    /// <summary>An arm64 kernel.</summary>
    Arm64Kernel,

    /// <summary>A flattened device tree.</summary>
    DeviceTree,

    /// <summary>A block of U-Boot variables.</summary>
    UBootEnvironment,

    /// <summary>Signed statements.</summary>
    Assertions,

    /// <summary>An ar archive that is no package: a library.</summary>
    Ar,

    /// <summary>An EROFS.</summary>
    Erofs,

    /// <summary>A Linux swap area.</summary>
    Swap,

    /// <summary>A legacy image of U-Boot: a kernel, a RAM disk, a script.</summary>
    UBootImage,

    /// <summary>Which blocks of an image are to be copied.</summary>
    Bmap,

    /// <summary>An Android boot image: what NVIDIA's boot loaders start from LNX.</summary>
    AndroidBoot,

    /// <summary>A layout for NVIDIA's flash.sh.</summary>
    FlashLayout,

    /// <summary>A kernel for x86.</summary>
    X86Kernel,

    /// <summary>One of the formats that are recognised and not read: <see cref="ForeignFormat"/>.</summary>
    Foreign,

    /// <summary>A folder of the host: named, never recognised.</summary>
    Folder,

    /// <summary>Nothing known within a compression that is known.</summary>
    Data,
}

/// <summary>What a file was recognised as.</summary>
/// <param name="Format">Its format, within its compression if it has one.</param>
/// <param name="Compression">What wraps the whole file.</param>
internal sealed record ArtefactKind(ArtefactFormat Format, Formats.Compression.CompressionFormat Compression)
{
    /// <summary>Of a foreign format its name, else "".</summary>
    public string ForeignName { get; init; } = "";
}
