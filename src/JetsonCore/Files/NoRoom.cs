// What is said where the disk is full: how much was written, and how much is left for others.
using System.Globalization;

namespace JetsonCore.Files;

/// <summary>A disk, or a quota, that is full.</summary>
internal static class NoRoom
{
    /// <summary>ENOSPC and EDQUOT: the class library keeps the system's error number there.</summary>
    public const int DiskIsFull = 28, QuotaIsReached = 122;

    /// <summary>The same failure with amounts; null for any other.</summary>
    /// <param name="exception">What the system refused.</param>
    /// <param name="path">The file that was written.</param>
    public static IOException? Of(IOException exception, string path)
    {
        if (exception.HResult is not (DiskIsFull or QuotaIsReached))
            return null;
        string reason = exception.HResult == DiskIsFull ? "no space left on the disk" : "the quota is reached";
        return new(string.Create(CultureInfo.InvariantCulture, $"cannot write \"{path}\": {reason}{Amounts(path)}"),
            exception.HResult);
    }

    private static string Amounts(string path)
    {
        string? folder = Path.GetDirectoryName(path);
        long written = folder is null
            ? 0
            : (Posix.TryStatus(OutputFile.AsidePathOf(path)) ?? Posix.TryStatus(path))?.AllocatedBytes ?? 0;
        try
        {
            return $": {written} bytes of it were written, {new DriveInfo(folder ?? "/").AvailableFreeSpace} are free";
        }
        catch (IOException)
        {
            return $": {written} bytes of it were written";
        }
    }
}
