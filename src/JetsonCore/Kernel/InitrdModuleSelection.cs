// Which modules go into the initrd: those of the list, what they need, and what they ask for softly ("softdep", such as
// the checksum that ext4 finds by an alias), each after what it needs, so that loading them in this order works.
using JetsonCore.Diagnostics;
using JetsonCore.Formats.Kmod;

namespace JetsonCore.Kernel;

internal sealed class InitrdModuleSelection(ModuleSet set, DiagnosticBag diagnostics)
{
    private readonly HashSet<string> _builtIn = [.. set.BuiltIn];
    private readonly HashSet<string> _met = new(StringComparer.Ordinal);
    private readonly List<KernelModule> _order = [];

    /// <summary>The modules, in the order in which they can be loaded.</summary>
    public IReadOnlyList<KernelModule> Select(KernelList list)
    {
        foreach (KernelListEntry entry in list.Entries)
        {
            string name = KernelModule.NormalizeName(entry.Name);
            if (Find(name) is [_, ..] found)
                Add(found);
            else if (!_builtIn.Contains(name) && !entry.IsOptional)
                Report(list, entry);
        }
        return _order;
    }

    private void Report(KernelList list, KernelListEntry entry) =>
        diagnostics.About(list.Path).Add(KernelRules.InitrdModule, entry.Span,
            $"cannot put \"{entry.Name}\" into the initrd: no module has that name or alias, and it is not built in",
            hint: "mark it with \"?\" if the initrd can do without");

    private IReadOnlyList<KernelModule> Find(string name) =>
        set.Find(name) is { } module ? [module] : [.. set.FindByAlias(name)];

    private void Add(IEnumerable<KernelModule> modules)
    {
        foreach (KernelModule module in modules.Where(module => _met.Add(module.Name)))
        {
            (List<string> before, List<string> after) = SoftDependencies(module);
            Add(before.SelectMany(Find));
            Add(set.DependenciesOf(module).Reverse());
            _order.Add(module);
            Add(after.SelectMany(Find));
        }
    }

    // "softdep=pre: a b post: c", see modprobe.d(5).
    private static (List<string> Before, List<string> After) SoftDependencies(KernelModule module)
    {
        List<string> before = [], after = [], current = before;
        IEnumerable<string> words = module.ValuesOf("softdep")
            .SelectMany(text => text.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        foreach (string word in words)
        {
            if (word is "pre:" or "post:")
                current = word == "pre:" ? before : after;
            else
                current.Add(word);
        }
        return (before, after);
    }
}
