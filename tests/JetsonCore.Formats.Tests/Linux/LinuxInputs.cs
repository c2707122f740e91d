// What scripts/inputs has fetched from Debian for arm64, to run a real Linux in QEMU; and the tests that want it:
// without the packages they are skipped at home, and fail where judges are required.
using JetsonCore.Formats.Deb;
using JetsonCore.Formats.Trees;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Formats.Tests.Linux;

[AttributeUsage(AttributeTargets.Method)]
public sealed class LinuxFactAttribute : FactAttribute
{
    public LinuxFactAttribute()
    {
        if (!File.Exists(LinuxInputs.IndexPath) && Environment.GetEnvironmentVariable("REQUIRE_ORACLES") != "1")
            Skip = "run scripts/inputs, which fetches Debian's kernel";
    }
}

internal static class LinuxInputs
{
    private static readonly string Folder = Path.Combine(
        Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache
            ? cache
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"),
        "jetson-core", "inputs");

    public static string IndexPath => Path.Combine(Folder, "index");

    /// <summary>What a package holds; large ones are unpacked into a work file of the folder.</summary>
    public static DirectoryNode Package(string key, TempFolder folder)
    {
        string path = Path.Combine(Folder, File.ReadLines(IndexPath)
            .First(line => line.StartsWith(key + " ", StringComparison.Ordinal))[(key.Length + 1)..]);
        FileContent package = FileOf(path);
        return DebReader.Read(package, Keep, ReadLimits.Default).Content;

        FileContent Keep(Stream source, long maximumLength)
        {
            string spooled = folder.File($"{key}.tar");
            using (FileStream file = File.Create(spooled))
                MemorySpool.Copy(source, file, maximumLength);
            return FileOf(spooled);
        }
    }

    private static FileContent FileOf(string path) => new(new FileInfo(path).Length, () => File.OpenRead(path));
}
