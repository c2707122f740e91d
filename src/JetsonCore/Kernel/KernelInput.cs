// Opens what --from names: a Debian package or a folder, both as a tree.
using JetsonCore.Artefacts;
using JetsonCore.Diagnostics;
using JetsonCore.Files;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Deb;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Kernel;

/// <summary>One source of kernel, modules, device trees or firmware.</summary>
/// <param name="Path">As the user named it.</param>
/// <param name="Root">What is in it: a package's files, or a folder's.</param>
public sealed record KernelInput(string Path, DirectoryNode Root)
{
    /// <summary>The input can be opened and read.</summary>
    public static readonly Rule Unreadable = new("JC5412", Severity.Error, "kernel inputs are packages or folders");

    /// <summary>Opens a package or folder.</summary>
    /// <param name="path">As the user named it.</param>
    /// <param name="spool">Keeps what a package unpacks to.</param>
    /// <param name="time">The time of a folder's files, which have those of their last copy; null: as they are.</param>
    /// <param name="cancellation">Ends the reading early.</param>
    /// <exception cref="UserErrorException">It is neither, or damaged.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static KernelInput Open(
        string path, ContentSpool spool, FileTime? time = null, CancellationToken cancellation = default)
    {
        if (HostFile.IsFolder(path))
            return new(path, FolderTree.Read(path, new() { NormalizePermissions = true, ModificationTime = time }));
        FileContent file = ArtefactFile.Keep(path, spool, cancellation);
        try
        {
            return new(path, L4tPackage.Read(file, spool, cancellation)
                ?? DebReader.Read(file, spool, ReadLimits.Default, cancellation).Content);
        }
        catch (MalformedDataException damage)
        {
            throw new UserErrorException(FailureKind.Input, new Diagnostic
            {
                Rule = Unreadable,
                Severity = Severity.Error,
                Path = path,
                Message = $"cannot read the package: at offset {damage.Offset}: {damage.Message}",
                Hint = "give a .deb file, NVIDIA's Tegra…_Linux_R….tbz2, or a folder with Image, modules/, dtbs/ or "
                    + "firmware/",
            }, damage);
        }
    }
}
