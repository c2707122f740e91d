// The files that depmod makes from a kernel's modules; modprobe on the device reads the .bin ones, busybox and people
// the others. The bytes are those of depmod of kmod 30, order included.
//
//   modules.dep       path: paths it needs            modules.softdep   softdep module text
//   modules.alias     alias pattern module            modules.devname   module name c|b major:minor
//   modules.symbols   alias symbol:name module        *.bin             tries, see ModuleIndex
//
// Spec: depmod(8), modules.dep(5), depmod.d(5). Order of modules.symbols: a hash table, see SuperFastHash.
using System.Globalization;
using System.Text;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Formats.Kmod;

/// <summary>Makes depmod's files.</summary>
public static class Depmod
{
    private const int SymbolBucketCount = 2048;

    /// <summary>The files by name, as they belong into lib/modules/RELEASE.</summary>
    /// <exception cref="Binary.MalformedDataException">A name or alias is not ASCII.</exception>
    public static SortedDictionary<string, byte[]> MakeFiles(ModuleSet set)
    {
        ArgumentNullException.ThrowIfNull(set);
        List<string> dependencies = [.. set.Modules.Select(module => DependencyLine(set, module))];
        List<(string Symbol, int ModuleIndex)> symbols = InBucketOrder(set.Symbols);
        return new(StringComparer.Ordinal)
        {
            ["modules.dep"] = Text("", dependencies),
            ["modules.dep.bin"] = Index(dependencies
                .Select((line, index) => new Entry(set.Modules[index].Name, line, index))),
            ["modules.alias"] = Text("# Aliases extracted from modules themselves.\n",
                Properties(set, "alias").Select(alias => $"alias {alias.Value} {alias.Module.Name}")),
            ["modules.alias.bin"] = Index(Properties(set, "alias")
                .Select(alias => new Entry(NormalizeAlias(alias.Value), alias.Module.Name, alias.Index))),
            ["modules.softdep"] = Text("# Soft dependencies extracted from modules themselves.\n",
                Properties(set, "softdep").Select(softdep => $"softdep {softdep.Module.Name} {softdep.Value}")),
            ["modules.symbols"] = Text("# Aliases for symbols, used by symbol_request().\n",
                symbols.Select(symbol => $"alias symbol:{symbol.Symbol} {set.Modules[symbol.ModuleIndex].Name}")),
            ["modules.symbols.bin"] = Index(symbols.Select(symbol =>
                new Entry($"symbol:{symbol.Symbol}", set.Modules[symbol.ModuleIndex].Name, symbol.ModuleIndex))),
            ["modules.devname"] = DeviceNames(set),
            ["modules.builtin.bin"] = Index(set.BuiltIn.Select(name => new Entry(name, "", 0))),
            ["modules.builtin.alias.bin"] = Index(set.BuiltInProperties.Where(property => property.Key == "alias")
                .Select(property => new Entry(NormalizeAlias(property.Value), property.Module, 0))),
        };
    }

    private static string DependencyLine(ModuleSet set, KernelModule module) =>
        $"{module.Path}:{string.Concat(set.DependenciesOf(module).Select(dependency => $" {dependency.Path}"))}";

    private static IEnumerable<(KernelModule Module, int Index, string Value)> Properties(ModuleSet set, string key) =>
        set.Modules.SelectMany((module, index) => module.ValuesOf(key).Select(value => (module, index, value)));

    private static List<(string, int)> InBucketOrder(IEnumerable<(string Symbol, int ModuleIndex)> symbols) =>
    [
        .. symbols.OrderBy(symbol => SuperFastHash.Of(NodeName.Encode(symbol.Symbol)) % SymbolBucketCount)
            .ThenBy(symbol => symbol.Symbol, StringComparer.Ordinal),
    ];

    private static byte[] DeviceNames(ModuleSet set)
    {
        List<string> lines = [.. set.Modules.Select(DeviceName).OfType<string>()];
        return Text(lines.Count > 0 ? "# Device nodes to trigger on-demand module loading.\n" : "", lines);
    }

    private static string? DeviceName(KernelModule module)
    {
        string? name = null, number = null;
        foreach (string alias in module.ValuesOf("alias"))
        {
            if (alias.StartsWith("devname:", StringComparison.Ordinal))
                name = alias["devname:".Length..];
            else
                number = DeviceNumber(alias) ?? number;
            if (name is not null && number is not null)
                return $"{module.Name} {name} {number}";
        }
        return null;
    }

    // "char-major-10-235" is c10:235; patterns such as "char-major-10-*" name no device.
    private static string? DeviceNumber(string alias) => alias.Split('-') switch
    {
        ["char", "major", var major, var minor] => DeviceNumber('c', major, minor),
        ["block", "major", var major, var minor] => DeviceNumber('b', major, minor),
        _ => null,
    };

    private static string? DeviceNumber(char kind, string major, string minor) =>
        uint.TryParse(major, NumberStyles.None, CultureInfo.InvariantCulture, out uint majorNumber)
        && uint.TryParse(minor, NumberStyles.None, CultureInfo.InvariantCulture, out uint minorNumber)
            ? $"{kind}{majorNumber}:{minorNumber}"
            : null;

    // "-" becomes "_" but within brackets; null where a bracket has no partner.
    private static string? NormalizeAlias(string alias)
    {
        var normal = new StringBuilder(alias.Length);
        bool inBrackets = false;
        foreach (char character in alias)
        {
            if (character == ']' && !inBrackets)
                return null;
            inBrackets = character == '[' || (inBrackets && character != ']');
            normal.Append(character == '-' && !inBrackets ? '_' : character);
        }
        return inBrackets ? null : normal.ToString();
    }

    private static byte[] Text(string title, IEnumerable<string> lines) =>
        NodeName.Encode(title + string.Concat(lines.Select(line => line + "\n")));

    private static byte[] Index(IEnumerable<Entry> entries)
    {
        var index = new ModuleIndex();
        foreach (Entry entry in entries)
        {
            if (entry.Key is { } key)
                index.Add(key, entry.Value, (uint)entry.Priority);
        }
        return index.ToBytes();
    }

    /// <summary>An entry of an index; without a key there is none.</summary>
    private readonly record struct Entry(string? Key, string Value, int Priority);
}
