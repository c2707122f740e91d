// modules.dep, which depmod writes and modprobe reads, a module a line:
//
//   kernel/fs/ext4/ext4.ko: kernel/lib/crc16.ko kernel/fs/mbcache.ko kernel/fs/jbd2/jbd2.ko
//
// Behind the colon is all that it needs, directly or not. Spec: modules.dep(5).
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Formats.Kmod;

/// <summary>What modules need, by their paths below lib/modules/RELEASE.</summary>
public static class ModuleDependencyList
{
    /// <summary>The name of the file in that folder.</summary>
    public const string FileName = "modules.dep";

    private const int LengthMax = 16 << 20, PathsMax = 1 << 20;

    /// <summary>Reads the file.</summary>
    /// <exception cref="MalformedDataException">A line names no module, or there are too many.</exception>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> Read(FileContent file)
    {
        ArgumentNullException.ThrowIfNull(file);
        var modules = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        int offset = 0, paths = 0;
        foreach (string line in NodeName.Decode(file.ReadAll(LengthMax)).Split('\n'))
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0)
            {
                string[] needs = line[(colon + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
                modules[line[..colon]] = needs;
                paths += needs.Length + 1;
            }
            else if (line.Trim().Length > 0)
            {
                throw new MalformedDataException(offset, "a line of modules.dep names no module before a colon");
            }
            if (paths > PathsMax)
                throw new MalformedDataException(offset, $"modules.dep names more than {PathsMax} files");
            offset += line.Length + 1;
        }
        return modules;
    }

    /// <summary>Modules of which one needs the other and the other way round; null where there are none.</summary>
    public static (string One, string Other)? FindCircle(IReadOnlyDictionary<string, IReadOnlyList<string>> modules)
    {
        ArgumentNullException.ThrowIfNull(modules);
        // Each line has all that a module needs: who is in a circle is found behind its own colon, or that of another.
        var sets = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        foreach ((string module, IReadOnlyList<string> needs) in modules)
            sets[module] = new(needs, StringComparer.Ordinal);
        foreach ((string module, HashSet<string> needs) in sets)
        {
            foreach (string other in needs)
            {
                if (other == module || (sets.TryGetValue(other, out HashSet<string>? back) && back.Contains(module)))
                    return (module, other);
            }
        }
        return null;
    }
}
