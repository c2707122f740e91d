// Modules against their kernel, against each other, and against what depmod wrote of them.
using JetsonCore.Diagnostics;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Elf;
using JetsonCore.Formats.Kmod;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Kernel;

internal static class KernelModuleRules
{
    private const int NamedMax = 5;
    private const string DepmodHint = "run depmod -b ROOT RELEASE, or make the snap with `jetson-core kernel pack`";

    /// <summary>The modules of a kernel but for damaged ones; null where they cannot be put in order.</summary>
    public static ModuleSet? Read(DirectoryNode folder, DiagnosticBag diagnostics, CancellationToken cancellation)
    {
        try
        {
            return ModuleSet.Read(folder, (path, damage) => diagnostics.AddAbout(path, KernelRules.DamagedModule,
                $"cannot use the module: at offset {damage.Offset}: {damage.Message}",
                hint: "copy it again, or build it anew"), cancellation);
        }
        catch (MalformedDataException circle)
        {
            diagnostics.Add(KernelRules.ModuleCircle, SourceSpan.None,
                $"cannot put the modules in order: {circle.Message}", hint: "build them together with their kernel");
            return null;
        }
    }

    /// <summary>Checks all that there is to check of modules.</summary>
    public static void Check(KernelFacts kernel, ModuleSet modules, DiagnosticBag diagnostics)
    {
        CheckOrigin(kernel, modules, diagnostics);
        CheckVermagic(kernel, modules, diagnostics);
        IEnumerable<string> inInitrd = kernel.Initrd is { } view ? KernelInitrdRules.ModulesIn(view) : [];
        ModuleDependencies.Check(kernel, modules, [.. inInitrd], diagnostics);
        if (kernel.Purpose != KernelPurpose.Pack)           // depmod's files have just been made of these modules
            CheckDependencyList(kernel, modules, diagnostics);
    }

    private static void CheckOrigin(KernelFacts kernel, ModuleSet modules, DiagnosticBag diagnostics)
    {
        if (modules.Modules.FirstOrDefault(module => module.Machine != ElfFile.AArch64) is { } foreign)
        {
            diagnostics.AddAbout(kernel.AtModule(foreign.Path), KernelRules.ModuleOrigin,
                $"cannot use the module: it is for ELF machine {foreign.Machine}, arm64 is {ElfFile.AArch64}",
                hint: "take the modules from a build for arm64");
        }
        // vermagic begins with the release of the kernel that the module was built for.
        foreach (KernelModule module in modules.Modules)
        {
            if (VermagicOf(module) is { } vermagic && vermagic.Split(' ')[0] is var built
                && built != kernel.Parts.Release)
            {
                diagnostics.AddAbout(kernel.AtModule(module.Path), KernelRules.ModuleOrigin,
                    $"cannot use the module: it was built for kernel {built}, the folder is of {kernel.Parts.Release}",
                    hint: "take modules and kernel from one build");
                return;
            }
        }
    }

    // "6.1.0-50-arm64 SMP mod_unload modversions aarch64": behind the release the settings.
    private static void CheckVermagic(KernelFacts kernel, ModuleSet modules, DiagnosticBag diagnostics)
    {
        List<IGrouping<string, KernelModule>> groups = [.. modules.Modules
            .Select(module => (Module: module, Words: (VermagicOf(module) ?? "").TrimEnd().Split(' ', 2)))
            .Where(one => one.Words.Length == 2 && one.Words[0] == kernel.Parts.Release)
            .GroupBy(one => one.Words[1], one => one.Module)
            .OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal)];
        foreach (IGrouping<string, KernelModule> group in groups.Skip(1))
        {
            string[] paths = [.. group.Select(module => module.Path)];
            diagnostics.AddAbout(kernel.AtModule(paths[0]), KernelRules.Vermagic,
                $"{Listing.Of(paths, NamedMax)}: built by other settings than most: \"{group.Key}\", not "
                    + $"\"{groups[0].Key}\": the kernel refuses one or the other",
                hint: "take modules and kernel from one build");
        }
    }

    private static string? VermagicOf(KernelModule module) => module.ValuesOf("vermagic").FirstOrDefault();

    private static void CheckDependencyList(KernelFacts kernel, ModuleSet modules, DiagnosticBag diagnostics)
    {
        DirectoryNode folder = kernel.Parts.Modules;
        if (folder.Find(ModuleDependencyList.FileName) is not RegularFileNode file
            || folder.Find($"{ModuleDependencyList.FileName}.bin") is null)
        {
            // Packages and builds have none: depmod runs where they are installed.
            if (kernel.Purpose == KernelPurpose.Snap && modules.Modules.Count > 0)
            {
                diagnostics.AddAbout(kernel.Path, KernelRules.NoDependencyList,
                    $"no module can be loaded: modules.dep and modules.dep.bin are not in {kernel.Parts.ModulesPath}",
                    DepmodHint);
            }
            return;
        }
        try
        {
            IReadOnlyDictionary<string, IReadOnlyList<string>> listed = ModuleDependencyList.Read(file.Content);
            int before = diagnostics.Items.Count;
            CheckDependencyList(kernel, modules, listed, diagnostics);
            if (diagnostics.Items.Count == before)
                CheckDependencyIndex(kernel, listed, diagnostics);
        }
        catch (MalformedDataException damage)
        {
            diagnostics.AddAbout(kernel.AtModule(ModuleDependencyList.FileName), KernelRules.DependencyList,
                $"cannot read it: at offset {damage.Offset}: {damage.Message}", DepmodHint);
        }
    }

    // The text is for people and busybox: modprobe of kmod reads the index alone.
    private static void CheckDependencyIndex(
        KernelFacts kernel, IReadOnlyDictionary<string, IReadOnlyList<string>> listed, DiagnosticBag diagnostics)
    {
        const string Name = $"{ModuleDependencyList.FileName}.bin";
        if (kernel.Parts.Modules.Find(Name) is not RegularFileNode file)
            return;
        string path = kernel.AtModule(Name);
        try
        {
            HashSet<string> indexed = [.. ModuleIndexReader.Read(file.Content).Select(entry => entry.Value)];
            string[] others = [.. listed
                .Where(module => !indexed.Remove(string.Join(' ', [$"{module.Key}:", .. module.Value])))
                .Select(module => module.Key)
                .Concat(indexed.Select(line => line.Split(':')[0]))
                .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
            if (others.Length > 0)
            {
                diagnostics.AddAbout(path, KernelRules.DependencyIndex,
                    $"it says otherwise than {ModuleDependencyList.FileName}: {Listing.Of(others, NamedMax)}",
                    DepmodHint);
            }
        }
        catch (MalformedDataException damage)
        {
            diagnostics.AddAbout(path, KernelRules.DependencyIndex,
                $"cannot read it: at offset {damage.Offset}: {damage.Message}", DepmodHint);
        }
    }

    private static void CheckDependencyList(KernelFacts kernel, ModuleSet modules,
        IReadOnlyDictionary<string, IReadOnlyList<string>> listed, DiagnosticBag diagnostics)
    {
        string path = kernel.AtModule(ModuleDependencyList.FileName);
        HashSet<string> files = [.. kernel.Parts.Modules.Walk()
            .Where(file => file.Node is not DirectoryNode && ModuleSet.IsModule(file.Path)).Select(file => file.Path)];
        Tell(KernelRules.ListedModule, "it names modules that are not there",
            listed.Keys.Concat(listed.Values.SelectMany(needs => needs)).Where(named => !files.Contains(named)));
        // Of two modules with one name depmod lists one.
        HashSet<string> names = [.. listed.Keys.Select(KernelModule.NameOf)];
        Tell(KernelRules.UnlistedModule, "modprobe does not find modules that are there, but not in it",
            files.Where(file => !names.Contains(KernelModule.NameOf(file))));
        if (ModuleDependencyList.FindCircle(listed) is var (one, other))
            Tell(KernelRules.ModuleCircle, "modules need each other in a circle", [one, other]);
        Tell(KernelRules.StaleDependencies, "it does not say all that these modules need", modules.Modules
            .Where(module => listed.TryGetValue(module.Path, out IReadOnlyList<string>? needs)
                && modules.DependenciesOf(module).Any(needed => !needs.Contains(needed.Path)))
            .Select(module => module.Path));

        void Tell(Rule rule, string what, IEnumerable<string> paths)
        {
            string[] all = [.. paths.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
            if (all.Length > 0)
                diagnostics.AddAbout(path, rule, $"{what}: {Listing.Of(all, NamedMax)}", DepmodHint);
        }
    }
}
