// What an image is made of, as one tree: a build holds disks, a disk partitions, a partition snaps, a snap packages, a
// kernel, firmware. Bills of materials, notices and reports are written from it; MaterialReader makes it.
using System.Collections.Immutable;

namespace JetsonCore.Materials;

/// <summary>What a material is.</summary>
public enum MaterialKind
{
    /// <summary>A build with all its images, or several artefacts that were named together.</summary>
    Build,

    /// <summary>An image of a disk, or another file that holds files: an archive, a file system.</summary>
    Image,

    /// <summary>A partition.</summary>
    Partition,

    /// <summary>A snap.</summary>
    Snap,

    /// <summary>A Debian package.</summary>
    Package,

    /// <summary>A Linux kernel.</summary>
    Kernel,

    /// <summary>A boot loader.</summary>
    BootLoader,

    /// <summary>A file that a device other than the processor runs.</summary>
    Firmware,
}

/// <summary>One material.</summary>
public sealed record Material
{
    /// <summary>What it is.</summary>
    public required MaterialKind Kind { get; init; }

    /// <summary>Its name; of firmware its path.</summary>
    public required string Name { get; init; }

    /// <summary>Its version as spelled; "" where nothing says one.</summary>
    public string Version { get; init; } = "";

    /// <summary>Where it lies, from the artefact on that was named: "jetson.img:writable/core18.snap".</summary>
    public required string Address { get; init; }

    /// <summary>Length in bytes; null for what is no file of its own.</summary>
    public long? SizeBytes { get; init; }

    /// <summary>The SHA-256 digest in lower-case hexadecimal digits, or null.</summary>
    public string? Sha256 { get; init; }

    /// <summary>The SHA3-384 digest in lower-case hexadecimal digits, or null.</summary>
    public string? Sha3 { get; init; }

    /// <summary>The licence as its snap.yaml says it, or "".</summary>
    public string License { get; init; } = "";

    /// <summary>Who maintains or publishes it, as it says itself, or "".</summary>
    public string Supplier { get; init; } = "";

    /// <summary>One sentence for people, or "".</summary>
    public string Summary { get; init; } = "";

    /// <summary>The time of a build in seconds since 1970; null for others.</summary>
    public long? UnixSeconds { get; init; }

    /// <summary>What is known of a package; null for others.</summary>
    public PackageFacts? Package { get; init; }

    /// <summary>What is known of a snap; null for others.</summary>
    public SnapFacts? Snap { get; init; }

    /// <summary>What it is made of.</summary>
    public ImmutableArray<Material> Parts { get; init; } = [];

    /// <summary>This and all that is in it, each before its parts.</summary>
    public IEnumerable<Material> Walk() => Parts.SelectMany(part => part.Walk()).Prepend(this);
}

/// <summary>What is known of a Debian package beside name and version.</summary>
/// <param name="Architecture">"arm64", "all"; "" where nothing says it.</param>
/// <param name="Source">The source package, which advisories name.</param>
/// <param name="SourceVersion">Its version.</param>
/// <param name="Distribution">Where it is from.</param>
public sealed record PackageFacts(
    string Architecture, string Source, string SourceVersion, Distribution Distribution);

/// <summary>What is known of a snap beside name and version.</summary>
/// <param name="Type">"app", "base", "gadget", "kernel", "os", "snapd".</param>
/// <param name="Revision">The revision in its file's name, or "".</param>
/// <param name="Base">The base that it names, or "".</param>
/// <param name="Confinement">"strict", "devmode" or "classic".</param>
/// <param name="Architectures">Architectures, with commas between.</param>
public sealed record SnapFacts(string Type, string Revision, string Base, string Confinement, string Architectures);
