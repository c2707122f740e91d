// Modules that others need by name ("depends" of .modinfo) and that no input has: a kernel package that was split, a
// modules folder that was thinned out. depmod sees symbols only, and passes over those that nobody exports.
using JetsonCore.Diagnostics;
using JetsonCore.Formats.Kmod;

namespace JetsonCore.Kernel;

internal static class ModuleDependencies
{
    private const int NamedMax = 3;

    /// <summary>Tells of each missing module once, with its users; an error if the initrd has one of those.</summary>
    public static void Check(
        KernelFacts kernel, ModuleSet set, HashSet<string> loadedEarly, DiagnosticBag diagnostics)
    {
        HashSet<string> builtIn = [.. set.BuiltIn];
        var missing = new SortedDictionary<string, List<KernelModule>>(StringComparer.Ordinal);
        foreach (KernelModule module in set.Modules)
        {
            IEnumerable<string> names = module.ValuesOf("depends")
                .SelectMany(text => text.Split(',', StringSplitOptions.RemoveEmptyEntries))
                .Select(KernelModule.NormalizeName).Distinct(StringComparer.Ordinal);
            foreach (string name in names.Where(name => set.Find(name) is null && !builtIn.Contains(name)))
            {
                if (!missing.TryGetValue(name, out List<KernelModule>? users))
                    missing[name] = users = [];
                users.Add(module);
            }
        }
        foreach ((string name, List<KernelModule> users) in missing)
        {
            List<KernelModule> earlyFirst = [.. users.OrderByDescending(module => loadedEarly.Contains(module.Name))];
            Report(name, kernel.AtModule(earlyFirst[0].Path), earlyFirst, loadedEarly, diagnostics);
        }
    }

    private static void Report(
        string name, string path, List<KernelModule> users, HashSet<string> loadedEarly, DiagnosticBag diagnostics)
    {
        bool isEarly = loadedEarly.Contains(users[0].Name);
        string others = users.Count == 1 ? "" : $", nor can {string.Join(", ", users.Skip(1).Take(NamedMax).Select(
            module => module.Name))}{(users.Count > NamedMax + 1 ? $" and {users.Count - NamedMax - 1} others" : "")}";
        diagnostics.AddAbout(path, isEarly ? KernelRules.InitrdDependency : KernelRules.ModuleDependency,
            $"cannot be loaded{others}: module \"{name}\", which it needs, is neither there nor built in"
                + (isEarly ? ", and the initrd loads it" : ""),
            hint: isEarly ? "add the package or folder that has it, or take the module off initrd-modules.list"
                : "add the package or folder that has it");
    }
}
