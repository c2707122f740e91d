// A gadget's folder around a (damaged) gadget.yaml: the files that it names, mostly there, mostly of a size that fits,
// sometimes missing, too large, or a folder where a file belongs.
using JetsonCore.Diagnostics;
using JetsonCore.Gadget.Model;
using JetsonCore.Gadget.Reading;
using JetsonCore.TestKit;

namespace JetsonCore.Tests.Gadget;

internal static class GadgetTree
{
    private const string SnapYaml = "name: board\nversion: 1\ntype: gadget\nbase: core18\nsummary: a board\n"
        + "description: a board\n";

    /// <summary>Writes the tree; the same seed makes the same tree.</summary>
    public static void Write(string folder, byte[] yaml, SeededRandom random)
    {
        Directory.CreateDirectory(Path.Combine(folder, "meta"));
        File.WriteAllText(Path.Combine(folder, "meta", "snap.yaml"), SnapYaml);
        File.WriteAllBytes(Path.Combine(folder, "meta", "gadget.yaml"), yaml);
        GadgetDocument document = GadgetReader.Read(yaml, new DiagnosticBag(), SnapdRelease.V2576);
        foreach (GadgetContent content in document.Volumes.SelectMany(volume => volume.Structures)
            .SelectMany(structure => structure.Content))
        {
            WriteFile(folder, content.Image.Value, content.Size.Value ?? 0, random);
            WriteFile(folder, content.Source.Value, 0, random);
        }
    }

    private static void WriteFile(string folder, string name, long declared, SeededRandom random)
    {
        string path = Path.GetFullPath(Path.Join(folder, name.Replace("\0", "", StringComparison.Ordinal)));
        bool isUsable = name.Length > 0 && path.StartsWith(folder + "/", StringComparison.Ordinal)
            && !Path.Exists(path) && !random.Chance(20);
        if (!isUsable)
            return;
        if (name.EndsWith('/') ? !random.Chance(8) : random.Chance(25))
        {
            Directory.CreateDirectory(path);
            return;
        }
        path = Path.TrimEndingDirectorySeparator(path);
        string parent = Path.GetDirectoryName(path)!;
        if (File.Exists(parent) || Path.Exists(path))
            return;
        Directory.CreateDirectory(parent);
        long size = random.Chance(15) ? 1 + (2 << 20) : random.Next(300);
        if (declared is > 0 and < 1 << 20 && random.Chance(2))
            size = declared + random.Next(3) - 1;
        using FileStream file = File.Create(path);
        file.SetLength(size);
    }
}
