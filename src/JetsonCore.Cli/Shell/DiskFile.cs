// The image of a whole disk, as a user names it.
using JetsonCore.Diagnostics;
using JetsonCore.Files;

namespace JetsonCore.Cli.Shell;

internal static class DiskFile
{
    private static readonly Rule Missing = new("JC9113", Severity.Error, "the named disk is there");

    /// <summary>Opens an image.</summary>
    /// <exception cref="UserErrorException">There is no such file.</exception>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public static FileStream Open(string path, FileAccess access) => HostFile.Exists(path)
        ? access == FileAccess.Read ? HostFile.OpenRead(path) : HostFile.OpenToChange(path)
        : throw new UserErrorException(FailureKind.Environment, Missing, path,
            "cannot read the disk: there is no such file", "name the image of a whole disk");
}
