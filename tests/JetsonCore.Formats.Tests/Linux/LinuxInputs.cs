// What Debian's packages for arm64 hold, to run a real Linux in QEMU.
using JetsonCore.Formats.Deb;
using JetsonCore.Formats.Trees;
using JetsonCore.TestKit;

namespace JetsonCore.Formats.Tests.Linux;

internal static class LinuxInputs
{
    /// <summary>What a package holds; large ones are unpacked into a work file of the folder.</summary>
    public static DirectoryNode Package(string key, TempFolder folder)
    {
        FileContent package = FileOf(DebianInputs.PathOf(key));
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
