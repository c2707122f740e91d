// Which program it is that makes something: another build of it may make other bytes of the same inputs.
using System.Security.Cryptography;
using System.Text;
using JetsonCore.Files;

namespace JetsonCore.Cache;

internal static class ProgramIdentity
{
    /// <summary>
    /// The SHA-256 over the digests of the program's file, or, where it runs under .NET, of its libraries.
    /// </summary>
    /// <exception cref="IOException">They cannot be read.</exception>
    public static string Of(FileDigests digests)
    {
        string[] libraries = [.. Directory.GetFiles(AppContext.BaseDirectory, "*.dll").Order(StringComparer.Ordinal)];
        string[] files = libraries is [] ? [Environment.ProcessPath ?? "/proc/self/exe"] : libraries;
        string all = string.Concat(files.Select(file => Convert.ToHexStringLower(
            digests.Of(HashAlgorithmName.SHA256, FolderTree.FileContent(file))) + "\n"));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(all)));
    }
}
