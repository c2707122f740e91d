// Looking for and opening files that the user names. The class library would turn a name that is no UTF-8 into another
// one, and says of what it opened by such a name nothing in its messages.
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace JetsonCore.Files;

/// <summary>Files of the host by their names, whatever bytes those are.</summary>
public static class HostFile
{
    private const int ForOthers = 0x36;         // 0066

    /// <summary>Whether there is a file: no folder, but perhaps a pipe or a device. Links are followed.</summary>
    /// <remarks>Of what may not be looked at, or goes in a circle, opening it will say so.</remarks>
    public static bool Exists(string path)
    {
        try
        {
            return path is not "" && Posix.TryStatus(path, follow: true) is { IsFolder: false };
        }
        catch (IOException)
        {
            return true;
        }
    }

    /// <summary>Whether there is a folder, or a link to one.</summary>
    public static bool IsFolder(string path) => Status(path) is { IsFolder: true };

    /// <summary>The first of several names that is a file's, as far as one may look; null where none is.</summary>
    public static string? FirstOf(IEnumerable<string> paths) =>
        paths.FirstOrDefault(path => Status(path) is { IsFolder: false });

    /// <summary>Whether others than its owner may read a file or write it.</summary>
    public static bool OthersMayUse(string path) => Status(path) is { Mode: var mode } && (mode & ForOthers) != 0;

    /// <summary>Opens a file for reading; a pipe or a device too, which cannot be read from any place.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static FileStream OpenRead(string path) => new HostStream(Posix.OpenRead(path), path, FileAccess.Read);

    /// <summary>Opens a file for reading and writing in place.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public static FileStream OpenToChange(string path) =>
        new HostStream(Posix.OpenToChange(path), path, FileAccess.ReadWrite);

    /// <summary>Reads what is open already; closing the stream closes it.</summary>
    public static FileStream OpenRead(SafeFileHandle file, string name) => new HostStream(file, name, FileAccess.Read);

    /// <summary>All bytes of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="maximumLength">The most bytes that the caller is ready to hold.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="IOException">It cannot be read, or is longer.</exception>
    public static byte[] ReadAll(string path, int maximumLength)
    {
        using FileStream file = OpenRead(path);
        using var content = new MemoryStream();
        var buffer = new byte[1 << 16];
        while (file.Read(buffer) is > 0 and int read)
        {
            if (content.Length + read > maximumLength)
                throw new IOException($"cannot read \"{path}\": it is longer than {maximumLength} bytes");
            content.Write(buffer, 0, read);
        }
        return content.ToArray();
    }

    /// <summary>The text of a small file.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="IOException">It cannot be read, or is longer than any that is read this way.</exception>
    public static string ReadText(string path) => Encoding.UTF8.GetString(ReadAll(path, 1 << 20));

    private static FileStatus? Status(string path)
    {
        try
        {
            return path is "" ? null : Posix.TryStatus(path, follow: true);
        }
        catch (IOException)         // a folder on the way that may not be looked into, a circle of links
        {
            return null;
        }
    }
}
