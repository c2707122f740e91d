// The real input of some benchmarks: Debian's arm64 kernel, as scripts/inputs fetched it.
using JetsonCore.Files;
using JetsonCore.Formats.Deb;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Benchmarks;

internal static class KernelPackage
{
    /// <summary>The environment variable with the package's path, which scripts/bench sets.</summary>
    private const string Variable = "KERNEL_PACKAGE";

    /// <summary>Unpacks the files whose paths the filter accepts.</summary>
    public static void Extract(string into, Func<string, bool> filter)
    {
        string package = Environment.GetEnvironmentVariable(Variable)
            ?? throw new InvalidOperationException($"{Variable} is not set: start scripts/bench");
        using var spool = new SpoolFolder();
        DirectoryNode all = DebReader.Read(FolderTree.FileContent(package), spool.Keep, ReadLimits.Default).Content;
        var chosen = new DirectoryNode();
        foreach ((string path, FileNode node) in all.Walk())
        {
            if (node is RegularFileNode && filter(path))
                chosen.SetPath(path, node);
        }
        TreeExtractor.Extract(chosen, into, new());
    }
}
