// From what the user names (a source folder, packages, an initrd) to what the builder works on.
using JetsonCore.Artefacts;
using JetsonCore.Diagnostics;
using JetsonCore.Files;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Kernel;

/// <summary>What the user names.</summary>
public sealed record KernelSnapRequest
{
    /// <summary>The kernel source folder.</summary>
    public required string SourceFolder { get; init; }

    /// <summary>Packages and folders with kernel, modules, device trees, firmware.</summary>
    public required IReadOnlyList<string> From { get; init; }

    /// <summary>The base's initrd.</summary>
    public required string BaseInitrd { get; init; }

    /// <summary>Lists by their file's name, instead of those of the folder.</summary>
    public IReadOnlyDictionary<string, KernelList> Lists { get; init; } = new Dictionary<string, KernelList>();

    /// <summary>The build's time; without one that of the kernel file.</summary>
    public FileTime? Time { get; init; }
}

/// <summary>What a kernel snap is built from.</summary>
public sealed record KernelSnapInputs
{
    /// <summary>The kernel source folder.</summary>
    public required KernelSource Source { get; init; }

    /// <summary>Kernel, modules, device trees, firmware.</summary>
    public required KernelParts Parts { get; init; }

    /// <summary>The base's initrd as the user named it.</summary>
    public required string BaseInitrdPath { get; init; }

    /// <summary>The base's initrd.</summary>
    public required FileContent BaseInitrd { get; init; }

    /// <summary>The build's time: files that are younger get it.</summary>
    public required FileTime Time { get; init; }

    /// <summary>Keeps the kernel where it has to be unpacked.</summary>
    public required ContentSpool Spool { get; init; }

    /// <summary>Opens and reads everything; where something is missing there is no result.</summary>
    /// <exception cref="UserErrorException">An input is neither package nor folder, or damaged.</exception>
    /// <exception cref="IOException">An input cannot be read.</exception>
    public static KernelSnapInputs? Open(
        KernelSnapRequest request,
        ContentSpool spool,
        DiagnosticBag diagnostics,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        DirectoryNode folder = FolderTree.Read(
            request.SourceFolder, new() { NormalizePermissions = true, ModificationTime = request.Time });
        FileContent baseInitrd = ArtefactFile.Keep(request.BaseInitrd, spool, cancellation);
        KernelSource? source = KernelSource.Read(request.SourceFolder, folder, request.Lists, diagnostics);
        List<KernelInput> inputs =
            [.. request.From.Select(path => KernelInput.Open(path, spool, request.Time, cancellation))];
        KernelParts? parts = KernelParts.Find(inputs, diagnostics);
        if (source is null || parts is null)
            return null;
        return new()
        {
            Source = source,
            Parts = parts,
            BaseInitrdPath = request.BaseInitrd,
            BaseInitrd = baseInitrd,
            Time = request.Time ?? parts.Kernel.Metadata.ModificationTime,
            Spool = spool,
        };
    }
}
