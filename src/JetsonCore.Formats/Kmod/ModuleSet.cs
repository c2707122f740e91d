// The modules of one kernel with their dependencies, in depmod's order.
//
// Order of the modules: as modules.order lists them, the others behind. Order of a module's dependencies: users before
// what they use, by one topological sort over all modules; depmod's way of walking the graph is kept step by step,
// because modules.dep shows it. Loading goes the other way round, last dependency first.
// Source: depmod(8), modprobe(8); the order measured against depmod of kmod 30.
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Formats.Kmod;

/// <summary>The modules of one kernel.</summary>
public sealed class ModuleSet
{
    private const int ListLengthMax = 16 << 20;

    private readonly DirectoryNode _folder;
    private readonly Dictionary<string, int> _indexOfName = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _ownerOfSymbol = new(StringComparer.Ordinal);
    private readonly List<int>[] _dependencies;
    private readonly int[] _rank;

    private ModuleSet(DirectoryNode folder, IReadOnlyList<KernelModule> modules)
    {
        (_folder, Modules) = (folder, modules);
        for (int index = 0; index < modules.Count; index++)
        {
            _indexOfName[modules[index].Name] = index;
            foreach (string symbol in modules[index].Exports)
                _ownerOfSymbol[symbol] = index;
        }
        _dependencies = [.. modules.Select(FindDependencies)];
        _rank = SortTopologically();
    }

    /// <summary>Whether a file of this path is a module, plain or compressed.</summary>
    public static bool IsModule(string path) => ModuleFile.FormatOf(path) is not null;

    /// <summary>All modules, in depmod's order.</summary>
    public IReadOnlyList<KernelModule> Modules { get; }

    /// <summary>Names of the modules that are part of the kernel itself (modules.builtin), in its order.</summary>
    public IReadOnlyList<string> BuiltIn => [.. ReadLines(_folder, "modules.builtin").Select(KernelModule.NameOf)];

    /// <summary>Properties of the modules that are part of the kernel itself: module, key and value.</summary>
    public IReadOnlyList<(string Module, string Key, string Value)> BuiltInProperties =>
        [.. KernelModuleReader.ReadStrings(ReadFile(_folder, "modules.builtin.modinfo")).Select(SplitBuiltInProperty)];

    /// <summary>Which module exports each symbol.</summary>
    internal IEnumerable<(string Symbol, int ModuleIndex)> Symbols =>
        _ownerOfSymbol.Select(pair => (pair.Key, pair.Value));

    /// <summary>Reads the modules below lib/modules/RELEASE; compressed ones are unpacked on the way.</summary>
    /// <param name="folder">That folder.</param>
    /// <param name="pass">Told of a damaged module, which is passed over, by its path; null: it ends all.</param>
    /// <param name="cancellation">Ends the reading early.</param>
    /// <exception cref="MalformedDataException">A module is damaged, or some need each other in a circle.</exception>
    public static ModuleSet Read(
        DirectoryNode folder, Action<string, MalformedDataException>? pass, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(folder);
        var modules = new Dictionary<string, KernelModule>(StringComparer.Ordinal);
        foreach ((string path, FileNode node) in folder.Walk())
        {
            cancellation.ThrowIfCancellationRequested();
            if (node is not RegularFileNode file || ModuleFile.FormatOf(path) is not { } format)
                continue;
            // Of two modules with one name depmod prefers the one below updates/.
            string name = KernelModule.NameOf(path);
            if (modules.ContainsKey(name) && !path.StartsWith("updates/", StringComparison.Ordinal))
                continue;
            try
            {
                modules[name] = ModuleFile.Read(path, file.Content, format);
            }
            catch (MalformedDataException damage)
            {
                if (pass is null)
                    throw new MalformedDataException(damage.Offset, $"module \"{path}\": {damage.Message}", damage);
                pass(path, damage);
            }
        }
        return new(folder, InOrder(modules.Values, folder));
    }

    /// <summary>The same, where a damaged module ends the reading.</summary>
    /// <exception cref="MalformedDataException">A module is damaged, or some need each other in a circle.</exception>
    public static ModuleSet Read(DirectoryNode folder, CancellationToken cancellation = default) =>
        Read(folder, pass: null, cancellation);

    /// <summary>The module of a name, "-" and "_" being the same; null where there is none.</summary>
    public KernelModule? Find(string name) =>
        _indexOfName.TryGetValue(KernelModule.NormalizeName(name), out int index) ? Modules[index] : null;

    /// <summary>The modules that a name stands for as an alias, in depmod's order.</summary>
    public IEnumerable<KernelModule> FindByAlias(string alias)
    {
        string normal = KernelModule.NormalizeName(alias);
        return Modules.Where(module =>
            module.ValuesOf("alias").Any(value => KernelModule.NormalizeName(value) == normal));
    }

    /// <summary>What a module needs, directly or not, as in modules.dep: the last is to be loaded first.</summary>
    public IReadOnlyList<KernelModule> DependenciesOf(KernelModule module)
    {
        ArgumentNullException.ThrowIfNull(module);
        var found = new HashSet<int>();
        var open = new Stack<int>([_indexOfName[module.Name]]);
        while (open.TryPop(out int index))
        {
            foreach (int dependency in _dependencies[index].Where(found.Add))
                open.Push(dependency);
        }
        return [.. found.OrderBy(index => _rank[index]).Select(index => Modules[index])];
    }

    private static List<KernelModule> InOrder(IEnumerable<KernelModule> modules, DirectoryNode folder)
    {
        var place = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (string line in ReadLines(folder, "modules.order"))
            place[line] = place.Count;
        return
        [
            .. modules.OrderBy(PlaceOf).ThenBy(module => module.Path, StringComparer.Ordinal),
        ];

        int PlaceOf(KernelModule module) =>
            place.GetValueOrDefault(ModuleFile.WithoutCompression(module.Path), int.MaxValue);
    }

    private List<int> FindDependencies(KernelModule module, int moduleIndex)
    {
        var dependencies = new List<int>();
        foreach (string symbol in module.Imports)
        {
            bool isForeign = _ownerOfSymbol.TryGetValue(symbol, out int owner) && owner != moduleIndex;
            if (isForeign && !dependencies.Contains(owner))
                dependencies.Add(owner);
        }
        return dependencies;
    }

    // Kahn's algorithm with a stack: modules that nobody (left) uses come first.
    private int[] SortTopologically()
    {
        var users = new int[Modules.Count];
        foreach (int dependency in _dependencies.SelectMany(list => list))
            users[dependency]++;
        var free = new Stack<int>(Enumerable.Range(0, users.Length).Where(index => users[index] == 0));
        var rank = new int[Modules.Count];
        Array.Fill(rank, -1);
        int sorted = 0;
        while (free.TryPop(out int index))
        {
            rank[index] = sorted++;
            foreach (int dependency in _dependencies[index])
            {
                if (--users[dependency] == 0)
                    free.Push(dependency);
            }
        }
        if (sorted < rank.Length)
        {
            IEnumerable<string> circle = Modules.Where((_, index) => rank[index] < 0).Select(module => module.Name);
            string some = string.Join(", ", circle.Take(8));
            throw new MalformedDataException(0, $"modules need each other in a circle: {some}");
        }
        return rank;
    }

    private static (string, string, string) SplitBuiltInProperty(string text)
    {
        (string key, string value) = KernelModuleReader.SplitProperty(text);
        int dot = key.IndexOf('.', StringComparison.Ordinal);
        return dot < 0 ? ("", key, value) : (key[..dot], key[(dot + 1)..], value);
    }

    private static byte[] ReadFile(DirectoryNode folder, string name) =>
        folder.Find(name) is RegularFileNode file ? file.Content.ReadAll(ListLengthMax) : [];

    private static string[] ReadLines(DirectoryNode folder, string name) =>
        NodeName.Decode(ReadFile(folder, name)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
